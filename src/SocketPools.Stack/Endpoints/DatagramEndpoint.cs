using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Endpoints;

/// <summary>
/// What an end of UDP and a RAW socket have in common: an address, perhaps a peer, what setsockopt(2) sets, groups, and the packets
/// that wait to be read. With the gate held.
/// </summary>
internal abstract partial class DatagramEndpoint(NetworkStack stack, AddressFamily family, Action changed)
{
    private readonly Queue<Received> _received = new();
    private readonly List<(IPAddressValue Group, NetworkInterface Interface)> _groups = [];
    private NetworkPath? _path;
    private int _pathVersion;

    internal AddressFamily Family => family;

    /// <summary>The socket above; null for the stack's own.</summary>
    internal RadioSocket? Owner { get; init; }

    internal IPAddressValue LocalAddress { get; private protected set; } = IPAddressValue.Any(family);

    internal IPAddressValue RemoteAddress { get; private protected set; }

    internal bool IsConnected => RemoteAddress.HasValue;

    /// <summary>Whether ports play a part in it.</summary>
    internal virtual bool HasPorts => false;

    internal ushort LocalPort { get; private protected set; }

    internal ushort RemotePort { get; private protected set; }

    internal bool ReuseAddress { get; set; }

    internal bool MayBroadcast { get; set; }

    internal byte HopLimit { get; set; } = 64;

    internal byte TrafficClass { get; set; }

    internal byte MulticastHopLimit { get; set; } = 1;

    /// <summary>TTL, TOS and the TTL to groups of the IPv4 packets of an IPv6 socket; those of an IPv4 socket are its hop limits and its class.</summary>
    internal byte TimeToLive { get; set; } = 64;

    internal byte TypeOfService { get; set; }

    internal byte MulticastTimeToLive { get; set; } = 1;

    internal bool MulticastLoopback { get; set; } = true;

    internal bool MayNotFragment { get; set; }

    internal NetworkInterface? MulticastInterface { get; set; }

    internal Errno PendingError { get; private set; }

    internal int GroupCount => _groups.Count;

    protected NetworkStack Stack => stack;

    /// <summary>The peers it has lately sent to: path MTUs are learned only from messages about them.</summary>
    protected RecentPeers Sent;

    /// <summary>connect(2) of a socket of packets: the only peer from now on.</summary>
    internal abstract Errno Connect(in IPAddressValue remote, ushort port, NetworkInterface? scope);

    /// <summary>Sends a packet, or says why not.</summary>
    internal abstract RadioResult Send(ReadOnlySpan<byte> data, in IPAddressValue remote, ushort port, NetworkInterface? scope);

    /// <summary>Sends datagrams of one size, the last perhaps shorter, as one packet that the link cuts.</summary>
    /// <param name="data">All of their payloads.</param>
    /// <param name="segmentSize">The bytes of each.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="port">The port there.</param>
    /// <param name="scope">The only interface; null for any.</param>
    /// <param name="sent">How many bytes are in the packet: whole datagrams, and the last.</param>
    /// <returns>False: this way is not open, and nothing has happened.</returns>
    internal virtual bool TrySendTogether(ReadOnlySpan<byte> data, int segmentSize, in IPAddressValue remote, ushort port, NetworkInterface? scope, out int sent)
    {
        sent = 0;
        return false;
    }

    protected void Fail(Errno errno)
    {
        PendingError = errno;
        changed();
    }

    internal Errno TakeError()
    {
        Errno error = PendingError;
        PendingError = Errno.None;
        return error;
    }

    internal Errno Join(in IPAddressValue group, NetworkInterface one)
    {
        if (_groups.Contains((group, one)))
        {
            return Errno.EADDRINUSE;
        }

        if (_groups.Count >= stack.Limits.MaxGroupsPerSocket)
        {
            stack.Counters.GroupJoinsRejected++;
            return Errno.ENOBUFS;
        }

        _groups.Add((group, one));
        one.Groups.Join(group);
        return Errno.None;
    }

    internal Errno Leave(in IPAddressValue group, NetworkInterface one)
    {
        if (!_groups.Remove((group, one)))
        {
            return Errno.EADDRNOTAVAIL;
        }

        one.Groups.Leave(group);
        return Errno.None;
    }

    internal virtual void Close()
    {
        foreach ((IPAddressValue group, NetworkInterface one) in _groups)
        {
            one.Groups.Leave(group);
        }

        _groups.Clear();
        while (_received.TryDequeue(out Received packet))
        {
            packet.Frame.Release();
        }

        ReceivedBytes = 0;
    }

    protected void KeepPath(NetworkPath path) => (_path, _pathVersion) = (path, stack.Routes.Version);

    /// <summary>The way to an address; EACCES where it is a broadcast, which the socket has to be allowed (SO_BROADCAST).</summary>
    protected Errno FindPath(in IPAddressValue remote, NetworkInterface? scope, out NetworkPath? path)
    {
        if (_path is not null && _path.Remote == remote && _pathVersion == stack.Routes.Version)
        {
            path = _path;
        }
        else
        {
            NetworkInterface? only = scope ?? (remote.IsMulticast ? MulticastInterface : null);
            Errno errno = stack.FindPath(remote, LocalAddress.IsMulticast ? default : LocalAddress, only, out path);
            if (errno != Errno.None)
            {
                return errno;
            }

            if (!remote.IsUnspecified)
            {
                KeepPath(path!); // the last destination is mostly the next
            }
        }

        return !MayBroadcast && !path!.Remote.IsMulticast && path.Interface.IsBroadcast(path.Remote) ? Errno.EACCES : Errno.None;
    }

    protected PacketOptions OptionsFor(NetworkPath path) => IsMapped(path) ? new PacketOptions
    {
        HopLimit = path.Remote.IsMulticast ? MulticastTimeToLive : TimeToLive,
        TrafficClass = TypeOfService,
        MayNotFragment = MayNotFragment,
    }
    : new PacketOptions
    {
        HopLimit = path.Remote.IsMulticast ? MulticastHopLimit : HopLimit,
        TrafficClass = TrafficClass,
        MayNotFragment = MayNotFragment,
    };

    /// <summary>Whether this host's own listeners hear what is sent to a group (IP_MULTICAST_LOOP).</summary>
    protected bool IsHeardHere(NetworkPath path) =>
        path.Remote.IsMulticast && MulticastLoopback && !path.Interface.IsLoopback && path.Interface.Accepts(path.Remote);

    /// <summary>The way by which they hear it.</summary>
    protected NetworkPath PathToSelf(NetworkPath path) => new()
    {
        Local = path.Local,
        Remote = path.Remote,
        Interface = stack.Loopback,
        NextHop = path.Remote,
        Mtu = stack.Loopback.LinkMtu,
        Offloads = stack.Loopback.Offloads,
    };

    private bool IsMapped(NetworkPath path) => path.Remote.IsIPv4 && family == AddressFamily.InterNetworkV6;
}
