using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Core;

/// <summary>
/// What a transport needs of the layers below it. Every member is called with the stack's gate held, and none waits: frames are put
/// in line, and leave when the gate is free again.
/// </summary>
internal interface INetwork
{
    /// <summary>The lock of the whole stack: whoever holds it owns every connection, queue and timer.</summary>
    Lock Gate { get; }

    /// <summary>The clock of all timers.</summary>
    TimeProvider Clock { get; }

    /// <summary>The stack's timers, which fire with the gate held.</summary>
    TimerQueue Timers { get; }

    /// <summary>The stack's random numbers: the system's cryptographic ones, or those of its seed.</summary>
    Random Random { get; }

    /// <summary>Finds the way to an address.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="local">The address to send from, or "any": then the way decides.</param>
    /// <param name="path">The way, or null after a failure.</param>
    /// <returns>ENETUNREACH: there is no route. EADDRNOTAVAIL: the local address is not of this stack.</returns>
    Errno FindPath(in IPNumber remote, in IPNumber local, out NetworkPath? path);

    /// <summary>Whether an address is one of this stack's own, or "any".</summary>
    bool IsLocal(in IPNumber address);

    /// <summary>
    /// Sends a transport's packet, which is the network's from then on: puts an IP header in front, finds the neighbour, puts the
    /// frame in line.
    /// </summary>
    /// <param name="path">The way.</param>
    /// <param name="frame">The transport's header and payload.</param>
    /// <param name="protocol">The number in the IP header: 6 for TCP.</param>
    /// <param name="congestionBits">The two bits of explicit congestion notification (RFC 3168), 0 where they are not used.</param>
    void Send(NetworkPath path, Frame frame, byte protocol, int congestionBits = 0);
}

/// <summary>The way from one address to another. It is asked for once a connection, and again when packets do not arrive.</summary>
internal sealed class NetworkPath
{
    private ushort _identification;

    /// <summary>The address that packets come from.</summary>
    internal required IPNumber Local { get; init; }

    /// <summary>The address that packets go to.</summary>
    internal required IPNumber Remote { get; init; }

    /// <summary>The interface that they leave by.</summary>
    internal required StackInterface Interface { get; init; }

    /// <summary>The neighbour that they are given to.</summary>
    internal required IPNumber NextHop { get; set; }

    /// <summary>The neighbour itself, once a packet has been sent to it: it need not be looked up again until it is forgotten.</summary>
    internal Neighbor? Neighbor { get; set; }

    /// <summary>The longest IP packet that arrives, in bytes: the link's, or less after path MTU discovery (RFC 1191, RFC 8201).</summary>
    internal int Mtu { get; set; }

    /// <summary>Whether TCP sends without "don't fragment": a router has reported an MTU that no path has (<see cref="PathMtuTable.MinIPv4"/>).</summary>
    internal bool MayFragment { get; set; }

    /// <summary>What the link spares the transport.</summary>
    internal LinkOffloads Offloads { get; init; }

    /// <summary>Which counter numbers the packets that may be cut, for the protocol that was sent last.</summary>
    internal short IdentificationCounter { get; set; }

    /// <summary>The protocol that <see cref="IdentificationCounter"/> is for; 0 before the first.</summary>
    internal byte IdentifiedProtocol { get; set; }

    /// <summary>Bytes of TCP payload that one frame may carry where the link cuts them (<see cref="LinkOffloads.Segmentation"/>).</summary>
    internal const int MaxSegmentedPayload = 65536 - 256;

    /// <summary>Bytes of the IP header: 20, or 40 for IPv6.</summary>
    internal int HeaderLength => Local.IsIPv4 ? IPv4Header.MinLength : IPv6Header.Length;

    /// <summary>Numbers packets that may not be cut.</summary>
    internal ushort NextIdentification(Random random)
    {
        if (_identification == 0)
        {
            _identification = (ushort)random.Next(1, 65536);
        }

        return _identification++;
    }
}

/// <summary>A transport as the network sees it. Called with the stack's gate held.</summary>
internal interface ITransport
{
    /// <summary>A packet has come for an address of this stack. The frame's head begins with the transport's header; it is the transport's now.</summary>
    /// <param name="packet">Its addresses and what else the IP header told.</param>
    /// <param name="frame">Header and payload.</param>
    void Receive(in ReceivedPacket packet, Frame frame);

    /// <summary>
    /// Whether this transport may have sent the packet that an ICMP message is about, so that the path's MTU may be learned from it
    /// (RFC 5927, section 7; RFC 8201, section 4).
    /// </summary>
    /// <param name="error">What it says.</param>
    /// <param name="header">At least 8 bytes of the transport's header that came back.</param>
    bool MayHaveSent(in NetworkError error, ReadOnlySpan<byte> header) => false;

    /// <summary>An ICMP message has come about a packet that this transport sent.</summary>
    /// <param name="error">What it says.</param>
    /// <param name="header">At least 8 bytes of the transport's header that came back (RFC 792).</param>
    void OnError(in NetworkError error, ReadOnlySpan<byte> header);

    /// <summary>The MTU of the path to a destination has changed, by a report or because a report has expired.</summary>
    void OnPathMtuChanged(in IPNumber remote)
    {
    }

    /// <summary>The packets that came together have all been given out: what was put off by <see cref="ReceivedPacket.HasMore"/> is done.</summary>
    void EndBatch()
    {
    }
}

/// <summary>What the IP header of a received packet told.</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">To whom: an address of this stack, a broadcast or a multicast address.</param>
/// <param name="IsUnicast">Whether it was for one of this stack's own addresses alone.</param>
/// <param name="CongestionBits">The two bits of explicit congestion notification.</param>
/// <param name="HopLimit">TTL or hop limit as it arrived.</param>
/// <param name="InterfaceIndex">The interface it came in by, counted from 1.</param>
/// <param name="HeaderLength">How far the transport's header is from the packet's first byte: to quote the packet in an error.</param>
/// <param name="HasMore">Whether it came with others, so that an answer to all may wait until <see cref="ITransport.EndBatch"/>.</param>
internal readonly record struct ReceivedPacket(
    IPNumber Source,
    IPNumber Destination,
    bool IsUnicast,
    int CongestionBits,
    int HopLimit,
    int InterfaceIndex,
    int HeaderLength,
    bool HasMore = false)
{
    /// <summary>Whether it was put together from fragments.</summary>
    internal bool WasInPieces { get; init; }
}

/// <summary>An ICMP error about a packet that was sent.</summary>
/// <param name="Local">The address it was sent from.</param>
/// <param name="Remote">The address it was sent to.</param>
/// <param name="Errno">The error as sockets(7) tell it: ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EMSGSIZE, EPROTO, EACCES.</param>
/// <param name="IsHard">Whether it ends an attempt to connect (RFC 1122, 4.2.3.9); a connection that is up only remembers it.</param>
/// <param name="Mtu">With EMSGSIZE: the next hop's MTU.</param>
internal readonly record struct NetworkError(IPNumber Local, IPNumber Remote, Errno Errno, bool IsHard, int Mtu)
{
    /// <summary>With EMSGSIZE: whether longer packets than a router has reported may be sent, for routers to cut.</summary>
    internal bool MayFragment { get; init; }
}
