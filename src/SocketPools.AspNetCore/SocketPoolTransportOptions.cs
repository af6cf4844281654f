namespace SocketPools.AspNetCore;

/// <summary>How connections of pools are served. The values at the start are those of Kestrel's own transport.</summary>
public sealed class SocketPoolTransportOptions
{
    // What .NET's timers hold: 2^31 - 1 ms.
    private static readonly TimeSpan s_longestLinger = TimeSpan.FromMilliseconds(int.MaxValue);

    private int _backlog = 512;
    private long? _maxReadBufferSize = 1024 * 1024;
    private long? _maxWriteBufferSize = 64 * 1024;
    private TimeSpan? _lingerTimeout;

    /// <summary>How many connections may wait to be accepted, 1 or more; 512 unless told. Those for which the pool has no place wait here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int Backlog
    {
        get => _backlog;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _backlog = value;
        }
    }

    /// <summary>Whether small packets are sent without delay (TCP_NODELAY); true unless told.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// How many bytes of a connection are read ahead of the application before reading pauses; 1 MiB unless told. Null or 0: no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 0.</exception>
    public long? MaxReadBufferSize
    {
        get => _maxReadBufferSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value.GetValueOrDefault(), nameof(value));
            _maxReadBufferSize = value;
        }
    }

    /// <summary>
    /// How many bytes of a connection may wait to be sent before the application's writes pause; 64 KiB unless told. Null or 0: no
    /// limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 0.</exception>
    public long? MaxWriteBufferSize
    {
        get => _maxWriteBufferSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value.GetValueOrDefault(), nameof(value));
            _maxWriteBufferSize = value;
        }
    }

    /// <summary>
    /// How long an orderly close may hold a connection's place after the server has sent its end: bytes that arrive meanwhile are read
    /// and discarded, because they would reset a closed connection and destroy what the client has not received yet. It ends when the
    /// client closes. Null, the default, takes the pool's <see cref="SocketPool.LingerTimeout"/>; <see cref="TimeSpan.Zero"/> closes
    /// at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than zero, or to more than 24.8 days.</exception>
    public TimeSpan? LingerTimeout
    {
        get => _lingerTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value.GetValueOrDefault(), TimeSpan.Zero, nameof(value));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value.GetValueOrDefault(), s_longestLinger, nameof(value));
            _lingerTimeout = value;
        }
    }

    /// <summary>
    /// Whether the application always goes on in the thread pool when bytes have come. False unless told: it goes on in the thread that
    /// the radio's wait woke, which spares a change of threads for each request. It may block there, as anything may that
    /// follows a wait on the host's radio. True is for radios that have one thread for all.
    /// </summary>
    public bool AlwaysUseThreadPool { get; set; }
}
