using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// What a transport needs of the layers below it. Every member is called with the stack's gate held, and none waits: frames are put
/// in line, and leave when the gate is free again.
/// </summary>
internal interface INetwork
{
    /// <summary>The shards of the stack.</summary>
    StackShards Shards { get; }

    /// <summary>The lock of the whole stack: the thread that holds it owns every connection, queue and timer.</summary>
    StackGate Gate => Shards.Gate;

    /// <summary>The stack's timers, which fire with the gate held.</summary>
    TimerQueue Timers => Shards.Main.Timers;

    /// <summary>The stack's random numbers: the system's cryptographic ones, or those of its seed.</summary>
    Random Random { get; }

    /// <summary>Makes as many shards as there are threads to work in them, where that is useful. With the gate held once.</summary>
    /// <returns>Whether there are more now.</returns>
    bool TryAddShards() => false;

    /// <summary>
    /// Lets every shard look at what has come for it: frames of a peer with more shards were waiting for one of fewer. Without a lock.
    /// </summary>
    void DriveShards()
    {
    }

    /// <summary>Finds the way to an address.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="local">The address to send from, or "any": then the way decides.</param>
    /// <param name="path">The way, or null after a failure.</param>
    /// <returns>ENETUNREACH: there is no route. EADDRNOTAVAIL: the local address is not of this stack.</returns>
    Errno FindPath(in IPAddressValue remote, in IPAddressValue local, out NetworkPath? path);

    /// <summary>Whether an address is one of this stack's own, or "any".</summary>
    bool IsLocal(in IPAddressValue address);

    /// <summary>Packets of a connection that are for this end may be given to it without the layers between.</summary>
    /// <param name="tuple">The connection.</param>
    /// <param name="interfaceIndex">The interface that its packets come in by.</param>
    /// <param name="end">This end.</param>
    void Remember(in FourTuple tuple, int interfaceIndex, IKnownFlow end)
    {
    }

    /// <summary>The end of a connection that was remembered: it gets no more packets that way.</summary>
    void Forget(in FourTuple tuple, IKnownFlow end)
    {
    }

    /// <summary>
    /// Sends a transport's packet, which is the network's from then on: puts an IP header in front, finds the neighbour, puts the
    /// frame in line.
    /// </summary>
    /// <param name="path">The way.</param>
    /// <param name="frame">The transport's header and payload.</param>
    /// <param name="protocol">The number in the IP header: 6 for TCP.</param>
    /// <param name="congestionBits">The two bits of explicit congestion notification (RFC 3168), 0 where they are not used.</param>
    void Send(NetworkPath path, Frame frame, byte protocol, int congestionBits = 0);

    /// <summary>
    /// Sends TCP segments of one length whose headers differ in their sequence numbers alone, to where no checksum is needed. All fit the path.
    /// </summary>
    /// <param name="path">The way.</param>
    /// <param name="texts">Their text. The frames are the network's if they are sent.</param>
    /// <param name="header">TCP's header of the first.</param>
    /// <returns>False: nothing was sent, because they need more than a header that is known.</returns>
    bool TrySendSeries(NetworkPath path, ref FrameQueue texts, ReadOnlySpan<byte> header) => false;
}
