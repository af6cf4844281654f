using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>
/// The result of an asynchronous receive of a datagram: its size and its sender. Returned by
/// <see cref="PoolSocket.ReceiveFromIntoAsync(Memory{byte}, CancellationToken)"/>.
/// </summary>
/// <param name="Count">How many bytes came; 0 for an empty datagram.</param>
/// <param name="Remote">Who sent it; on a stream the peer.</param>
public readonly record struct ReceiveFromResult(int Count, IPSocketAddress Remote);

// Each call attempts at once, and only what has to wait becomes a state machine, which comes from a pool and goes back to it.
public sealed partial class PoolSocket
{
    /// <summary>As <see cref="Send"/>, without holding a thread. The socket's timeout holds.</summary>
    /// <param name="data">The bytes, which must stay as they are until the call is over.</param>
    /// <param name="cancellationToken">Ends the wait. Where bytes have gone out by then, the call returns how many and is not cancelled.</param>
    /// <returns>How many bytes were taken: at least one; all of them without a timeout, unless the token was cancelled.</returns>
    /// <exception cref="PoolSocketException">As for <see cref="Send"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = Sent(_socket.TrySend(data.Span));
        bool isPart = deadline.IsInfinite && !result.Failed && result.Count < data.Length;
        return isPart || MustWait(result, deadline)
            ? SendWhenReadyAsync(data, result.Count, deadline, cancellationToken)
            : Completed(result, "send", deadline);
    }

    /// <summary>As <see cref="SendAll(ReadOnlySpan{byte})"/>, without holding a thread. The socket's timeout is for the whole.</summary>
    /// <param name="data">The bytes, which must stay as they are until the call is over.</param>
    /// <param name="cancellationToken">Ends the wait; some of the bytes may have gone out by then.</param>
    /// <exception cref="PoolSocketException">As for <see cref="SendAll(ReadOnlySpan{byte})"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask SendAllAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        SendAllAsync(data, StartCall(), cancellationToken);

    /// <summary>As the other overload, for bytes in several pieces: the host takes them in one system call. Streams only.</summary>
    /// <param name="data">The pieces, which must stay as they are until the call is over.</param>
    /// <param name="cancellationToken">Ends the wait; some of the bytes may have gone out by then.</param>
    /// <exception cref="PoolSocketException">As for <see cref="SendAll(ReadOnlySpan{byte})"/>; EOPNOTSUPP: the socket is no stream.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask SendAllAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken = default) =>
        SendAllAsync(data, StartCall(), cancellationToken);

    /// <summary>As <see cref="SendTo(ReadOnlySpan{byte}, IPSocketAddress)"/>, without holding a thread.</summary>
    /// <param name="data">The datagram, which must stay as it is until the call is over; may be empty.</param>
    /// <param name="remote">Where to, in the socket's family.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was sent then.</param>
    /// <returns>How many bytes were taken: all of them.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> data, IPSocketAddress remote, CancellationToken cancellationToken = default) =>
        SendToAsync(data, remote, StartCall(), cancellationToken);

    /// <inheritdoc cref="SendToAsync(ReadOnlyMemory{byte}, IPSocketAddress, CancellationToken)"/>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> data, IPEndPoint remote, CancellationToken cancellationToken = default) =>
        SendToAsync(data, (IPSocketAddress)remote, cancellationToken);

    /// <summary>Sends a datagram to a host. The timeout covers the lookup of the name and the sending together.</summary>
    /// <param name="data">The datagram, which must stay as it is until the call is over; may be empty.</param>
    /// <param name="host">A name, an address in digits, <c>"&lt;broadcast&gt;"</c>.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was sent then.</param>
    /// <returns>How many bytes were taken: all of them.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public ValueTask<int> SendToAsync(ReadOnlyMemory<byte> data, string host, int port, CancellationToken cancellationToken = default)
    {
        Deadline deadline = StartCall();
        return SocketPool.TryReadHost(host, port, Family, out IPSocketAddress remote)
            ? SendToAsync(data, remote, deadline, cancellationToken)
            : ResolveAndSendToAsync(data, host, port, deadline, cancellationToken);
    }

    /// <summary>As <see cref="ReceiveInto(Span{byte})"/>, without holding a thread. The socket's timeout holds.</summary>
    /// <param name="buffer">Receives the bytes. The caller must not use it until the call is over. Empty: 0 at once.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes came: 0 at the end of the stream.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> ReceiveIntoAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? ValueTask.FromResult(0) : ReceiveIntoAsync(buffer, StartCall(), cancellationToken);

    /// <summary>Receives at most so many bytes into a buffer, without holding a thread.</summary>
    /// <param name="buffer">Receives the bytes. The caller must not use it until the call is over.</param>
    /// <param name="size">0 (meaning all of the buffer) to the buffer's length.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes came: 0 at the end of the stream.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative or more than the buffer has.</exception>
    public ValueTask<int> ReceiveIntoAsync(Memory<byte> buffer, int size, CancellationToken cancellationToken = default) =>
        ReceiveIntoAsync(buffer[..SizeOf(buffer.Length, size)], cancellationToken);

    /// <summary>As <see cref="ReceiveFromInto(Span{byte}, out IPSocketAddress)"/>, without holding a thread.</summary>
    /// <param name="buffer">Receives the bytes. The caller must not use it until the call is over. A longer datagram is cut silently.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes were received, and the sender's address.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<ReceiveFromResult> ReceiveFromIntoAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReceiveFromResult>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = Received(deadline.IsImmediate
            ? _socket.ReceiveFrom(buffer.Span, out IPSocketAddress remote, deadline)
            : _socket.TryReceiveFrom(buffer.Span, out remote));
        if (MustWait(result, deadline))
        {
            return ReceiveFromWhenReadyAsync(buffer, deadline, cancellationToken);
        }

        return result.Failed
            ? ValueTask.FromException<ReceiveFromResult>(CreateException(result.Errno, "recvfrom_into", deadline))
            : ValueTask.FromResult(new ReceiveFromResult(result.Count, remote));
    }

    /// <summary>Receives at most so many bytes of a datagram, without holding a thread.</summary>
    /// <param name="buffer">Receives the bytes. The caller must not use it until the call is over.</param>
    /// <param name="size">0 (meaning all of the buffer) to the buffer's length.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes were received, and the sender's address.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative or more than the buffer has.</exception>
    public ValueTask<ReceiveFromResult> ReceiveFromIntoAsync(Memory<byte> buffer, int size, CancellationToken cancellationToken = default) =>
        ReceiveFromIntoAsync(buffer[..SizeOf(buffer.Length, size)], cancellationToken);

    internal ValueTask<int> ReceiveIntoAsync(Memory<byte> buffer, in Deadline deadline, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        // An attempt, too, tells the end of reception; a call that is not to wait says EAGAIN there.
        RadioResult result = Received(deadline.IsImmediate ? _socket.Receive(buffer.Span, deadline) : _socket.TryReceive(buffer.Span));
        return MustWait(result, deadline)
            ? ReceiveWhenReadyAsync(buffer, deadline, cancellationToken)
            : Completed(result, "recv_into", deadline);
    }

    internal ValueTask SendAllAsync(ReadOnlyMemory<byte> data, in Deadline deadline, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        RadioResult result = Sent(_socket.TrySend(data.Span));
        if ((!result.Failed && result.Count < data.Length) || MustWait(result, deadline))
        {
            return SendAllWhenReadyAsync(data[result.Count..], deadline, cancellationToken);
        }

        return result.Failed ? ValueTask.FromException(CreateException(result.Errno, "sendall", deadline)) : ValueTask.CompletedTask;
    }

    internal ValueTask SendAllAsync(in ReadOnlySequence<byte> data, in Deadline deadline, CancellationToken cancellationToken)
    {
        if (data.IsSingleSegment && Type == SocketType.Stream)
        {
            return SendAllAsync(data.First, deadline, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        RadioResult result = Type == SocketType.Stream ? Sent(_socket.TrySend(data)) : _slot.IsClosed ? Errno.EBADF : Errno.EOPNOTSUPP;
        if ((!result.Failed && result.Count < data.Length) || MustWait(result, deadline))
        {
            return SendAllWhenReadyAsync(data.Slice(result.Count), deadline, cancellationToken);
        }

        return result.Failed ? ValueTask.FromException(CreateException(result.Errno, "sendall", deadline)) : ValueTask.CompletedTask;
    }

    /// <summary>Sends what fits of several pieces, at least one byte, and tells how much.</summary>
    internal ValueTask<int> SendPartAsync(in ReadOnlySequence<byte> data, in Deadline deadline, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        RadioResult result = Sent(_socket.TrySend(data));
        return MustWait(result, deadline)
            ? SendPartWhenReadyAsync(data, deadline, cancellationToken)
            : Completed(result, "send", deadline);
    }

    private ValueTask<int> SendToAsync(
        ReadOnlyMemory<byte> data, in IPSocketAddress remote, in Deadline deadline, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        RadioResult result = remote.Family == Family ? Sent(_socket.TrySendTo(data.Span, remote)) : Errno.EAFNOSUPPORT;
        return MustWait(result, deadline)
            ? SendToWhenReadyAsync(data, remote, deadline, cancellationToken)
            : Completed(result, "sendto", deadline, remote);
    }
}
