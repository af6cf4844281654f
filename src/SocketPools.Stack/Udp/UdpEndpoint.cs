using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Udp;

/// <summary>One end of UDP: an address and a port, perhaps a peer, and the datagrams that wait to be read. With the gate held.</summary>
internal sealed class UdpEndpoint(UdpLayer layer, AddressFamily family, Action changed)
{
    // As Linux: net.core.rmem_default; small datagrams count as much as their block.
    private const int DefaultReceiveLimit = 212_992;
    private const int LongestPayload = 65_507;

    private readonly Queue<Datagram> _received = new();
    private readonly List<(IPNumber Group, StackInterface Interface)> _groups = [];
    private int _receivedBytes;
    private NetworkPath? _path;
    private int _pathVersion;

    internal AddressFamily Family => family;

    internal IPNumber LocalAddress { get; private set; } = IPNumber.Any(family);

    internal ushort LocalPort { get; private set; }

    internal IPNumber RemoteAddress { get; private set; }

    internal ushort RemotePort { get; private set; }

    internal bool IsBound => LocalPort != 0;

    internal bool IsConnected => RemoteAddress.HasValue;

    internal bool ReuseAddress { get; set; }

    internal bool MayBroadcast { get; set; }

    internal byte HopLimit { get; set; } = 64;

    internal byte TrafficClass { get; set; }

    internal byte MulticastHopLimit { get; set; } = 1;

    internal bool MulticastLoopback { get; set; } = true;

    internal bool MayNotFragment { get; set; }

    internal StackInterface? MulticastInterface { get; set; }

    /// <summary>Bytes that may wait to be read.</summary>
    internal int ReceiveLimit { get; set; } = DefaultReceiveLimit;

    internal Errno PendingError { get; private set; }

    internal bool HasDatagram => _received.Count > 0;

    internal int ReceivedBytes => _receivedBytes;

    internal void SetLocal(in IPNumber address, ushort port) => (LocalAddress, LocalPort) = (address, port);

    /// <summary>connect(2) of a datagram socket: the only peer from now on.</summary>
    internal Errno Connect(in IPNumber remote, ushort port, StackInterface? scope)
    {
        Errno errno = layer.Stack.FindPath(remote, LocalAddress, scope, out NetworkPath? path);
        if (errno == Errno.None && path!.Interface.IsBroadcast(path.Remote) && !MayBroadcast)
        {
            errno = Errno.EACCES;
        }

        if (errno == Errno.None && !IsBound)
        {
            errno = layer.Bind(this, LocalAddress, 0);
        }

        if (errno != Errno.None)
        {
            return errno;
        }

        (_path, _pathVersion) = (path, layer.Stack.Routes.Version);
        LocalAddress = path!.Local;
        (RemoteAddress, RemotePort) = (path.Remote, port);
        return Errno.None;
    }

    internal RadioResult Send(ReadOnlySpan<byte> data, in IPNumber remote, ushort port, StackInterface? scope)
    {
        if (data.Length > LongestPayload)
        {
            return Errno.EMSGSIZE;
        }

        Errno errno = FindPath(remote, scope, out NetworkPath? path);
        if (errno == Errno.None && !IsBound)
        {
            errno = layer.Bind(this, LocalAddress, 0);
        }

        if (errno != Errno.None)
        {
            return errno;
        }

        bool isGroup = path!.Remote.IsMulticast;
        if (!isGroup && !MayBroadcast && path.Interface.IsBroadcast(path.Remote))
        {
            return Errno.EACCES;
        }

        if (MayNotFragment && data.Length + UdpHeader.Length + path.HeaderLength > path.Mtu)
        {
            return Errno.EMSGSIZE;
        }

        SendNow(data, path, port, isGroup);
        if (isGroup && MulticastLoopback && path.Interface.Groups.Accepts(path.Remote))
        {
            SendToSelf(data, path, port);
        }

        return RadioResult.FromCount(data.Length);
    }

    internal RadioResult Receive(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        if (!_received.TryDequeue(out Datagram datagram))
        {
            return Errno.EAGAIN;
        }

        _receivedBytes -= SizeOf(datagram.Frame);
        remote = datagram.Remote;
        int count = datagram.Frame.CopyTo(buffer[..Math.Min(buffer.Length, datagram.Frame.Length)]);
        datagram.Frame.Release();
        return RadioResult.FromCount(count);
    }

    /// <summary>How well a datagram fits: 0 not at all, more for each thing that it names.</summary>
    internal int Score(in ReceivedPacket packet, ushort sourcePort)
    {
        bool isLocal = LocalAddress == packet.Destination;
        if (packet.Destination.Family != family || (!isLocal && !LocalAddress.IsUnspecified && packet.IsUnicast))
        {
            return 0;
        }

        if (!IsConnected)
        {
            return isLocal ? 2 : 1;
        }

        return RemoteAddress == packet.Source && RemotePort == sourcePort ? 4 : 0;
    }

    /// <summary>ip(7), IP_MULTICAST_ALL: a group's datagrams come to who has bound it or joined any group on the way in; broadcasts to all.</summary>
    internal bool TakesGroup(in ReceivedPacket packet) =>
        !packet.Destination.IsMulticast || LocalAddress == packet.Destination || LocalAddress.IsUnspecified;

