namespace SocketPools.Stack.Tcp;

/// <summary>How much may be in the network at once. Windows are bytes, times seconds.</summary>
/// <remarks>
/// <see cref="TcpConnection"/> finds the losses and decides what is sent again; this only answers with a window. All three of RFC 5681's
/// phases are here: slow start, congestion avoidance, and what a loss does to both.
/// </remarks>
internal interface ICongestionControl
{
    /// <summary>For people: <c>cubic</c>.</summary>
    string Name { get; }

    /// <summary>cwnd: bytes that may be in the network.</summary>
    long Window { get; }

    /// <summary>ssthresh: below it the window grows by slow start.</summary>
    long SlowStartThreshold { get; }

    /// <summary>The connection is up.</summary>
    /// <param name="segmentSize">SMSS.</param>
    /// <param name="initialSegments">The initial window in segments: RFC 6928's 10, or 1 when a SYN was lost (RFC 5681, 3.1).</param>
    void Start(int segmentSize, int initialSegments);

    /// <summary>Segments have become smaller (path MTU discovery).</summary>
    void SetSegmentSize(int segmentSize);

    /// <summary>New bytes are acknowledged, outside of fast recovery.</summary>
    void OnAcknowledged(in AcknowledgmentSample sample);

    /// <summary>A loss was found by duplicate acknowledgments: fast recovery begins, with the window that this leaves.</summary>
    /// <param name="flight">FlightSize: bytes sent and not acknowledged.</param>
    void OnLoss(long flight);

    /// <summary>The retransmission timer has fired, for the first time since something was acknowledged.</summary>
    /// <param name="flight">FlightSize: bytes sent and not acknowledged.</param>
    void OnTimeout(long flight);

    /// <summary>The retransmission timer has fired again, or in the middle of a recovery: the window is one segment, and nothing else changes.</summary>
    void OnRepeatedTimeout();

    /// <summary>The last loss was none: all is as it was before it, at least (RFC 4015; RFC 9438, 4.9).</summary>
    void Undo();

    /// <summary>Something is sent with nothing on its way.</summary>
    /// <param name="idle">Seconds since something was sent last.</param>
    /// <param name="timeout">The retransmission timeout in seconds: for each that has passed the window is halved (RFC 5681, 4.1, as Linux does it).</param>
    void OnIdle(double idle, double timeout);
}

/// <summary>What an acknowledgment tells the congestion control.</summary>
/// <param name="Now">The time in seconds.</param>
/// <param name="Bytes">How many bytes it acknowledged.</param>
/// <param name="Acknowledged">SEG.ACK.</param>
/// <param name="SentUpTo">SND.NXT.</param>
/// <param name="RoundTrip">The round-trip time it measured, or not a number.</param>
/// <param name="SmoothedRoundTrip">SRTT.</param>
/// <param name="IsLimited">Whether the window was what limited the sender (RFC 7661): only then it grows.</param>
internal readonly record struct AcknowledgmentSample(
    double Now, long Bytes, long Acknowledged, long SentUpTo, double RoundTrip, double SmoothedRoundTrip, bool IsLimited);
