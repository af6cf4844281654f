using System.Net;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools;

// The twins of the calls with many datagrams, which hold no thread.
public sealed partial class PoolSocket
{
    /// <summary>As <see cref="SendSegments"/>, without holding a thread. The socket's timeout is for the whole.</summary>
    /// <param name="data">The datagrams, which must stay as they are until the call is over.</param>
    /// <param name="segmentSize">The size of each datagram, 1 to 65,535 bytes.</param>
    /// <param name="cancellationToken">Ends the wait. Where datagrams were taken by then, the call returns how many bytes and is not cancelled.</param>
    /// <returns>As for <see cref="SendSegments"/>.</returns>
    /// <exception cref="PoolSocketException">As for <see cref="SendSegments"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="segmentSize"/> is out of range.</exception>
    public ValueTask<int> SendSegmentsAsync(ReadOnlyMemory<byte> data, int segmentSize, CancellationToken cancellationToken = default)
    {
        ThrowIfNoSegmentSize(segmentSize);
        return SendSegmentsAsync(data, segmentSize, default, "send", cancellationToken);
    }

    /// <summary>As <see cref="SendSegmentsTo(ReadOnlySpan{byte}, int, IPSocketAddress)"/>, without holding a thread.</summary>
    /// <param name="data">The datagrams, which must stay as they are until the call is over.</param>
    /// <param name="segmentSize">The size of each datagram, 1 to 65,535 bytes.</param>
    /// <param name="remote">Where to, in the socket's family.</param>
    /// <param name="cancellationToken">Ends the wait. Where datagrams were taken by then, the call returns how many bytes and is not cancelled.</param>
    /// <returns>As for <see cref="SendSegments"/>.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="segmentSize"/> is out of range.</exception>
    public ValueTask<int> SendSegmentsToAsync(
        ReadOnlyMemory<byte> data, int segmentSize, IPSocketAddress remote, CancellationToken cancellationToken = default)
    {
        ThrowIfNoSegmentSize(segmentSize);
        return remote.Family == Family
            ? SendSegmentsAsync(data, segmentSize, remote, "sendto", cancellationToken)
            : Completed(Errno.EAFNOSUPPORT, "sendto", StartCall(), remote);
    }

    /// <inheritdoc cref="SendSegmentsToAsync(ReadOnlyMemory{byte}, int, IPSocketAddress, CancellationToken)"/>
    public ValueTask<int> SendSegmentsToAsync(
        ReadOnlyMemory<byte> data, int segmentSize, IPEndPoint remote, CancellationToken cancellationToken = default) =>
        SendSegmentsToAsync(data, segmentSize, (IPSocketAddress)remote, cancellationToken);

    /// <summary>As <see cref="ReceiveSegmentsInto"/>, without holding a thread. The socket's timeout holds.</summary>
    /// <param name="buffer">
    /// Receives the bytes. The caller must not use it until the call is over. With <see cref="SegmentBufferSize"/> bytes or more it takes many
    /// datagrams.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes came, the size of each datagram but the last, and who sent them.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<ReceiveSegmentsResult> ReceiveSegmentsIntoAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReceiveSegmentsResult>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = Received(deadline.IsImmediate
            ? _socket.ReceiveSegments(buffer.Span, out int segmentSize, out IPSocketAddress remote, deadline)
            : _socket.TryReceiveSegments(buffer.Span, out segmentSize, out remote));
        if (MustWait(result, deadline))
        {
            return ReceiveSegmentsWhenReadyAsync(buffer, deadline, cancellationToken);
        }

        return result.Failed
            ? ValueTask.FromException<ReceiveSegmentsResult>(CreateException(result.Errno, "recvfrom_into", deadline))
            : ValueTask.FromResult(new ReceiveSegmentsResult { Count = result.Count, SegmentSize = segmentSize, Remote = remote });
    }

    private ValueTask<int> SendSegmentsAsync(
        ReadOnlyMemory<byte> data, int segmentSize, in IPSocketAddress remote, string operation, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = Sent(_socket.TrySendSegments(data.Span, segmentSize, remote));
        bool isPart = !result.Failed && result.Count < data.Length;
        return isPart || MustWait(result, deadline)
            ? SendSegmentsWhenReadyAsync(data, result.Count, segmentSize, remote, operation, deadline, cancellationToken)
            : Completed(result, operation, deadline, remote);
    }

    /// <summary>Waits until there is room and goes on, until all are taken. What was taken before a failure is reported first.</summary>
    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> SendSegmentsWhenReadyAsync(
        ReadOnlyMemory<byte> data,
        int sent,
        int segmentSize,
        IPSocketAddress remote,
        string operation,
        Deadline deadline,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            RadioResult result;
            try
            {
                result = await WaitAsync(Readiness.Writable, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (sent > 0)
            {
                return sent;
            }

            result = result.Failed ? result : Sent(_socket.TrySendSegments(data.Span[sent..], segmentSize, remote));
            sent += result.Count;
            if (MustWait(result, deadline))
            {
                continue;
            }

            if (result.Failed && sent == 0)
            {
                Check(result, operation, deadline, remote);
            }

            if (result.Failed || sent == data.Length)
            {
                return sent;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<ReceiveSegmentsResult> ReceiveSegmentsWhenReadyAsync(
        Memory<byte> buffer, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        int segmentSize = 0;
        IPSocketAddress remote = default;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : Received(_socket.TryReceiveSegments(buffer.Span, out segmentSize, out remote));
        }
        while (MustWait(result, deadline));
        Check(result, "recvfrom_into", deadline);
        return new ReceiveSegmentsResult { Count = result.Count, SegmentSize = segmentSize, Remote = remote };
    }
}
