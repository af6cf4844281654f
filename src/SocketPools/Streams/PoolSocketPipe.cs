using System.IO.Pipelines;

namespace SocketPools.Streams;

/// <summary>
/// A connected socket as a pair of pipes, for parsers and writers made for System.IO.Pipelines. Reads wait without a buffer;
/// a flush sends all that was written, in one system call where the host takes it.
/// </summary>
/// <remarks>
/// Completing <see cref="Output"/> ends sending, so that the peer reads the end; completing <see cref="Input"/> only stops
/// reading. The socket is closed by disposing the pair, which ends what waits; the user of an end completes it, as with
/// every pipe. Failures are those of <see cref="PoolSocketStream"/>.
/// </remarks>
public sealed class PoolSocketPipe : IDuplexPipe, IDisposable, IAsyncDisposable
{
    private readonly PoolSocketStream _stream;

    /// <summary>Creates a reader and a writer over a connected socket.</summary>
    /// <param name="socket">A connected stream socket; the pair owns it from now on.</param>
    /// <exception cref="ArgumentException">The socket is no stream.</exception>
    /// <exception cref="IOException">The socket is not connected, or closed.</exception>
    public PoolSocketPipe(PoolSocket socket)
    {
        _stream = new PoolSocketStream(socket);
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        Output = new PoolSocketPipeWriter(_stream);
    }

    /// <summary>Gets the socket that the pipe reads and writes.</summary>
    public PoolSocket Socket => _stream.Socket;

    /// <summary>Gets the reader of the data that the peer sends.</summary>
    public PipeReader Input { get; }

    /// <summary>Gets the writer of the data that is sent to the peer.</summary>
    public PipeWriter Output { get; }

    /// <summary>How long disposing may wait for the peer: <see cref="PoolSocketStream.LingerTimeout"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than zero, or to more than 24.8 days.</exception>
    public TimeSpan LingerTimeout
    {
        get => _stream.LingerTimeout;
        set => _stream.LingerTimeout = value;
    }

    /// <summary>
    /// Closes the socket, which ends every waiting call. Data that was flushed is still sent, within <see cref="LingerTimeout"/>; data that
    /// was written and not flushed is lost.
    /// </summary>
    public void Dispose()
    {
        // The ends are not completed here: they would give buffers back that a call on another thread may still be using.
        _stream.Dispose();
    }

    /// <summary>The same as <see cref="Dispose"/>, without holding a thread, and until the peer's end.</summary>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
