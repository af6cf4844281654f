namespace SocketPools.Stack.Tcp;

/// <summary>The congestion control algorithms; see <see cref="TcpOptions.CongestionControl"/>.</summary>
public enum TcpCongestionControl
{
    /// <summary>CUBIC as RFC 9438 specifies it.</summary>
    Cubic,
    /// <summary>NewReno as RFC 5681 and RFC 6582 specify it.</summary>
    NewReno,
}

/// <summary>
/// The defaults and limits of TCP in a stack, as <c>StackOptions.Tcp</c>. The values are Linux's unless the property says otherwise.
/// </summary>
public sealed record TcpOptions
{
    /// <summary>Which congestion control connections use.</summary>
    public TcpCongestionControl CongestionControl { get; init; } = TcpCongestionControl.Cubic;

    /// <summary>Whether selective acknowledgments are offered (RFC 2018).</summary>
    public bool SelectiveAcknowledgments { get; init; } = true;

    /// <summary>Whether timestamps are offered (RFC 7323).</summary>
    public bool Timestamps { get; init; } = true;

    /// <summary>Whether window scaling is offered (RFC 7323); without it no window is larger than 65535 bytes.</summary>
    public bool WindowScaling { get; init; } = true;

    /// <summary>
    /// Whether explicit congestion notification (RFC 3168) is asked for or accepted. <see cref="TcpEcn.Disabled"/> by default; Linux has
    /// <see cref="TcpEcn.Accepted"/>.
    /// </summary>
    public TcpEcn Ecn { get; init; } = TcpEcn.Disabled;

    /// <summary>The initial receive buffer of a connection, in bytes. It grows while the program reads data as it arrives.</summary>
    public int ReceiveBuffer { get; init; } = 128 * 1024;

    /// <summary>The size to which <see cref="ReceiveBuffer"/> may grow, 4096 bytes to 1 GiB.</summary>
    public int MaxReceiveBuffer { get; init; } = 6 * 1024 * 1024;

    /// <summary>The initial send buffer of a connection, in bytes. It grows with the congestion window.</summary>
    public int SendBuffer { get; init; } = 256 * 1024;

    /// <summary>The size to which <see cref="SendBuffer"/> may grow, in bytes.</summary>
    public int MaxSendBuffer { get; init; } = 4 * 1024 * 1024;

    /// <summary>How many separate ranges of out-of-order data a connection may store; segments that would add another are dropped.</summary>
    public int MaxOutOfOrderRanges { get; init; } = 512;

    /// <summary>How many connections there may be, including those in TIME-WAIT.</summary>
    public int MaxConnections { get; init; } = 65536;

    /// <summary>How many connections may be in TIME-WAIT; beyond it the oldest is dropped.</summary>
    public int MaxTimeWaitConnections { get; init; } = 16384;

    /// <summary>How many half-open connections a listener may have. Beyond it the oldest is dropped (RFC 4987, section 3.4).</summary>
    public int MaxHalfOpen { get; init; } = 1024;

    /// <summary>The smallest retransmission timeout; 200 ms by default, as on Linux.</summary>
    public TimeSpan MinRetransmissionTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The greatest retransmission timeout; 120 s by default, as on Linux.</summary>
    public TimeSpan MaxRetransmissionTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The retransmission timeout while no round trip was measured (RFC 6298, 2.1).</summary>
    public TimeSpan InitialRetransmissionTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a segment is retransmitted before the connection fails with ETIMEDOUT (R2 of RFC 9293, section 3.8.3).</summary>
    public int MaxRetransmissions { get; init; } = 15;

    /// <summary>How often a SYN is retransmitted before connect fails with ETIMEDOUT.</summary>
    public int MaxSynRetransmissions { get; init; } = 6;

    /// <summary>How often a listener retransmits the SYN-ACK of a half-open connection.</summary>
    public int MaxSynAckRetransmissions { get; init; } = 5;

    /// <summary>How often an orphaned connection (closed by the program) retransmits its last segments; Linux: tcp_orphan_retries.</summary>
    public int MaxOrphanRetransmissions { get; init; } = 8;

    /// <summary>How long an acknowledgment may be delayed to be sent with data, at most 500 ms (RFC 9293, section 3.8.6.3).</summary>
    public TimeSpan DelayedAckTimeout { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// How many segments are acknowledged at once at the start, after an idle time longer than the retransmission timeout, and after
    /// duplicate segments, so that the peer's window opens.
    /// </summary>
    public int QuickAcks { get; init; } = 16;

    /// <summary>
    /// Whether the acknowledgment of a short segment that was read may wait for 1 ms, or for 4 ms behind 16 full segments, where no peer is seen to wait
    /// for it. With false each is acknowledged as soon as it was read, as on Linux. Null, the default, is true with the system's clock, and false with any
    /// other clock, which may stand still.
    /// </summary>
    public bool? DelayReadAcks { get; init; }

    /// <summary>How long a connection stays in TIME-WAIT: twice the maximum segment lifetime. Zero skips the state.</summary>
    public TimeSpan TimeWaitTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an orphaned connection (closed by the program) waits in FIN-WAIT-2 for the peer's FIN; Linux: tcp_fin_timeout.</summary>
    public TimeSpan FinWait2Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection is idle before the first keepalive probe.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The time between keepalive probes that are not answered.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How many unanswered keepalive probes end the connection with ETIMEDOUT.</summary>
    public int KeepAliveCount { get; init; } = 9;

    /// <summary>The first port of the range for sockets without a chosen port.</summary>
    public int FirstEphemeralPort { get; init; } = 32768;

    /// <summary>The last port of the range for sockets without a chosen port.</summary>
    public int LastEphemeralPort { get; init; } = 60999;

    /// <summary>The largest maximum segment size that is offered, in bytes; null for what the path carries.</summary>
    public int? MaxSegmentSize { get; init; }

    /// <summary>
    /// Whether the interval between SYNs doubles each time (RFC 6298, 5.5). Some stacks, such as lwIP, keep
    /// <see cref="InitialRetransmissionTimeout"/>.
    /// </summary>
    public bool SynBackoff { get; init; } = true;

    /// <summary>The interval before the first probe of a closed window, which doubles; null for the retransmission timeout (RFC 9293, 3.8.6.1).</summary>
    public TimeSpan? WindowProbeInterval { get; init; }

    /// <summary>Whether a probe of a closed window carries the next byte, as RFC 9293 (3.8.6.1) and lwIP have it. As on Linux it has none by default.</summary>
    public bool WindowProbesCarryData { get; init; }

    /// <summary>
    /// Sequence numbers count from 6510 in ticks of this length, as in lwIP without a hook. Null, the default, chooses them by RFC 6528.
    /// <b>Predictable numbers can be guessed by anyone who knows the time</b>: use it only to imitate such a stack.
    /// </summary>
    public TimeSpan? PredictableSequenceTick { get; init; }

    /// <summary>Whether chosen ports follow one another from a random start, as in lwIP. By default each is chosen by RFC 6056, algorithm 3.</summary>
    public bool SequentialPorts { get; init; }
}
