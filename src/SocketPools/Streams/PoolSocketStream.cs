using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Streams;

/// <summary>
/// A <see cref="Stream"/> over a connected socket, for everything that wants one (SslStream, HttpClient, readers, writers). One
/// reader and one writer may work at once. It behaves as the BCL's network stream; its timeouts hold for the asynchronous
/// calls too.
/// </summary>
/// <remarks>
/// <para>Failures are <see cref="IOException"/> with the <see cref="PoolSocketException"/> inside.</para>
/// <para>A read into an empty buffer waits until there is something to read, or the end, and takes nothing: so an idle
/// connection needs no buffer.</para>
/// <para>On a socket with timeout 0 what would wait fails with EAGAIN, until <see cref="ReadTimeout"/> and
/// <see cref="WriteTimeout"/> are set.</para>
/// <para>A library that gets the stream usually reads all the time, also while the connection is idle. A read that times out, by the socket's
/// timeout or by <see cref="ReadTimeout"/>, ends the connection for most of them: set neither there.</para>
/// <para>Nagle's algorithm is on unless <see cref="PoolSocket.NoDelay"/> was set. Small messages of a dialogue may then wait for an
/// acknowledgment, 40 ms and more. <see cref="PoolStreamExtensions.ConnectStreamAsync(SocketPool, string, int, TimeSpan?, CancellationToken)"/>
/// turns it off and sets no timeout.</para>
/// </remarks>
/// <param name="socket">A connected stream socket.</param>
/// <param name="ownsSocket">Whether disposing the stream closes the socket.</param>
/// <exception cref="ArgumentException">The socket is no stream.</exception>
/// <exception cref="IOException">The socket is not connected, or closed.</exception>
public sealed partial class PoolSocketStream(PoolSocket socket, bool ownsSocket = true) : Stream
{
    private readonly PoolSocket _socket = RequireStream(socket);
    private TimeSpan? _readTimeout;
    private TimeSpan? _writeTimeout;
    private TimeSpan? _lingerTimeout;
    private bool _disposed;

    // The peer's end was read, or the connection has failed, and the socket is closed.
    private volatile bool _hasEnded;

    // Whether there is anything for the peer to lose; and whether a write is under way, or has failed in the middle.
    private bool _hasWritten;
    private volatile bool _isWriting;

    /// <summary>Gets the socket that the stream reads and writes.</summary>
    public PoolSocket Socket => _socket;

