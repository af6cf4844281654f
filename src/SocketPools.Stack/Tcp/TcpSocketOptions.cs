namespace SocketPools.Stack.Tcp;

/// <summary>The options of one socket: a connection's own, or those that a listener gives to its connections.</summary>
/// <remarks>
/// Every socket has them twice, so they are small: times are whole seconds or milliseconds, as setsockopt(2) takes them, and 0 is "not set",
/// which no option has as a value.
/// </remarks>
internal record struct TcpSocketOptions
{
    private int _userTimeout;
    private int _receiveBuffer;
    private int _sendBuffer;
    private ushort _keepAliveTime;
    private ushort _keepAliveInterval;
    private ushort _maxSegmentSize;
    private byte _keepAliveCount;

    /// <summary>TCP_NODELAY: small segments do not wait for acknowledgments (RFC 9293, 3.7.4).</summary>
    internal bool NoDelay { get; set; }

    /// <summary>TCP_CORK: nothing but full segments is sent, for the retransmission timeout at most.</summary>
    internal bool Cork { get; set; }

    /// <summary>SO_KEEPALIVE.</summary>
    internal bool KeepAlive { get; set; }

    /// <summary>TCP_KEEPIDLE; null for the stack's.</summary>
    internal TimeSpan? KeepAliveTime { readonly get => Seconds(_keepAliveTime); set => _keepAliveTime = (ushort)(value?.TotalSeconds ?? 0); }

    /// <summary>TCP_KEEPINTVL; null for the stack's.</summary>
    internal TimeSpan? KeepAliveInterval { readonly get => Seconds(_keepAliveInterval); set => _keepAliveInterval = (ushort)(value?.TotalSeconds ?? 0); }

    /// <summary>TCP_KEEPCNT; null for the stack's.</summary>
    internal int? KeepAliveCount { readonly get => Number(_keepAliveCount); set => _keepAliveCount = (byte)(value ?? 0); }

    /// <summary>TCP_USER_TIMEOUT: how long bytes may stay unacknowledged (RFC 5482); null for as long as retransmissions go on.</summary>
    internal TimeSpan? UserTimeout { readonly get => _userTimeout == 0 ? null : TimeSpan.FromMilliseconds(_userTimeout); set => _userTimeout = (int)(value?.TotalMilliseconds ?? 0); }

    /// <summary>TCP_LINGER2 in seconds: how long a connection that its user has closed waits in FIN-WAIT-2; 0 for the stack's, less for not at all.</summary>
    internal sbyte FinWait2Seconds { get; set; }

    /// <summary>SO_RCVBUF in bytes: then it does not grow by itself.</summary>
    internal int? ReceiveBuffer { readonly get => Number(_receiveBuffer); set => _receiveBuffer = value ?? 0; }

    /// <summary>SO_SNDBUF in bytes: then it does not grow by itself.</summary>
    internal int? SendBuffer { readonly get => Number(_sendBuffer); set => _sendBuffer = value ?? 0; }

    /// <summary>TCP_NOTSENT_LOWAT: with as many bytes that were not sent the socket is not writable; 0 for no limit.</summary>
    internal uint NotSentLowWater { get; set; }

    /// <summary>TCP_MAXSEG: the longest text of a segment, both ways; null for what the path allows. Before the connection only.</summary>
    internal int? MaxSegmentSize { readonly get => Number(_maxSegmentSize); set => _maxSegmentSize = (ushort)(value ?? 0); }

    private static int? Number(int value) => value == 0 ? null : value;

    private static TimeSpan? Seconds(int seconds) => seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
}
