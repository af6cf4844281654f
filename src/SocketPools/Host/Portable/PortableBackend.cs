using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using SocketPools.Host.Backends;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>The operating system through <see cref="System.Net.Sockets"/>: macOS, Windows, and Linux where a test asks for it.</summary>
internal sealed partial class PortableBackend : HostBackend
{
    private const int IPLevel = 0;
    private const int IPv6Level = 41;

    private static readonly HostLookups s_lookups = new(PortableLookup.Run, HostLookups.MaxConcurrent);

    /// <summary>RLIMIT_NOFILE, or on Windows the most handles that a process may have.</summary>
    internal override int MaxDescriptors { get; } = OperatingSystem.IsWindows() ? 1 << 24 : ReadDescriptorLimit();

    internal override RadioResult OpenSocket(
        Radio radio, string? interfaceName, AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        socket = null;
        if (Check(family, type, protocol) is not Errno.None and var refused)
        {
            return refused;
        }

        try
        {
            // "TCP" is left to the system as the default: told the name, the BCL makes every bind reuse addresses on Unix.
            Socket made = new(family, type, protocol == ProtocolType.Tcp ? ProtocolType.Unspecified : protocol);
            try
            {
                SetUp(made, interfaceName);
            }
            catch
            {
                made.Dispose();
                throw;
            }

            socket = new PortableSocket(radio, made, protocol == ProtocolType.Unspecified ? DefaultProtocol(type) : protocol);
            return RadioResult.Ok;
        }
        catch (Exception e) when (PortableErrors.TryMap(e, out Errno errno))
        {
            return AfterFailure(radio, interfaceName, family, type, protocol, errno, out socket);
        }
    }

    internal override AddressLookup LookUp(AddressQuery query) => PortableLookup.Run(query);

    internal override HostLookups Lookups => s_lookups;

    internal override RadioResult Wait(Radio radio, Span<ReadinessEntry> entries, in Deadline deadline)
    {
        if (PortableSelector.TryRent(out PortableSelector selector) is not Errno.None and var none)
        {
            return none;
        }

        int entered = 0;
        try
        {
            while (entered < entries.Length && ((PortableSocket)entries[entered].Socket).EnterWait(selector))
            {
                entered++;
            }

            Errno errno = Errno.None;
            while (errno == Errno.None)
            {
                // A closed socket is ready for everything, so one that could not be entered ends the wait here.
                int ready = Ask(entries);
                if (ready > 0 || deadline.HasExpired)
                {
                    return RadioResult.FromCount(ready);
                }

                foreach (ReadinessEntry entry in entries)
                {
                    ((PortableSocket)entry.Socket).AddTo(selector, entry.Interest);
                }

                errno = selector.Select(deadline.Remaining, radio);
            }

            return errno;
        }
        finally
        {
            foreach (ReadinessEntry entry in entries[..entered])
            {
                ((PortableSocket)entry.Socket).LeaveWait(selector);
            }

            selector.Return();
        }
    }

    private static int Ask(Span<ReadinessEntry> entries)
    {
        int ready = 0;
        foreach (ref ReadinessEntry entry in entries)
        {
            entry.Ready = entry.Socket.Poll(entry.Interest);
            ready += entry.Ready == Readiness.None ? 0 : 1;
        }

        return ready;
    }

    private static Errno Check(AddressFamily family, SocketType type, ProtocolType protocol) => (family, type, protocol) switch
    {
        (not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6), _, _) => Errno.EAFNOSUPPORT,
        (_, not (SocketType.Stream or SocketType.Dgram or SocketType.Raw), _) => Errno.EINVAL,
        (_, SocketType.Stream, ProtocolType.Udp) => Errno.EPROTONOSUPPORT,
        (_, SocketType.Dgram, ProtocolType.Tcp) => Errno.EPROTONOSUPPORT,
        (_, SocketType.Raw, ProtocolType.Unspecified) => Errno.EPROTONOSUPPORT,
        _ => Errno.None,
    };

    private static ProtocolType DefaultProtocol(SocketType type) => type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp;

    private RadioResult AfterFailure(
        Radio radio, string? interfaceName, AddressFamily family, SocketType type, ProtocolType protocol, Errno errno, out RadioSocket? socket)
    {
        socket = null;
        if (type != SocketType.Raw || errno is not (Errno.EACCES or Errno.EPERM))
        {
            return errno is Errno.EPROTOTYPE ? Errno.EPROTONOSUPPORT : errno;
        }

        // Without the right to raw sockets, macOS and Linux send and receive echoes by ping sockets.
        bool ping = protocol == (family == AddressFamily.InterNetwork ? ProtocolType.Icmp : ProtocolType.IcmpV6);
        return ping && !OpenSocket(radio, interfaceName, family, SocketType.Dgram, protocol, out socket).Failed ? RadioResult.Ok : Errno.EPERM;
    }

    private static void SetUp(Socket socket, string? interfaceName)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6 && !OperatingSystem.IsWindows() && socket.SocketType != SocketType.Raw)
        {
            // The BCL makes IPv6 sockets IPv6-only; the system, and CPython with it, does so on Windows only.
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, 0);
        }

        if (OperatingSystem.IsWindows() && socket.SocketType == SocketType.Dgram)
        {
            // SIO_UDP_CONNRESET off: else a refused datagram to one peer fails the next receive from another.
            socket.IOControl(unchecked((int)0x9800000C), new byte[sizeof(int)], null);
        }

        if (interfaceName is not null)
        {
            BindToInterface(socket, interfaceName);
        }
    }

    private static void BindToInterface(Socket socket, string name)
    {
        bool v6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsAndroid())
        {
            const int SolSocket = 1, BindToDevice = 25;
            socket.SetRawSocketOption(SolSocket, BindToDevice, Encoding.UTF8.GetBytes(name + "\0"));
        }
        else if (OperatingSystem.IsWindows())
        {
            // IP_UNICAST_IF wants the index in network order, IPV6_UNICAST_IF in the machine's (both are 31).
            int index = IndexOf(name, v6);
            int value = v6 ? index : System.Net.IPAddress.HostToNetworkOrder(index);
            SetNumber(socket, v6 ? IPv6Level : IPLevel, 31, value);
        }
        else if (v6)
        {
            const int IPv6BoundIf = 125;
            SetNumber(socket, IPv6Level, IPv6BoundIf, IndexOf(name, v6));
        }
        else
        {
            const int IPBoundIf = 25;
            SetNumber(socket, IPLevel, IPBoundIf, IndexOf(name, v6));
        }
    }

    private static void SetNumber(Socket socket, int level, int name, int value) =>
        socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    private static int IndexOf(string name, bool v6)
    {
        NetworkInterface? nic = Array.Find(NetworkInterface.GetAllNetworkInterfaces(), i => i.Name == name);
        IPInterfaceProperties? properties = nic?.GetIPProperties();
        return (v6 ? properties?.GetIPv6Properties()?.Index : properties?.GetIPv4Properties()?.Index)
            ?? throw new SocketException((int)SocketError.AddressNotAvailable);
    }

    private static int ReadDescriptorLimit()
    {
        int resource = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? 7 : 8;
        return getrlimit(resource, out ResourceLimit limit) == 0 ? (int)Math.Min(limit.Current, int.MaxValue) : 1024;
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        internal nuint Current;
        internal nuint Maximum;
    }
}
