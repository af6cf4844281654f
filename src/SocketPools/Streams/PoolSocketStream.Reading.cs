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
        if (_hasEnded)
        {
            return 0;
        }

        try
        {
            Deadline deadline = StartRead();
            if (!buffer.IsEmpty)
            {
                return CloseAtEnd(_socket.ReceiveInto(buffer, deadline));
            }

            _socket.WaitReadable(deadline);
            return 0;
        }
        catch (PoolSocketException e)
        {
            CloseAfter(e.Errno);
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
        if (_hasEnded)
        {
            return ValueTask.FromResult(0);
        }

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
        return read.IsCompletedSuccessfully && !ClosesAtEnd ? read : FinishReadAsync(read, isWait: buffer.IsEmpty);
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
    private async ValueTask<int> FinishReadAsync(ValueTask<int> read, bool isWait)
    {
        try
        {
            int count = await read.ConfigureAwait(false);
            return isWait ? count : CloseAtEnd(count);
        }
        catch (PoolSocketException e)
        {
            CloseAfter(e.Errno);
            throw ReadFailure(e);
        }
    }

    /// <summary>Frees the place when the peer has ended.</summary>
    private int CloseAtEnd(int count)
    {
        if (count == 0 && ClosesAtEnd)
        {
            _hasEnded = true;
            _socket.Close();
        }

        return count;
    }

    /// <summary>Frees the place when the connection is lost; a read that waited too long may be tried again.</summary>
    private void CloseAfter(Errno errno)
    {
        if (ClosesAtEnd && errno is not (Errno.ETIMEDOUT or Errno.EAGAIN))
        {
            _socket.Close();
        }
    }
}
