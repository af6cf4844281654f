using System.Buffers;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools;

// The asynchronous transfers that have to wait: their state is kept and used again.
public sealed partial class PoolSocket
{
    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> ReceiveWhenReadyAsync(Memory<byte> buffer, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : Received(_socket.TryReceive(buffer.Span));
        }
        while (MustWait(result, deadline));
        Check(result, "recv_into", deadline);
        return result.Count;
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<ReceiveFromResult> ReceiveFromWhenReadyAsync(
        Memory<byte> buffer, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        IPSocketAddress remote = default;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : Received(_socket.TryReceiveFrom(buffer.Span, out remote));
        }
        while (MustWait(result, deadline));
        Check(result, "recvfrom_into", deadline);
        return new ReceiveFromResult(result.Count, remote);
    }

    /// <summary>Waits until something is taken; without a limit until all is. What was taken before a failure is reported first, as in send(2).</summary>
    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> SendWhenReadyAsync(
        ReadOnlyMemory<byte> data, int sent, Deadline deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            RadioResult wait;
            try
            {
                wait = await WaitAsync(Readiness.Writable, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (sent > 0)
            {
                return sent;
            }

            RadioResult result = wait.Failed ? wait : Sent(_socket.TrySend(data.Span[sent..]));
            if (MustWait(result, deadline))
            {
                continue;
            }

            sent += result.Count;
            if (result.Failed && sent == 0)
            {
                Check(result, "send", deadline);
            }

            if (result.Failed || !deadline.IsInfinite || sent == data.Length)
            {
                return sent;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder))]
    private async ValueTask SendAllWhenReadyAsync(ReadOnlyMemory<byte> data, Deadline deadline, CancellationToken cancellationToken)
    {
        while (!data.IsEmpty)
        {
            RadioResult wait = await WaitAsync(Readiness.Writable, deadline, cancellationToken).ConfigureAwait(false);
            RadioResult result = wait.Failed ? wait : Sent(_socket.TrySend(data.Span));
            if (!MustWait(result, deadline))
            {
                Check(result, "sendall", deadline);
                data = data[result.Count..];
            }
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder))]
    private async ValueTask SendAllWhenReadyAsync(ReadOnlySequence<byte> data, Deadline deadline, CancellationToken cancellationToken)
    {
        // A sendmsg(2) takes so many pieces and no more: what follows a full one may find room at once.
        bool mayHaveRoom = true;
        while (!data.IsEmpty)
        {
            RadioResult wait = mayHaveRoom
                ? RadioResult.Ok
                : await WaitAsync(Readiness.Writable, deadline, cancellationToken).ConfigureAwait(false);
            RadioResult result = wait.Failed ? wait : Sent(_socket.TrySend(data));
            mayHaveRoom = !MustWait(result, deadline);
            if (mayHaveRoom)
            {
                Check(result, "sendall", deadline);
                data = data.Slice(result.Count);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> SendPartWhenReadyAsync(ReadOnlySequence<byte> data, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Writable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : Sent(_socket.TrySend(data));
        }
        while (MustWait(result, deadline));
        Check(result, "send", deadline);
        return result.Count;
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> SendToWhenReadyAsync(
        ReadOnlyMemory<byte> data, IPSocketAddress remote, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Writable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : Sent(_socket.TrySendTo(data.Span, remote));
        }
        while (MustWait(result, deadline));
        Check(result, "sendto", deadline, remote);
        return result.Count;
    }

    private async ValueTask<int> ResolveAndSendToAsync(
        ReadOnlyMemory<byte> data, string host, int port, Deadline deadline, CancellationToken cancellationToken)
    {
        IPSocketAddress remote = await ResolveAsync(host, port, "sendto", deadline, cancellationToken).ConfigureAwait(false);
        return await SendToAsync(data, remote, deadline, cancellationToken).ConfigureAwait(false);
    }
}
