using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>The fields of a received packet's IP header.</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">The destination: an address of this stack, a broadcast or a multicast address.</param>
/// <param name="IsUnicast">Whether it was for one of this stack's own addresses alone.</param>
/// <param name="CongestionBits">The two bits of explicit congestion notification.</param>
/// <param name="HopLimit">TTL or hop limit as it arrived.</param>
/// <param name="InterfaceIndex">The interface it came in by, counted from 1.</param>
/// <param name="HeaderLength">How far the transport's header is from the packet's first byte: to quote the packet in an error.</param>
/// <param name="HasMore">Whether it came with others, so that an answer to all may wait until <see cref="ITransport.EndBatch"/>.</param>
internal readonly record struct ReceivedPacket(
    IPAddressValue Source,
    IPAddressValue Destination,
    bool IsUnicast,
    int CongestionBits,
    int HopLimit,
    int InterfaceIndex,
    int HeaderLength,
    bool HasMore = false)
{
    /// <summary>Whether it was put together from fragments, or has a fragment header that cuts nothing.</summary>
    internal bool WasInPieces { get; init; }
}
