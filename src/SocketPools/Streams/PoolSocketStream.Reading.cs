using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools.Streams;

public sealed partial class PoolSocketStream
{
    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            Deadline deadline = StartRead();
            if (!buffer.IsEmpty)
            {
                return _socket.ReceiveInto(buffer, deadline);
            }

            _socket.WaitReadable(deadline);
            return 0;
        }
        catch (PoolSocketException e)
        {
            throw ReadFailure(e);
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
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Deadline deadline;
        try
        {
            deadline = StartRead();
        }
        catch (PoolSocketException e)
        {
            return ValueTask.FromException<int>(ReadFailure(e));
        }

        ValueTask<int> read = buffer.IsEmpty
            ? _socket.WaitReadableAsync(deadline, cancellationToken)
            : _socket.ReceiveIntoAsync(buffer, deadline, cancellationToken);
        return read.IsCompletedSuccessfully ? read : FinishReadAsync(read);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private static async ValueTask<int> FinishReadAsync(ValueTask<int> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (PoolSocketException e)
        {
            throw ReadFailure(e);
        }
    }
}
