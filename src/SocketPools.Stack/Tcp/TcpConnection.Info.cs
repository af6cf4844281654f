using SocketPools.Radios;
using SocketPools.Stack.Core;

namespace SocketPools.Stack.Tcp;

/// <summary>What a connection tells about itself.</summary>
internal sealed partial class TcpConnection
{
    private readonly long _createdAt;
    private uint _retransmitted;

    /// <summary>SMSS, without options; 0 before the handshake.</summary>
    internal int SegmentSize => _segmentSize;

    internal int GapCount => _gaps?.Count ?? 0;

    internal TcpInfo Info() => new()
    {
        Tuple = Tuple,
        State = State,
        Unread = Available,
        BehindGaps = _gaps?.Length ?? 0,
        Unsent = UnsentText,
        Unacknowledged = Flight,
        SendWindow = _sndWnd,
        ReceiveWindow = _rcvEdge - _rcvNxt,
        ReceiveBuffer = _receiveLimit,
        SendBuffer = SendLimit,
        CongestionControl = CongestionName,
        CongestionWindow = Window,
        SlowStartThreshold = SlowStartThreshold,
        SmoothedRoundTrip = Timers.Time(_rto.Smoothed),
        RoundTripVariation = Timers.Time(_rto.Variation),
        RetransmissionTimeout = Timers.Time(_rto.Timeout),
        SegmentSize = _segmentSize,
        SendScale = _sendScale,
        ReceiveScale = _receiveScale,
        HasTimestamps = _usesTimestamps,
        HasSack = _usesSack,
        HasEcn = _ecn.IsAgreed,
        IsEcnSeen = _ecn.IsSeen,
        Retransmissions = _retransmitted,
        IsOrphan = _isOrphan,
        Owner = Observer as RadioSocket,
        LossTimer = WaitOf(SendTimer),
        IsProbing = Flight == 0,
        AcknowledgmentTimer = WaitOf(AcknowledgmentTimer),
        LifeTimer = WaitOf(_lifeTimer),
        Backoffs = _unanswered,
        PathMtu = Path.Mtu,
        Interface = Path.Interface?.Name,
        Age = Timers.Time(Now - _createdAt),
    };

    private TimeSpan? WaitOf(StackTimer? timer) =>
        timer is { IsSet: true } ? Timers.Time(Math.Max(0, timer.Due - Now)) : null;
}

/// <summary>What <c>ss -ti</c> shows of a connection, under our names. Sizes are bytes.</summary>
internal sealed record TcpInfo
{
    internal required FourTuple Tuple { get; init; }

    internal required TcpState State { get; init; }

    /// <summary>Recv-Q.</summary>
    internal int Unread { get; init; }

    internal long BehindGaps { get; init; }

    internal long Unsent { get; init; }

    /// <summary>On their way; with <see cref="Unsent"/>, Send-Q.</summary>
    internal long Unacknowledged { get; init; }

    internal long SendWindow { get; init; }

    internal long ReceiveWindow { get; init; }

    internal int ReceiveBuffer { get; init; }

    internal long SendBuffer { get; init; }

    internal required string CongestionControl { get; init; }

    internal long CongestionWindow { get; init; }

    /// <summary>ssthresh; the greatest number while there was no loss.</summary>
    internal long SlowStartThreshold { get; init; }

    internal TimeSpan SmoothedRoundTrip { get; init; }

    internal TimeSpan RoundTripVariation { get; init; }

    internal TimeSpan RetransmissionTimeout { get; init; }

    /// <summary>SMSS, without options.</summary>
    internal int SegmentSize { get; init; }

    internal int SendScale { get; init; }

    internal int ReceiveScale { get; init; }

    internal bool HasTimestamps { get; init; }

    internal bool HasSack { get; init; }

    /// <summary>Whether explicit congestion notification is agreed on (RFC 3168).</summary>
    internal bool HasEcn { get; init; }

    /// <summary>Whether the peer's text came with ECT.</summary>
    internal bool IsEcnSeen { get; init; }

    internal long Retransmissions { get; init; }

    /// <summary>Whether its user has closed it.</summary>
    internal bool IsOrphan { get; init; }

    /// <summary>The socket above; null for one that is closed or not accepted yet, and for the stack's own.</summary>
    internal RadioSocket? Owner { get; init; }

    /// <summary>Until the retransmission timer fires, or the persist timer; null when it is not set.</summary>
    internal TimeSpan? LossTimer { get; init; }

    /// <summary>Whether it is the persist timer.</summary>
    internal bool IsProbing { get; init; }

    internal TimeSpan? AcknowledgmentTimer { get; init; }

    /// <summary>TIME-WAIT, FIN-WAIT-2 or keepalive.</summary>
    internal TimeSpan? LifeTimer { get; init; }

    /// <summary>Retransmissions or probes since the peer last answered.</summary>
    internal int Backoffs { get; init; }

    internal int PathMtu { get; init; }

    internal string? Interface { get; init; }

    internal TimeSpan Age { get; init; }
}
