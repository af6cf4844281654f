using System.Net.Sockets;
using System.Text;
using SocketPools.Host.Backends;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>The direct way to the Linux kernel: socket(2) and its relatives, called without anything in between.</summary>
internal sealed unsafe class LinuxBackend : HostBackend
{
    private static readonly HostLookups s_lookups = new(LinuxResolver.LookUp, HostLookups.MaxConcurrent);

    internal LinuxBackend()
    {
        Libc.ResourceLimit limit;
        MaxDescriptors = Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit) == 0 ? (int)nuint.Min(limit.Current, int.MaxValue) : 1024;
    }

    internal override int MaxDescriptors { get; }

    internal override RadioResult OpenSocket(
        Radio radio, string? interfaceName, AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        socket = null;
        int fd = Open(family, type, protocol, out Errno errno);
        if (fd < 0 && errno is (Errno.EPERM or Errno.EACCES) && type == SocketType.Raw && IsPing(family, protocol))
        {
            // icmp(7): the kernel's own sockets for echo requests, for the groups in net.ipv4.ping_group_range.
            type = SocketType.Dgram;
            fd = Open(family, type, protocol, out _);
        }

        if (fd < 0)
        {
            return errno;
        }

        errno = interfaceName is { } name ? Bind(fd, name) : Errno.None;
        if (errno != Errno.None)
        {
            _ = Libc.close(fd);
            return errno;
        }

        socket = new LinuxSocket(radio, fd, family, type, ProtocolOf(type, protocol));
        return RadioResult.Ok;
    }

    internal override AddressLookup LookUp(AddressQuery query) => LinuxResolver.LookUp(query);

    internal override HostLookups Lookups => s_lookups;

    internal override RadioResult Wait(Radio radio, Span<ReadinessEntry> entries, in Deadline deadline) =>
        LinuxPoll.Wait(radio, entries, deadline);

    private static int Open(AddressFamily family, SocketType type, ProtocolType protocol, out Errno errno)
    {
        if (type is < 0 or > SocketType.Seqpacket)
        {
            // Larger numbers are flags to the kernel.
            errno = Errno.EINVAL;
            return -1;
        }

        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            errno = Errno.EAFNOSUPPORT;
            return -1;
        }

        int native = family == AddressFamily.InterNetwork ? Libc.AF_INET : Libc.AF_INET6;
        int fd = Libc.socket(native, (int)type | Libc.SOCK_CLOEXEC, (int)protocol);
        errno = fd < 0 ? Libc.LastError : Errno.None;
        return fd;
    }

    private static Errno Bind(int fd, string name)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(name.Length) + 1];
        bytes.Clear();
        int length = Encoding.UTF8.GetBytes(name, bytes);
        fixed (byte* first = bytes)
        {
            return Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_BINDTODEVICE, first, (uint)length + 1) == 0
                ? Errno.None
                : Libc.LastError;
        }
    }

    private static bool IsPing(AddressFamily family, ProtocolType protocol) =>
        (family, protocol) is (AddressFamily.InterNetwork, ProtocolType.Icmp) or (AddressFamily.InterNetworkV6, ProtocolType.IcmpV6);

    private static ProtocolType ProtocolOf(SocketType type, ProtocolType protocol) => (type, protocol) switch
    {
        (SocketType.Stream, ProtocolType.Unspecified) => ProtocolType.Tcp,
        (SocketType.Dgram, ProtocolType.Unspecified) => ProtocolType.Udp,
        _ => protocol,
    };
}
