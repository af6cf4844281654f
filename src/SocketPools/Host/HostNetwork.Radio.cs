using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Host.Backends;
using SocketPools.Radios;

namespace SocketPools;

public sealed partial class HostNetwork
{
    private readonly HostBackend _backend;

    // Threads, pipes, assemblies and files of the runtime and the program need descriptors, too.
    private const int ReservedDescriptors = 225;

    /// <summary>
    /// The process's limit of open files (<c>ulimit -n</c>), read when the radio was made, less 225 descriptors for the runtime and the
    /// program's files; below a limit of 300, a quarter of it.
    /// </summary>
    public override int MaxSocketsLimit => LimitFor(_backend.MaxDescriptors);

    /// <inheritdoc/>
    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket) =>
        _backend.OpenSocket(this, Interface, family, type, protocol, out socket);

    /// <inheritdoc/>
    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) => HostLookup.Run(_backend, query, deadline, Interrupted);

    /// <inheritdoc/>
    public override ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken) =>
        HostLookup.RunAsync(_backend, query, cancellationToken);

    /// <inheritdoc/>
    internal override void ForgetLookups() => _backend.Lookups.ForgetThreads();

    /// <inheritdoc/>
    public override RadioResult Wait(Span<ReadinessEntry> entries, in Deadline deadline) => _backend.Wait(this, entries, deadline);

    /// <inheritdoc/>
    public override string? GetHint(string operation, Errno errno) => (operation, errno) switch
    {
        ("socket", Errno.EPERM or Errno.EACCES) =>
            "Raw sockets need the capability CAP_NET_RAW (run as root, or: setcap cap_net_raw+ep PROGRAM); for ICMP alone the group range in net.ipv4.ping_group_range is enough",
        (_, Errno.EMFILE) => $"The process may have {_backend.MaxDescriptors} descriptors; raise the limit (ulimit -n) or close files",
        ("bind", Errno.EACCES) => "Ports below net.ipv4.ip_unprivileged_port_start (1024) need the capability CAP_NET_BIND_SERVICE",
        ("bind", Errno.EADDRINUSE) => "Another socket has it; a server that restarts sets ReuseAddress before Bind",
        ("sendto" or "send" or "connect", Errno.EACCES) => "Sending to a broadcast address needs the option Broadcast",
        ("setsockopt", Errno.ENOPROTOOPT) => "This system does not have the option at this level; how long a call may take is SetTimeout's alone",
        ("socket", Errno.ENODEV) => $"The interface {VisibleText.Escape(Interface)} is gone",
        _ => null,
    };

    private static int LimitFor(int descriptors) => Math.Max(1, Math.Max(descriptors - ReservedDescriptors, descriptors / 4));

    private NetworkInterface[] Interfaces() =>
        Interface is null ? NetworkInterface.GetAllNetworkInterfaces() : FindInterface(Interface) is { } one ? [one] : [];

    private static NetworkInterface? FindInterface(string name) =>
        Array.Find(NetworkInterface.GetAllNetworkInterfaces(), i => i.Name == name);

    private static int MtuOf(NetworkInterface nic)
    {
        try
        {
            return nic.GetIPProperties().GetIPv4Properties()?.Mtu ?? 0;
        }
        catch (NetworkInformationException)
        {
            return 0; // it went away, or has no IPv4
        }
    }
}
