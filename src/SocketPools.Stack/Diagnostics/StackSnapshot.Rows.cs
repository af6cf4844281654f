namespace SocketPools.Stack.Diagnostics;

/// <summary>
/// A socket of a stack, or a connection that outlives its socket. Queues are in bytes, as <c>ss</c> has them. See
/// <see cref="StackSnapshot.Sockets"/>.
/// </summary>
public sealed class StackSocketInfo
{
    /// <summary>The transport protocol: <c>tcp</c>, <c>udp</c> or <c>raw</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>
    /// The state with the terms of <c>ss</c>: <c>LISTEN</c>, <c>ESTAB</c>, <c>SYN-SENT</c>, <c>SYN-RECV</c>, <c>TIME-WAIT</c>,
    /// <c>UNCONN</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Bytes that wait to be read; of a listener, connections that wait to be accepted.</summary>
    public long ReceiveQueue { get; init; }

    /// <summary>Bytes that the peer has not acknowledged yet; of a listener, the backlog.</summary>
    public long SendQueue { get; init; }

    /// <summary>Its address and port: <c>192.0.2.1:80</c>, <c>[::]:80</c>. Of a RAW socket the port is the protocol.</summary>
    public required string Local { get; init; }

    /// <summary>The peer's; null for none.</summary>
    public string? Remote { get; init; }

    /// <summary>Its number in the pool; null for a connection without a socket, and for the stack's own sockets.</summary>
    public long? Socket { get; init; }

    /// <summary>Packets that were dropped because its receive queue was full; of a listener, those that came when its backlog was.</summary>
    public long Dropped { get; init; }

    /// <summary>What only TCP's connections have; null for others.</summary>
    public TcpInfo? Tcp { get; init; }

    /// <summary>What only listeners have; null for others.</summary>
    public ListenerInfo? Listen { get; init; }
}

/// <summary>
/// The state of a TCP connection, with the names of <c>ss -ti</c>. Times are in milliseconds. See <see cref="StackSocketInfo.Tcp"/>.
/// </summary>
public sealed class TcpInfo
{
    /// <summary>The congestion control: <c>cubic</c> or <c>newreno</c>.</summary>
    public required string CongestionControl { get; init; }

    /// <summary>The maximum segment size: bytes of payload in a full segment.</summary>
    public int Mss { get; init; }

    /// <summary>The path's MTU in bytes.</summary>
    public int Pmtu { get; init; }

    /// <summary>How many bits the peer's window is shifted by (RFC 7323).</summary>
    public int SendScale { get; init; }

    /// <summary>How many bits our window is shifted by.</summary>
    public int ReceiveScale { get; init; }

    /// <summary>Whether both sides use timestamps (RFC 7323).</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether both sides use selective acknowledgments (RFC 2018).</summary>
    public bool Sack { get; init; }

    /// <summary>Whether explicit congestion notification is agreed on (RFC 3168).</summary>
    public bool Ecn { get; init; }

    /// <summary>Whether ECN-capable segments have been received.</summary>
    public bool EcnSeen { get; init; }

    /// <summary>The congestion window in bytes; <c>ss</c> counts segments.</summary>
    public long Cwnd { get; init; }

    /// <summary>The slow start threshold in bytes; null before the first loss.</summary>
    public long? Ssthresh { get; init; }

    /// <summary>The smoothed round-trip time (SRTT) in milliseconds; null before the first measurement.</summary>
    public double? RttMs { get; init; }

    /// <summary>The variation of the round-trip time (RTTVAR), in milliseconds.</summary>
    public double? RttVarMs { get; init; }

    /// <summary>The retransmission timeout (RTO), in milliseconds.</summary>
    public double RtoMs { get; init; }

    /// <summary>How many segments were retransmitted since the connection began.</summary>
    public long Retransmissions { get; init; }

    /// <summary>How many retransmission timeouts in a row were not followed by an acknowledgment.</summary>
    public int Backoffs { get; init; }

    /// <summary>Bytes that were sent and are not acknowledged yet.</summary>
    public long Unacknowledged { get; init; }

    /// <summary>Bytes that wait to be sent.</summary>
    public long Unsent { get; init; }

    /// <summary>Bytes that were received out of order and wait for earlier ones.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>The peer's window in bytes.</summary>
    public long SendWindow { get; init; }

    /// <summary>The window that we advertise, in bytes.</summary>
    public long ReceiveWindow { get; init; }

    /// <summary>The receive buffer's size in bytes.</summary>
    public long ReceiveBuffer { get; init; }

    /// <summary>The send buffer's size in bytes.</summary>
    public long SendBuffer { get; init; }

    /// <summary>The name of the interface that the connection uses; null if it has none yet.</summary>
    public string? Interface { get; init; }

    /// <summary>Milliseconds until the retransmission timer fires; null while it is off.</summary>
    public double? RetransmissionTimerMs { get; init; }

    /// <summary>Milliseconds until the next probe of the peer's closed window; null while it is open.</summary>
    public double? PersistTimerMs { get; init; }

    /// <summary>Milliseconds until a delayed acknowledgment is sent; null if none is pending.</summary>
    public double? AcknowledgmentTimerMs { get; init; }

    /// <summary>Milliseconds until TIME-WAIT or FIN-WAIT-2 ends, or until the next keepalive; null if none is set.</summary>
    public double? LifeTimerMs { get; init; }