    internal void Deliver(in ReceivedPacket packet, Frame frame, ushort sourcePort)
    {
        if (_receivedBytes + SizeOf(frame) > ReceiveLimit)
        {
            layer.Stack.Drop(frame, DropReason.ReceiveQueue);
            return;
        }

        _receivedBytes += SizeOf(frame);
        uint scope = packet.Source.IsIPv6 && packet.Source.IsLinkLocal ? (uint)packet.InterfaceIndex : 0;
        _received.Enqueue(new Datagram(frame, packet.Source.ToSocketAddress(sourcePort, scope)));
        changed();
    }

    internal bool MayHaveSent(in NetworkError error, ushort remotePort) =>
        error.Remote.Family == family && (!IsConnected || (RemoteAddress == error.Remote && RemotePort == remotePort));

    /// <summary>An ICMP error about a datagram: told once, to sockets with a peer (udp(7)).</summary>
    internal void OnError(in NetworkError error, ushort remotePort)
    {
        if (IsConnected && RemoteAddress == error.Remote && RemotePort == remotePort && (error.IsHard || error.Errno == Errno.EMSGSIZE))
        {
            PendingError = error.Errno;
            changed();
        }
    }

    internal Errno TakeError()
    {
        Errno error = PendingError;
        PendingError = Errno.None;
        return error;
    }

    internal Errno Join(in IPNumber group, StackInterface one)
    {
        if (_groups.Contains((group, one)))
        {
            return Errno.EADDRINUSE;
        }

        _groups.Add((group, one));
        one.Groups.JoinUnsynchronized(group);
        return Errno.None;
    }

    internal Errno Leave(in IPNumber group, StackInterface one)
    {
        if (!_groups.Remove((group, one)))
        {
            return Errno.EADDRNOTAVAIL;
        }

        one.Groups.LeaveUnsynchronized(group);
        return Errno.None;
    }

    internal void Close()
    {
        foreach ((IPNumber group, StackInterface one) in _groups)
        {
            one.Groups.LeaveUnsynchronized(group);
        }

        _groups.Clear();
        if (IsBound)
        {
            layer.Remove(this);
        }

        while (_received.TryDequeue(out Datagram datagram))
        {
            datagram.Frame.Release();
        }

        _receivedBytes = 0;
    }

    private Errno FindPath(in IPNumber remote, StackInterface? scope, out NetworkPath? path)
    {
        if (_path is not null && _path.Remote == remote && _pathVersion == layer.Stack.Routes.Version)
        {
            path = _path;
            return Errno.None;
        }

        StackInterface? only = scope ?? (remote.IsMulticast ? MulticastInterface : null);
        IPNumber local = LocalAddress.IsMulticast ? default : LocalAddress;
        Errno errno = layer.Stack.FindPath(remote, local, only, out path);
        if (errno == Errno.None && !remote.IsUnspecified)
        {
            // The last destination is mostly the next.
            (_path, _pathVersion) = (path, layer.Stack.Routes.Version);
        }

        return errno;
    }

    private void SendNow(ReadOnlySpan<byte> data, NetworkPath path, ushort port, bool isGroup)
    {
        Frame frame = Build(data, path, port);
        layer.Stack.Send(path, frame, IPProtocol.Udp, new PacketOptions
        {
            HopLimit = isGroup ? MulticastHopLimit : HopLimit,
            TrafficClass = TrafficClass,
            MayNotFragment = MayNotFragment,
        });
    }

    /// <summary>A copy for the listeners of this host (IP_MULTICAST_LOOP).</summary>
    private void SendToSelf(ReadOnlySpan<byte> data, NetworkPath path, ushort port)
    {
        NetworkPath self = new()
        {
            Local = path.Local,
            Remote = path.Remote,
            Interface = layer.Stack.Loopback,
            NextHop = path.Remote,
            Mtu = layer.Stack.Loopback.Link.Mtu,
            Offloads = layer.Stack.Loopback.Link.Offloads,
        };
        layer.Stack.Send(self, Build(data, self, port), IPProtocol.Udp, new PacketOptions());
    }

    private Frame Build(ReadOnlySpan<byte> data, NetworkPath path, ushort port)
    {
        Frame frame = Frame.Rent(data.Length);
        data.CopyTo(frame.Append(data.Length));
        UdpHeader header = new(LocalPort, port, data.Length);
        // A datagram that is to be cut needs its sum: its pieces do not tell that nobody has to look.
        bool isWhole = data.Length + UdpHeader.Length + path.HeaderLength <= path.Mtu;
        if (isWhole && (path.Offloads & Links.LinkOffloads.NoChecksums) != 0)
        {
            header.WriteWithoutChecksum(frame.Push(UdpHeader.Length));
            frame.Checksums = ChecksumState.NotNeeded;
            return frame;
        }

        InternetChecksum sum = default;
        sum.AddPseudoHeader(path.Local, path.Remote, IPProtocol.Udp, data.Length + UdpHeader.Length);
        sum.Add(data);
        header.Write(frame.Push(UdpHeader.Length), sum);
        return frame;
    }

    // What the datagram really holds: a small one may sit in a large block.
    private static int SizeOf(Frame frame) => frame.HeldBytes;

    private readonly record struct Datagram(Frame Frame, IPSocketAddress Remote);
}
