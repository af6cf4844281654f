using System.Net.Sockets;
using System.Numerics;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Endpoints;

/// <summary>
/// What an end of UDP and a RAW socket have in common: an address, perhaps a peer, what setsockopt(2) sets, groups, and the packets
/// that wait to be read. With the gate held.
/// </summary>
internal abstract class DatagramEndpoint(NetworkStack stack, AddressFamily family, Action changed)
{
    // As Linux: net.core.rmem_default.
    internal const int DefaultReceiveLimit = 212_992;

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

    /// <summary>Bytes that may wait to be read.</summary>
    internal int ReceiveLimit { get; set; } = DefaultReceiveLimit;

    internal Errno PendingError { get; private set; }

    internal bool HasPacket => _received.Count > 0;

    internal int ReceivedBytes { get; private set; }

    internal int GroupCount => _groups.Count;

    /// <summary>Packets that were dropped because its queue was full.</summary>
    internal long ReceiveDrops { get; private set; }

    protected NetworkStack Stack => stack;

    /// <summary>The peers it has lately sent to: path MTUs are learned only from messages about them.</summary>
    protected RecentPeers Sent;

    /// <summary>connect(2) of a socket of packets: the only peer from now on.</summary>
    internal abstract Errno Connect(in IPAddressValue remote, ushort port, NetworkInterface? scope);

    /// <summary>Sends a packet, or says why not.</summary>
    internal abstract RadioResult Send(ReadOnlySpan<byte> data, in IPAddressValue remote, ushort port, NetworkInterface? scope);

    internal RadioResult Receive(Span<byte> buffer, out IPSocketAddress remote) => Receive(buffer, peek: false, out remote);

    /// <summary>The next packet, which stays with MSG_PEEK.</summary>
    internal RadioResult Receive(Span<byte> buffer, bool peek, out IPSocketAddress remote)
    {
        RadioResult result = Take(buffer, peek, out Received packet, out _);
        remote = packet.Remote;
        return result;
    }

    /// <summary>The next packet, and where it was sent to.</summary>
    internal RadioResult ReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        RadioResult result = Take(buffer, peek: false, out Received packet, out int length);
        remote = packet.Remote;
        information = result.Failed ? default : new PacketInformation
        {
            Destination = Show(packet.Destination).ToSocketAddress(0, ScopeOf(packet.Destination, packet.InterfaceIndex)),
            InterfaceIndex = packet.InterfaceIndex,
            IsTruncated = length > buffer.Length,
        };
        return result;
    }

    private RadioResult Take(Span<byte> buffer, bool peek, out Received packet, out int length)
    {
        length = 0;
        if (!(peek ? _received.TryPeek(out packet) : _received.TryDequeue(out packet)))
        {
            return Errno.EAGAIN;
        }

        length = packet.Frame.Length;
        int count = packet.Frame.CopyTo(buffer[..Math.Min(buffer.Length, length)]);
        if (!peek)
        {
            ReceivedBytes -= packet.Size;
            packet.Frame.Release();
        }

        return RadioResult.FromCount(count);
    }

    /// <summary>The length of the next packet; 0 where none waits.</summary>
    internal int NextLength => _received.TryPeek(out Received packet) ? packet.Frame.Length : 0;

    /// <summary>
    /// Receives the packets in line that are of one peer and of one size, of which the last may be shorter, as far as the buffer holds them
    /// whole; the first alone where it is empty.
    /// </summary>
    internal RadioResult ReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        RadioResult first = Receive(buffer, out remote);
        segmentSize = first.Count;
        int count = first.Count;
        int last = count;
        while (last > 0 && last == segmentSize && _received.TryPeek(out Received next) && next.Remote == remote
            && next.Frame.Length is var length && length > 0 && length <= segmentSize && length <= buffer.Length - count)
        {
            last = Receive(buffer[count..], out _).Count;
            count += last;
        }

        return first.Failed ? first : RadioResult.FromCount(count);
    }

    /// <summary>Puts a packet in line, which is the queue's from then on, or drops it where the queue is full.</summary>
    protected void Keep(in ReceivedPacket packet, Frame frame, ushort sourcePort)
    {
        int size = SizeOf(frame);
        if (ReceivedBytes + size > ReceiveLimit)
        {
            ReceiveDrops++;
            stack.Drop(frame, DropReason.ReceiveQueue);
            return;
        }

        ReceivedBytes += size;
        IPSocketAddress source = Show(packet.Source).ToSocketAddress(sourcePort, ScopeOf(packet.Source, packet.InterfaceIndex));
        _received.Enqueue(new Received(frame, source, size, packet.Destination, packet.InterfaceIndex));
        changed();
    }

    /// <summary>An address of a packet as the socket's family has it.</summary>
    private IPAddressValue Show(in IPAddressValue address) =>
        address.IsIPv4 && family == AddressFamily.InterNetworkV6 ? address.ToIPv4Mapped() : address;

    /// <summary>The number of the interface that a link-local address needs (RFC 4007).</summary>
    private static uint ScopeOf(in IPAddressValue address, int interfaceIndex) => address.IsIPv6 && address.IsLinkLocal ? (uint)interfaceIndex : 0;

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

    // Linux charges a small packet with its sk_buff (256 bytes) and the memory of its head: payload, headers and shared info (384 bytes)
    // in a block of 576 bytes or the next power of two. A default buffer holds 256 of up to 128 bytes, 166 of up to 512, and 92 of 1472.
    // What sits in a large block counts with all that it holds.
    private static int SizeOf(Frame frame)
    {
        int held = frame.HeldBytes;
        int head = frame.Length + 384;
        return held > BlockPool.SmallSize ? held : 256 + (head <= 576 ? 576 : (int)BitOperations.RoundUpToPowerOf2((uint)head));
    }

    private readonly record struct Received(Frame Frame, IPSocketAddress Remote, int Size, IPAddressValue Destination, int InterfaceIndex);
}
