namespace SocketPools.Stack.Names;

/// <summary>Counters of a stack's resolver. They may be read at any time: <c>radio.DnsCounters.QueriesSent</c>.</summary>
public sealed class DnsCounters
{
    /// <summary>DNS queries that were sent over UDP.</summary>
    public long QueriesSent { get; internal set; }

    /// <summary>Questions asked over TCP, because an answer was cut off or too many were false.</summary>
    public long TcpQueriesSent { get; internal set; }

    /// <summary>Lookups that were answered from memory.</summary>
    public long CacheHits { get; internal set; }

    /// <summary>Questions that a server did not answer in time.</summary>
    public long LookupsTimedOut { get; internal set; }

    /// <summary>Messages that answered no question: of another id or for another name, or not to be read. Those of another server or port do not get this far: <see cref="Core.DropReason.NoListener"/>.</summary>
    public long ResponsesIgnored { get; internal set; }

    /// <summary>Lookups that failed because too many queries were pending.</summary>
    public long LookupsRejected { get; internal set; }
}
