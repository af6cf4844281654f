using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.IP;

/// <summary>
/// One end of a connection whose packets find it without the layers between, while they are what it expects next: header prediction (Van Jacobson
/// 1990; Linux: early demultiplexing and the fast path of <c>tcp_rcv_established</c>).
/// </summary>
internal interface IKnownFlow
{
    /// <summary>Takes a packet if it is what is expected; with the gate held.</summary>
    /// <param name="frame">
    /// The frame, whose checksums need not be verified any more, and which stays the caller's. If it is taken, it is let go of; else it is as it
    /// was, and goes through all layers.
    /// </param>
    /// <param name="start">Where the transport's header begins in the frame's head.</param>
    /// <param name="hasMore">Whether it came with others (<see cref="ReceivedPacket.HasMore"/>).</param>
    bool TryReceive(Frame frame, int start, bool hasMore);
}
