using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

/// <summary>
/// One end of a connection whose packets find it without the layers between, while they are what it expects next: header prediction (Van Jacobson
/// 1990; Linux: early demultiplexing and the fast path of <c>tcp_rcv_established</c>).
/// </summary>
internal interface IKnownFlow
{
    /// <summary>The shard that it belongs to.</summary>
    StackShard Shard { get; }

    /// <summary>The interface that its packets usually come in by.</summary>
    NetworkInterface Interface { get; }

    /// <summary>
    /// What <see cref="StackCore.AddressChanges"/> was when one of its packets passed all checks of the layers below; -1 before the first.
    /// </summary>
    int CheckedAt { get; set; }

    /// <summary>
    /// Its packets come in another shard's lane: an end that has accepted the connection follows its peer there. With the gate held.
    /// </summary>
    void Follow(StackShard shard);

    /// <summary>Takes a packet if it is what is expected; with the lock of its shard held.</summary>
    /// <param name="frame">
    /// The frame, whose checksums need not be verified any more, and which stays the caller's. If it is taken, it is let go of; else it is as it
    /// was, and goes through all layers.
    /// </param>
    /// <param name="start">Where the transport's header begins in the frame's head.</param>
    /// <param name="hasMore">Whether it came with others (<see cref="ReceivedPacket.HasMore"/>).</param>
    /// <param name="isShardOnly">Whether no other lock is held: then nothing may be done that needs them.</param>
    bool TryReceive(Frame frame, int start, bool hasMore, bool isShardOnly);

    /// <summary>
    /// Takes packets behind one that was taken, which came with it and say the same: full segments whose sequence numbers follow one another.
    /// </summary>
    /// <param name="frames">The frames, with all headers. What is taken is let go of; what is not stays.</param>
    /// <param name="count">How many of them follow.</param>
    /// <param name="textStart">Where the text begins in each, which is behind the head.</param>
    /// <param name="isShardOnly">As of <see cref="TryReceive"/>.</param>
    /// <param name="own">The buffers of the calling thread.</param>
    /// <returns>How many were taken.</returns>
    int ReceiveSeries(ref FrameQueue frames, int count, int textStart, bool isShardOnly, ThreadBuffers own);
}
