using System.Buffers;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools.Streams;

public sealed partial class PoolSocketStream
{
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
            _hasWritten = _isWriting = true;
            _socket.SendAll(buffer, StartWrite());
            _isWriting = false;
        }
        catch (PoolSocketException e)
        {
            throw WriteFailure(e);
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

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty)
        {
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : ValueTask.CompletedTask;
        }

        Deadline deadline;
        try
        {
            deadline = StartWrite();
        }
        catch (PoolSocketException e)
        {
            return ValueTask.FromException(WriteFailure(e));
        }

        _hasWritten = _isWriting = true;
        ValueTask write = _socket.SendAllAsync(buffer, deadline, cancellationToken);
        if (!write.IsCompletedSuccessfully)
        {
            return FinishWriteAsync(write);
        }

        _isWriting = false;
        return write;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <summary>Writes as much of several pieces as is taken at once, in one system call where the host takes them, and tells how much.</summary>
    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    internal async ValueTask<int> WritePartAsync(ReadOnlySequence<byte> data, Deadline deadline, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            _hasWritten = _isWriting = true;
            int count = await _socket.SendPartAsync(data, deadline, cancellationToken).ConfigureAwait(false);
            _isWriting = count < data.Length;
            return count;
        }
        catch (PoolSocketException e)
        {
            throw WriteFailure(e);
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder))]
    private async ValueTask FinishWriteAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
            _isWriting = false;
        }
        catch (PoolSocketException e)
        {
            throw WriteFailure(e);
        }
    }
}
