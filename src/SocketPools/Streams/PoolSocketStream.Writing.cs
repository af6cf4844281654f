using System.Buffers;
using System.Runtime.CompilerServices;
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
            _socket.SendAll(buffer, StartWrite());
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

        ValueTask write = _socket.SendAllAsync(buffer, deadline, cancellationToken);
        return write.IsCompletedSuccessfully ? write : FinishWriteAsync(write);
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
    [AsyncMethodBuilder(typeof(OperationBuilder<>))]
    internal async ValueTask<int> WritePartAsync(ReadOnlySequence<byte> data, Deadline deadline, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return await _socket.SendPartAsync(data, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (PoolSocketException e)
        {
            throw WriteFailure(e);
        }
    }

    [AsyncMethodBuilder(typeof(OperationBuilder))]
    private static async ValueTask FinishWriteAsync(ValueTask write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (PoolSocketException e)
        {
            throw WriteFailure(e);
        }
    }
}
