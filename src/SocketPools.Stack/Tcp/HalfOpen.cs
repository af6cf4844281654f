using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>A connection of which only the peer's SYN is known: what SYN-RECEIVED needs, and no more, because unverified peers create them.</summary>
internal sealed class HalfOpen
{
    internal required FourTuple Tuple { get; init; }

    internal required NetworkPath Path { get; init; }

    internal required long Iss { get; init; }

    internal required long Irs { get; init; }

    internal required TcpHeaderOptions PeerOptions { get; init; }

    internal required uint TimestampOffset { get; init; }

    internal required byte ReceiveScale { get; init; }

    internal required ushort Window { get; init; }

    /// <summary>Whether the peer's SYN asked for explicit congestion notification, and is told that we agree.</summary>
    internal bool IsEcnAgreed { get; set; }

    internal long SentAt { get; set; }

    internal long Due { get; set; }

    internal int Retransmissions { get; set; }

    internal long ChallengedAt { get; set; } = long.MinValue;

    /// <summary>Whether a segment lies in the window that was offered (RFC 9293, 3.4, table 5).</summary>
    internal bool IsInWindow(in TcpSegment segment) =>
        segment.Sequence <= Irs + Window && (segment.Sequence > Irs || segment.End > Irs + 1);

    /// <summary>PAWS (RFC 7323, 5.3), against the timestamp of the SYN.</summary>
    internal bool IsTooOld(in TcpSegment segment) => PeerOptions.HasTimestamps && segment.Options.HasTimestamps
        && (int)(segment.Options.TimestampValue - PeerOptions.TimestampValue) < 0;

    // The queue is in order of age.
    internal HalfOpen? Older { get; set; }

    internal HalfOpen? Newer { get; set; }
}
