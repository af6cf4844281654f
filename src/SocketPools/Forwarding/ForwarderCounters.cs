namespace SocketPools.Forwarding;

/// <summary>What a forwarder has done since its start: a copy of its counters.</summary>
public sealed class ForwarderCounters
{
    /// <summary>Connections, or UDP mappings, that are open now, including those whose target is not reached yet.</summary>
    public int ActiveConnections { get; internal init; }

    /// <summary>Connections, or UDP mappings, that were opened to the target.</summary>
    public long ConnectionsOpened { get; internal init; }

    /// <summary>Connections whose target could not be reached, or that SOCKS refused.</summary>
    public long ConnectionsFailed { get; internal init; }

    /// <summary>Connections that ended otherwise than by the ends of both directions: resets, idle timeouts.</summary>
    public long ConnectionsAborted { get; internal init; }

    /// <summary>Bytes of payload that were sent to targets.</summary>
    public long BytesToTarget { get; internal init; }

    /// <summary>Bytes of payload that were sent to clients.</summary>
    public long BytesToClient { get; internal init; }

    /// <summary>
    /// UDP datagrams that were not passed on: too many mappings, a full pool, no room in a send buffer, a header of SOCKS that is malformed or
    /// fragmented, a sender that is not the association's.
    /// </summary>
    public long DatagramsDropped { get; internal init; }
}
