using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;

namespace SocketPools.Chips.Carrying;

/// <summary>A connected socket of a radio as a stream, for TLS inside of a chip. It owns the socket.</summary>
internal sealed class RadioSocketStream(RadioSocket socket) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RadioResult result;
        while ((result = socket.TryReceive(buffer.Span)).Errno == Errno.EAGAIN)
        {
            await WaitAsync(Readiness.Readable, cancellationToken).ConfigureAwait(false);
        }

        return result.Failed ? throw new IOException($"{result.Errno}") : result.Count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            RadioResult result = socket.TrySend(buffer.Span);
            if (result.Errno == Errno.EAGAIN)
            {
                await WaitAsync(Readiness.Writable, cancellationToken).ConfigureAwait(false);
            }
            else if (result.Failed)
            {
                throw new IOException($"{result.Errno}");
            }

            buffer = buffer[result.Count..];
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        socket.Close();
        base.Dispose(disposing);
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Awaited at once.")]
    private async ValueTask WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        RadioResult wait = await socket.WaitAsync(interest, cancellationToken).ConfigureAwait(false);
        if (wait.Failed)
        {
            throw new IOException($"{wait.Errno}");
        }
    }
}
