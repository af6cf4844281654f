using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools;

// Several buffers in one call: readv(2) and writev(2).
public sealed partial class PoolSocket
{
    /// <summary>Sends bytes in several pieces whole: on the host in one system call for 16 pieces. The timeout is for the whole. Streams only.</summary>
    /// <param name="data">The pieces, in order.</param>
    /// <exception cref="PoolSocketException">As for <see cref="SendAll(ReadOnlySpan{byte})"/>; EOPNOTSUPP: the socket is no stream.</exception>
    public void SendAll(ReadOnlySequence<byte> data)
    {
        // How its bytes are cut into pieces must not decide whether a datagram socket takes them.
        if (data.IsSingleSegment && Type == SocketType.Stream)
        {
            SendAll(data.FirstSpan);
            return;
        }

        Deadline deadline = StartCall();
        RadioResult result = _socket.SendAll(data, deadline, out long sent);
        while (sent > 0)
        {
            int counted = (int)Math.Min(sent, int.MaxValue);
            Sent(RadioResult.FromCount(counted));
            sent -= counted;
        }

        Check(result, "sendall", deadline);
    }

    /// <summary>
    /// Receives into several buffers, which are filled one after the other: on the host in one system call. A datagram goes on from one
    /// buffer to the next. Allocates nothing.
    /// </summary>
    /// <param name="buffers">At least one. Where all are empty, a stream answers 0 at once.</param>
    /// <returns>How many bytes came in all: 0 at the end of the stream.</returns>
    /// <exception cref="PoolSocketException">As for <see cref="ReceiveInto(Span{byte})"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="buffers"/> has no buffer.</exception>
    [OverloadResolutionPriority(-1)]
    public int ReceiveInto(IList<ArraySegment<byte>> buffers)
    {
        if (IsNothing(buffers))
        {
            return 0;
        }

        Deadline deadline = StartCall();
        RadioResult result = Received(_socket.Receive(buffers, deadline));
        Check(result, "recv_into", deadline);
        return result.Count;
    }

    /// <summary>As <see cref="ReceiveInto(IList{ArraySegment{byte}})"/>, without holding a thread.</summary>
    /// <param name="buffers">At least one; the caller must not use them until the call is over.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes came in all: 0 at the end of the stream.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentException"><paramref name="buffers"/> has no buffer.</exception>
    public ValueTask<int> ReceiveIntoAsync(IList<ArraySegment<byte>> buffers, CancellationToken cancellationToken = default)
    {
        if (IsNothing(buffers))
        {
            return ValueTask.FromResult(0);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = Received(_socket.TryReceive(buffers));
        return MustWait(result, deadline)
            ? ReceiveWhenReadyAsync(buffers, deadline, cancellationToken)
            : Completed(result, "recv_into", deadline);
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> ReceiveWhenReadyAsync(IList<ArraySegment<byte>> buffers, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : Received(_socket.TryReceive(buffers));
        }
        while (MustWait(result, deadline));
        Check(result, "recv_into", deadline);
        return result.Count;
    }

    /// <summary>Whether a stream has nothing to receive into.</summary>
    private bool IsNothing(IList<ArraySegment<byte>> buffers)
    {
        ArgumentNullException.ThrowIfNull(buffers);
        if (buffers.Count == 0)
        {
            throw new ArgumentException("There is no buffer to receive into.", nameof(buffers));
        }

        for (int i = 0; i < buffers.Count; i++)
        {
            if (buffers[i].Count > 0)
            {
                return false;
            }
        }

        return Type == SocketType.Stream;
    }
}