    /// <summary>Gets whether a read would find data at once. False says nothing about the end of the stream.</summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    /// <exception cref="IOException">The radio does not report it (EOPNOTSUPP), or the socket is closed.</exception>
    public bool DataAvailable
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                return _socket.Available > 0;
            }
            catch (PoolSocketException e)
            {
                throw ReadFailure(e);
            }
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <summary>
    /// How long a read may wait, in milliseconds, 1 or more; <see cref="Timeout.Infinite"/> for no limit. The socket's timeout,
    /// rounded up, until it is set here.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0 or less.</exception>
    public override int ReadTimeout
    {
        get => ToMilliseconds(_readTimeout ?? _socket.CallLimit);
        set => _readTimeout = FromMilliseconds(value);
    }

    /// <summary>
    /// How long a write may take, in milliseconds, 1 or more; <see cref="Timeout.Infinite"/> for no limit. The socket's timeout,
    /// rounded up, until it is set here.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0 or less.</exception>
    public override int WriteTimeout
    {
        get => ToMilliseconds(_writeTimeout ?? _socket.CallLimit);
        set => _writeTimeout = FromMilliseconds(value);
    }

    /// <summary>
    /// How long disposing may wait for the peer: after the end was sent, what still arrives is read and discarded, so that it does not
    /// reset the connection and destroy what the peer has not received yet. The pool's <see cref="SocketPool.LingerTimeout"/> until it
    /// is set here; <see cref="TimeSpan.Zero"/> closes at once.
    /// </summary>
    /// <remarks>
    /// <see cref="Stream.DisposeAsync"/> waits for the peer's end. <see cref="Stream.Dispose()"/> waits only while the peer has not
    /// acknowledged everything, where the radio reports that, and holds the thread. Neither waits when nothing was written, or while a
    /// write is under way: then disposing aborts.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than zero, or to more than 24.8 days.</exception>
    public TimeSpan LingerTimeout
    {
        get => _lingerTimeout ?? _socket.Pool.LingerTimeout;
        set => _lingerTimeout = CallTimeout.RequireFinite(value);
    }

    /// <summary>
    /// Whether the stream closes its socket when a read meets the peer's end or a lost connection, so that the place in the pool is free
    /// although no caller disposes the stream. Later reads return the end; later writes fail. False unless
    /// <see cref="PoolStreamExtensions.ConnectStreamAsync(SocketPool, string, int, TimeSpan?, CancellationToken)"/> made the stream. Leave it
    /// off where one side ends sending and still expects an answer (half-close).
    /// </summary>
    public bool ClosesAtEnd { get; init; }

    /// <summary>Not supported: a connection has no length.</summary>
    public override long Length => throw NoPosition();

    /// <summary>Not supported: a connection has no position.</summary>
    public override long Position
    {
        get => throw NoPosition();
        set => throw NoPosition();
    }

    /// <summary>
    /// One deadline for all that the stream does, in place of one for each call: a TLS handshake is many calls and has one
    /// timeout. Null for the usual.
    /// </summary>
    internal Deadline? SharedDeadline { get; set; }

    /// <summary>Ends writing, and leaves reading open: the peer reads the end of the stream (half-close).</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    public void CompleteWrites()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (PoolSocketException e)
        {
            throw WriteFailure(e);
        }
    }

    /// <summary>Does nothing, because every write is sent to the socket at once.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: every write goes to the socket at once.</summary>
    /// <param name="cancellationToken">Checked first.</param>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    /// <summary>Not supported: a connection has no position.</summary>
    /// <param name="offset">Not used.</param>
    /// <param name="origin">Not used.</param>
    public override long Seek(long offset, SeekOrigin origin) => throw NoPosition();

    /// <summary>Not supported: a connection has no length.</summary>
    /// <param name="value">Not used.</param>
    public override void SetLength(long value) => throw NoPosition();

    /// <summary>
    /// Ends the connection in order, if the stream owns the socket: sends the end, discards what arrives until the peer's end or
    /// <see cref="LingerTimeout"/>, and closes.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            if (ownsSocket)
            {
                await _socket.LingerAsync(EndWrites(waitsForPeer: true)).ConfigureAwait(false);
            }
        }

        await base.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (ownsSocket)
            {
                _socket.Linger(EndWrites(waitsForPeer: false));
            }
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// The end goes out first: closing with unread bytes (TLS has them: unsolicited tickets) is a reset, and a peer that
    /// has the end does not mind it. Reading is not shut down: who waits is to hear of the close.
    /// </summary>
    /// <returns>How long to linger.</returns>
    private TimeSpan EndWrites(bool waitsForPeer)
    {
        bool hasTail = _hasWritten && !_isWriting;
        return _socket.ShutdownSending(hasTail ? LingerTimeout : TimeSpan.Zero, waitsForPeer);
    }

    private Deadline StartRead() => SharedDeadline is { } shared ? WhatIsLeft(shared) : _socket.StartCall(_readTimeout);

    internal Deadline StartWrite() => SharedDeadline is { } shared ? WhatIsLeft(shared) : _socket.StartCall(_writeTimeout);

    /// <summary>
    /// The rest of a shared deadline as one of its own: a blocking call hands its whole timeout to the kernel, so it must not
    /// be given what earlier calls have used.
    /// </summary>
    private Deadline WhatIsLeft(in Deadline shared)
    {
        if (shared.IsInfinite || shared.IsImmediate)
        {
            return shared;
        }

        TimeSpan left = shared.Remaining;
        return left > TimeSpan.Zero ? new Deadline(shared.TimeProvider, left) : throw _socket.CreateException(Errno.ETIMEDOUT, "poll", shared);
    }

    private static IOException ReadFailure(PoolSocketException e) => new($"Reading failed: {e.Message}", e);

    private static IOException WriteFailure(PoolSocketException e) => new($"Writing failed: {e.Message}", e);

    private static NotSupportedException NoPosition() => new("A connection has no length and no position.");

    private static int ToMilliseconds(TimeSpan timeout) =>
        timeout == System.Threading.Timeout.InfiniteTimeSpan ? System.Threading.Timeout.Infinite : (int)Math.Ceiling(timeout.TotalMilliseconds);

    private static TimeSpan FromMilliseconds(int value) => value switch
    {
        System.Threading.Timeout.Infinite => System.Threading.Timeout.InfiniteTimeSpan,
        > 0 => TimeSpan.FromMilliseconds(value),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A stream's timeout is positive milliseconds, or Infinite."),
    };

    private static PoolSocket RequireStream(PoolSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.Type != SocketType.Stream)
        {
            throw new ArgumentException($"A stream needs a stream socket, not {socket.Type}.", nameof(socket));
        }

        // A connect that was not waited for may be done by now, and a connection that is lost is the first read's to tell.
        Errno errno = socket.State switch
        {
            SocketState.Closed => Errno.EBADF,
            SocketState.Connected or SocketState.Connecting => Errno.None,
            _ => Errno.ENOTCONN,
        };
        if (errno == Errno.None)
        {
            return socket;
        }

        PoolSocketException failure = socket.CreateException(errno, "stream", socket.StartCall());
        throw new IOException($"A stream needs a connected socket: {failure.Message}", failure);
    }
}
