namespace SocketPools.Stack.Tcp;

/// <summary>The options of one socket: a connection's own, or those that a listener gives to its connections.</summary>
internal record struct TcpSocketOptions
{
    /// <summary>TCP_NODELAY: small segments do not wait for acknowledgments (RFC 9293, 3.7.4).</summary>
    internal bool NoDelay { get; set; }

    /// <summary>SO_KEEPALIVE.</summary>
    internal bool KeepAlive { get; set; }

    /// <summary>TCP_KEEPIDLE; null for the stack's.</summary>
    internal TimeSpan? KeepAliveTime { get; set; }

    /// <summary>TCP_KEEPINTVL; null for the stack's.</summary>
    internal TimeSpan? KeepAliveInterval { get; set; }

    /// <summary>TCP_KEEPCNT; null for the stack's.</summary>
    internal int? KeepAliveCount { get; set; }

    /// <summary>TCP_USER_TIMEOUT: how long bytes may stay unacknowledged (RFC 5482); null for as long as retransmissions go on.</summary>
    internal TimeSpan? UserTimeout { get; set; }

    /// <summary>SO_RCVBUF in bytes: then it does not grow by itself.</summary>
    internal int? ReceiveBuffer { get; set; }

    /// <summary>SO_SNDBUF in bytes: then it does not grow by itself.</summary>
    internal int? SendBuffer { get; set; }

    /// <summary>TCP_MAXSEG: the longest text of a segment, both ways; null for what the path allows. Before the connection only.</summary>
    internal int? MaxSegmentSize { get; set; }
}
