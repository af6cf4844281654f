using System.Net.Sockets;

namespace SocketPools.Streams;

/// <summary>
/// A <see cref="Stream"/> over a connected socket, for everything that wants one (SslStream, readers, writers). Reads and
/// writes obey the socket's timeout. One reader and one writer may work at once.
/// </summary>
/// <remarks>Failures are <see cref="IOException"/> with the <see cref="PoolSocketException"/> inside, as in the BCL's network stream.</remarks>
/// <param name="socket">A connected stream socket.</param>
/// <param name="ownsSocket">Whether disposing the stream closes the socket.</param>
public sealed class PoolSocketStream(PoolSocket socket, bool ownsSocket = true) : Stream
{
    private readonly PoolSocket _socket = RequireStream(socket);
    private bool _disposed;

    /// <summary>The socket below.</summary>
    public PoolSocket Socket => _socket;

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanWrite => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <summary>The socket's timeout in milliseconds, rounded up; <see cref="Timeout.Infinite"/> for none. The same for both directions.</summary>
    public override int ReadTimeout
    {
        get => _socket.Timeout is { } t ? (int)Math.Ceiling(t.TotalMilliseconds) : Timeout.Infinite;
        set => _socket.Timeout = value switch
        {
            Timeout.Infinite => null,
            > 0 => TimeSpan.FromMilliseconds(value),
            _ => throw new ArgumentOutOfRangeException(nameof(value), value, "A stream's timeout is positive milliseconds, or Infinite."),
        };
    }

    /// <inheritdoc cref="ReadTimeout"/>
    public override int WriteTimeout
    {
        get => ReadTimeout;
        set => ReadTimeout = value;
    }

    /// <summary>Not supported: a connection has no length.</summary>
    public override long Length => throw new NotSupportedException("A connection has no length.");

    /// <summary>Not supported: a connection has no position.</summary>
    public override long Position
    {
        get => throw new NotSupportedException("A connection has no position.");
        set => throw new NotSupportedException("A connection has no position.");
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return _socket.ReceiveInto(buffer);
        }
        catch (PoolSocketException e)
        {
            throw new IOException($"Reading failed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
        {
            return;
        }

        try
        {
            _socket.SendAll(buffer);
        }
        catch (PoolSocketException e)
        {
            throw new IOException($"Writing failed: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <summary>Does nothing: every write goes to the socket at once.</summary>
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
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A connection has no position.");

    /// <summary>Not supported: a connection has no length.</summary>
    /// <param name="value">Not used.</param>
    public override void SetLength(long value) => throw new NotSupportedException("A connection has no length.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (ownsSocket)
            {
                _socket.Close();
            }
        }

        base.Dispose(disposing);
    }

    private static PoolSocket RequireStream(PoolSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return socket.Type == SocketType.Stream
            ? socket
            : throw new ArgumentException($"A stream needs a stream socket, not {socket.Type}.", nameof(socket));
    }
}
