using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.Tool.Fetching;

/// <summary>
/// A connection under two kinds of time: a phase (a handshake, a head) has one deadline for all its reads and writes,
/// outside of a phase each read and write has the whole time for itself.
/// </summary>
internal sealed class TimedStream(PoolSocket socket, TimeSpan? timeout) : Stream
{
    // A client has its answer when it closes, and a server lingers by itself.
    private readonly PoolSocketStream _inner = new(socket) { LingerTimeout = TimeSpan.Zero };
    private Deadline? _phase;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => _inner.Length;

    public override long Position
    {
        get => _inner.Position;
        set => _inner.Position = value;
    }

    internal PoolSocket Socket => socket;

    /// <param name="most">The most that it may take, if that is less than the timeout.</param>
    internal void BeginPhase(TimeSpan? most = null) => _phase = new Deadline(socket.Pool.Radio.TimeProvider, Least(timeout, most) ?? Timeout.InfiniteTimeSpan);

    internal void EndPhase()
    {
        _phase = null;
        socket.Timeout = timeout;
    }

    public override int Read(Span<byte> buffer)
    {
        Arm("recv_into");
        return _inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Arm("sendall");
        _inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => _inner.Seek(offset, origin);

    public override void SetLength(long value) => _inner.SetLength(value);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private static TimeSpan? Least(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private void Arm(string operation)
    {
        if (_phase is not { IsInfinite: false } phase)
        {
            return;
        }

        TimeSpan left = phase.Remaining;
        if (left <= TimeSpan.Zero)
        {
            throw new IOException("The time is up.", new PoolSocketException(
                Errno.ETIMEDOUT, operation, socket.Pool.Radio.Name, default, socket.RemoteEndPoint, phase.Elapsed));
        }

        socket.Timeout = left;
    }
}