    /// <summary>Whether the connection's socket is closed (tcp(7): orphaned).</summary>
    public bool Orphan { get; init; }

    /// <summary>How long the connection has existed, in milliseconds.</summary>
    public double AgeMs { get; init; }
}

/// <summary>The queues of a listening socket, and their limits. See <see cref="StackSocketInfo.Listen"/>.</summary>
public sealed class ListenerInfo
{
    /// <summary>Connections that wait to be accepted.</summary>
    public int Waiting { get; init; }

    /// <summary>How many connections may wait to be accepted.</summary>
    public int Backlog { get; init; }

    /// <summary>Connections whose handshake is not finished.</summary>
    public int HalfOpen { get; init; }

    /// <summary>How many half-open connections the listener may have.</summary>
    public int MaxHalfOpen { get; init; }

    /// <summary>SYNs that were dropped because the backlog was full.</summary>
    public long DroppedAcceptQueueFull { get; init; }

    /// <summary>Half-open connections that were dropped for newer ones.</summary>
    public long DroppedHalfOpenFull { get; init; }
}

/// <summary>The configuration and counters of an interface. See <see cref="StackSnapshot.Interfaces"/>.</summary>
public sealed class InterfaceInfo
{
    /// <summary>Its number in the stack.</summary>
    public int Index { get; init; }

    /// <summary>The name of the interface's link.</summary>
    public required string Name { get; init; }

    /// <summary>What the frames are: <c>ethernet</c> or <c>ip</c>.</summary>
    public required string Medium { get; init; }

    /// <summary>The longest IP packet in bytes: the link's, or less where a DHCP server says so.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether the link can carry frames now.</summary>
    public bool Carrier { get; init; } = true;

    /// <summary><c>02:00:00:00:00:01</c>; null where the medium has none.</summary>
    public string? HardwareAddress { get; init; }

    /// <summary>Its addresses with the lengths of their prefixes; behind one that is still being checked stands <c>tentative</c>.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The groups it listens to.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Frames taken from the link.</summary>
    public long FramesReceived { get; init; }

    /// <summary>The bytes of the frames taken from the link.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Frames that the link took.</summary>
    public long FramesSent { get; init; }

    /// <summary>The bytes of the frames that the link took.</summary>
    public long BytesSent { get; init; }

    /// <summary>Exceptions that the link has thrown.</summary>
    public long LinkErrors { get; init; }

    /// <summary>Packets dropped here, by reason.</summary>
    public required IReadOnlyList<CounterInfo> Dropped { get; init; }
}

/// <summary>A row of the routing table. See <see cref="StackSnapshot.Routes"/>.</summary>
public sealed class RouteInfo
{
    /// <summary>Gets the network with its prefix length, such as <c>0.0.0.0/0</c>.</summary>
    public required string Destination { get; init; }

    /// <summary>Gets the next hop; null for a network on the link.</summary>
    public string? Gateway { get; init; }

    /// <summary>Gets the name of the interface.</summary>
    public required string Interface { get; init; }

    /// <summary>Gets the metric. Of several routes to one network, the smallest counts.</summary>
    public int Metric { get; init; }
}

/// <summary>A row of the neighbour table (ARP or neighbour discovery). See <see cref="StackSnapshot.Neighbors"/>.</summary>
public sealed class NeighborInfo
{
    /// <summary>Gets the IP address of the neighbor.</summary>
    public required string Address { get; init; }

    /// <summary>Gets its hardware address; null while it is not known.</summary>
    public string? HardwareAddress { get; init; }

    /// <summary>Gets the name of the interface.</summary>
    public required string Interface { get; init; }

    /// <summary>Gets the state with the terms of <c>ip neigh</c>: <c>REACHABLE</c>, <c>STALE</c>, <c>DELAY</c>, <c>PROBE</c>, <c>INCOMPLETE</c>.</summary>
    public required string State { get; init; }

    /// <summary>Gets whether it announces itself as a router.</summary>
    public bool Router { get; init; }

    /// <summary>Gets the number of packets that wait for its hardware address.</summary>
    public int Waiting { get; init; }
}

/// <summary>The path MTU of a destination, as path MTU discovery has found it. See <see cref="StackSnapshot.PathMtus"/>.</summary>
public sealed class PathMtuInfo
{
    /// <summary>Gets the IP address of the destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Gets the longest packet that arrives, in bytes.</summary>
    public int Mtu { get; init; }
}

/// <summary>A limit of the stack, its use and its rejections. See <see cref="StackSnapshot.Limits"/>.</summary>
public sealed class LimitInfo
{
    /// <summary>Gets the name of the limited resource.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how much is in use; for limits of each socket, neighbor or interface, the most that one of them uses.</summary>
    public long Used { get; init; }

    /// <summary>Gets how much there may be.</summary>
    public long Limit { get; init; }

    /// <summary>Gets the number of rejections, drops and evictions that the limit caused.</summary>
    public long Rejected { get; init; }

    /// <summary>Gets the name of the property that sets it.</summary>
    public required string Setting { get; init; }
}

/// <summary>A counter of the stack, and its value. See <see cref="StackSnapshot.Counters"/>.</summary>
public sealed class CounterInfo
{
    /// <summary>Gets the name of the counter.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the value since the stack was created.</summary>
    public long Count { get; init; }
}
