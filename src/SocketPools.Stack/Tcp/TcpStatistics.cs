using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Tcp;

/// <summary>Why a segment was dropped.</summary>
internal enum TcpDrop
{
    /// <summary>The header is shorter than it says, or a port is 0.</summary>
    Malformed,
    /// <summary>The checksum is wrong.</summary>
    Checksum,
    /// <summary>It was for a broadcast or multicast address (RFC 9293, MUST-57).</summary>
    NotUnicast,
    /// <summary>No socket listens at the port; a reset was sent, unless the segment was one.</summary>
    NoConnection,
    /// <summary>Outside of the window (RFC 9293, 3.10.7.4, first).</summary>
    OutsideWindow,
    /// <summary>Its timestamp is older than one seen before (PAWS, RFC 7323, section 5).</summary>
    OldTimestamp,
    /// <summary>A reset in the window, but not at its edge (RFC 5961, section 3).</summary>
    BlindReset,
    /// <summary>A SYN on a connection that is up (RFC 5961, section 4).</summary>
    BlindSyn,
    /// <summary>It acknowledges what was never sent or is long gone (RFC 5961, section 5).</summary>
    BadAcknowledgment,
    /// <summary>It acknowledges nothing, on a connection that is up.</summary>
    NoAcknowledgment,
    /// <summary>Text behind too many gaps, or more of it than may be held.</summary>
    TooManyGaps,
    /// <summary>The queue of connections that wait to be accepted is full.</summary>
    AcceptQueueFull,
    /// <summary>The oldest half-open connection went for a new one.</summary>
    SynQueueFull,
    /// <summary>There are as many connections as there may be.</summary>
    TooManyConnections,
    /// <summary>There is no way back to the sender.</summary>
    NoRoute,
    /// <summary>Text for a connection whose socket was closed.</summary>
    AfterClose,
}

/// <summary>What TCP has counted since it began. Guarded by the stack's gate.</summary>
internal sealed class TcpStatistics
{
    private readonly long[] _drops = new long[Enum.GetValues<TcpDrop>().Length];
    internal CacheLinePadding Padding;

    internal long SegmentsReceived { get; set; }

    internal long SegmentsSent { get; set; }

    internal long SegmentsRetransmitted { get; set; }

    internal long ActiveOpens { get; set; }

    internal long PassiveOpens { get; set; }

    internal long ResetsSent { get; set; }

    internal long ResetsReceived { get; set; }

    internal long ChallengesSent { get; set; }

    internal long ChallengesWithheld { get; set; }

    internal long RetransmissionTimeouts { get; set; }

    internal long FastRecoveries { get; set; }

    internal long RecoveriesUndone { get; set; }

    internal long LossProbes { get; set; }

    internal long DuplicateSacksSent { get; set; }

    internal long DuplicateSacksReceived { get; set; }

    /// <summary>Segments with text that routers have marked (CE).</summary>
    internal long CongestionMarksReceived { get; set; }

    /// <summary>How often the window was reduced because the peer told of marks (ECE).</summary>
    internal long CongestionEchoReductions { get; set; }

    internal long WindowProbes { get; set; }

    internal long KeepAlives { get; set; }

    internal long DelayedAcknowledgments { get; set; }

    internal long OutOfOrder { get; set; }

    internal long Reopened { get; set; }

    /// <summary>How many segments were dropped for a reason.</summary>
    internal long this[TcpDrop reason] => _drops[(int)reason];

    /// <summary>Connections that were not opened because there are too many: ENOBUFS for connect(2).</summary>
    internal long OpensRefused { get; set; }

    /// <summary>Connections that left TIME-WAIT early because there are too many.</summary>
    internal long TimeWaitCut { get; set; }

    /// <summary>Told of each segment that is dropped: the stack counts it under its own reasons. Null where TCP is alone.</summary>
    internal Action<TcpDrop>? Dropped { get; set; }

    /// <summary>Adds what another shard has counted.</summary>
    internal void Add(TcpStatistics other)
    {
        SegmentsReceived += other.SegmentsReceived;
        SegmentsSent += other.SegmentsSent;
        SegmentsRetransmitted += other.SegmentsRetransmitted;
        ActiveOpens += other.ActiveOpens;
        PassiveOpens += other.PassiveOpens;
        ResetsSent += other.ResetsSent;
        ResetsReceived += other.ResetsReceived;
        ChallengesSent += other.ChallengesSent;
        ChallengesWithheld += other.ChallengesWithheld;
        RetransmissionTimeouts += other.RetransmissionTimeouts;
        FastRecoveries += other.FastRecoveries;
        RecoveriesUndone += other.RecoveriesUndone;
        LossProbes += other.LossProbes;
        DuplicateSacksSent += other.DuplicateSacksSent;
        DuplicateSacksReceived += other.DuplicateSacksReceived;
        CongestionMarksReceived += other.CongestionMarksReceived;
        CongestionEchoReductions += other.CongestionEchoReductions;
        WindowProbes += other.WindowProbes;
        KeepAlives += other.KeepAlives;
        DelayedAcknowledgments += other.DelayedAcknowledgments;
        OutOfOrder += other.OutOfOrder;
        Reopened += other.Reopened;
        OpensRefused += other.OpensRefused;
        TimeWaitCut += other.TimeWaitCut;
        for (int i = 0; i < _drops.Length; i++)
        {
            _drops[i] += other._drops[i];
        }
    }

    internal void Drop(TcpDrop reason)
    {
        _drops[(int)reason]++;
        if (reason != TcpDrop.SynQueueFull) // a connection goes then, not a packet
        {
            Dropped?.Invoke(reason);
        }
    }
}
