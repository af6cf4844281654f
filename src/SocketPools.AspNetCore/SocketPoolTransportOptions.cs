namespace SocketPools.AspNetCore;

/// <summary>
/// Options of Kestrel's connections on a pool. The defaults are those of Kestrel's own transport. Set with
/// <c>AddSocketPoolTransport</c>.
/// </summary>
public sealed class SocketPoolTransportOptions
{
    // What .NET's timers hold: 2^31 - 1 ms.
    private static readonly TimeSpan s_longestLinger = TimeSpan.FromMilliseconds(int.MaxValue);

    private int _backlog = 512;
    private long? _maxReadBufferSize = 1024 * 1024;
    private long? _maxWriteBufferSize = 64 * 1024;
    private TimeSpan? _lingerTimeout;

    /// <summary>How many connections may wait to be accepted, 1 or more; 512 by default. Connections beyond the pool's budget wait here.</summary>
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

    /// <summary>Whether small packets are sent without delay (TCP_NODELAY); true by default.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// How many bytes of a connection are read ahead of the application before reading pauses; 1 MiB by default. Null or 0: no limit.
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
    /// How many bytes of a connection may wait to be sent before the application's writes pause; 64 KiB by default. Null or 0: no limit.
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
    /// How long an orderly close may hold a connection's place after the server has sent its end. Bytes that arrive meanwhile are read
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
    /// Whether the application always continues in the thread pool when bytes have arrived. False, the default, continues in the thread
    /// that the radio woke, which saves a change of threads for each request. The application may block there, as after any wait on the
    /// host's radio. True is for radios with one thread for all sockets.
    /// </summary>
    public bool AlwaysUseThreadPool { get; set; }
}
