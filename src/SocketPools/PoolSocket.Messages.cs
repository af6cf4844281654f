using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>
/// The result of an asynchronous receive of a datagram with its packet information. Returned by
/// <see cref="PoolSocket.ReceiveMessageFromIntoAsync"/>.
/// </summary>
public readonly record struct ReceiveMessageResult
{
    /// <summary>Gets how many bytes came; 0 for an empty datagram.</summary>
    public int Count { get; init; }

    /// <summary>Gets the address of the sender.</summary>
    public IPSocketAddress Remote { get; init; }

    /// <summary>Gets where the datagram was sent to.</summary>
    public PacketInformation PacketInformation { get; init; }
}

// Receives that leave the bytes, or tell more than them.
public sealed partial class PoolSocket
{
    /// <summary>
    /// How many bytes can be received without waiting (FIONREAD). Of a datagram socket it is the length of the next datagram; 0 may also
    /// mean an empty one.
    /// </summary>
    /// <exception cref="PoolSocketException">EINVAL: the socket listens. EOPNOTSUPP: the radio does not report it. EBADF: the socket is closed.</exception>
    public int Available
    {
        get
        {
            RadioResult result = _socket.GetAvailable();
            Check(result, "ioctl", Deadline.Never);
            return result.Count;
        }
    }

    /// <summary>Receives into a buffer with a flag: <see cref="SocketFlags.Peek"/> leaves the bytes for the next receive.</summary>
    /// <param name="buffer">Takes the bytes. Empty: 0 at once.</param>
    /// <param name="flags">None or Peek.</param>
    /// <returns>As for <see cref="ReceiveInto(Span{byte})"/>.</returns>
    /// <exception cref="PoolSocketException">As for <see cref="ReceiveInto(Span{byte})"/>; EOPNOTSUPP: another flag, or the radio cannot peek.</exception>
    public int ReceiveInto(Span<byte> buffer, SocketFlags flags) =>
        flags == SocketFlags.None ? ReceiveInto(buffer)
        : buffer.IsEmpty && Type == SocketType.Stream ? 0
        : ReceiveFromInto(buffer, flags, out _, "recv_into");

    /// <summary>Receives a datagram with a flag: <see cref="SocketFlags.Peek"/> leaves it for the next receive.</summary>
    /// <param name="buffer">Takes the bytes; a longer datagram is cut silently.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="remote">Who sent it; on a stream the peer.</param>
    /// <returns>How many bytes came; 0 for an empty datagram.</returns>
    /// <exception cref="PoolSocketException">
    /// As for <see cref="ReceiveFromInto(Span{byte}, out IPSocketAddress)"/>; EOPNOTSUPP: another flag, or the radio cannot peek.
    /// </exception>
    public int ReceiveFromInto(Span<byte> buffer, SocketFlags flags, out IPSocketAddress remote) =>
        flags == SocketFlags.None ? ReceiveFromInto(buffer, out remote) : ReceiveFromInto(buffer, flags, out remote, "recvfrom_into");

    /// <summary>
    /// Receives a datagram, its sender, the address that it was sent to and the interface that it came in on: recvmsg(2) with IP_PKTINFO.
    /// The first call asks the system for these; datagrams that came before may lack the interface. Allocates nothing on Linux and on a stack.
    /// </summary>
    /// <param name="buffer">Takes the bytes; a longer datagram is cut, which <see cref="PacketInformation.IsTruncated"/> reports.</param>
    /// <param name="remote">Who sent it.</param>
    /// <param name="information">Where it was sent to.</param>
    /// <returns>How many bytes came; 0 for an empty datagram.</returns>
    /// <exception cref="PoolSocketException">ETIMEDOUT, EAGAIN (timeout 0), ECONNREFUSED; EOPNOTSUPP: a stream, or the radio does not know it.</exception>
    public int ReceiveMessageFromInto(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        Deadline deadline = StartCall();
        RadioResult result = Received(_socket.ReceiveMessage(buffer, out remote, out information, deadline));
        Check(result, "recvmsg_into", deadline);
        return result.Count;
    }

    /// <summary>As <see cref="ReceiveInto(Span{byte}, SocketFlags)"/>, without holding a thread.</summary>
    /// <param name="buffer">Receives the bytes. The caller must not use it until the call is over. Empty: 0 at once.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes came: 0 at the end of the stream.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> ReceiveIntoAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellationToken = default)
    {
        if (flags == SocketFlags.None || (buffer.IsEmpty && Type == SocketType.Stream))
        {
            return ReceiveIntoAsync(buffer, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = TryPeek(buffer.Span, flags, out _);
        return MustWait(result, deadline)
            ? PeekWhenReadyAsync(buffer, deadline, cancellationToken)
            : Completed(result, "recv_into", deadline);
    }

    /// <summary>As <see cref="ReceiveFromInto(Span{byte}, SocketFlags, out IPSocketAddress)"/>, without holding a thread.</summary>
    /// <param name="buffer">Receives the bytes. The caller must not use it until the call is over.</param>
    /// <param name="flags">None or Peek.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes were received, and the sender's address.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<ReceiveFromResult> ReceiveFromIntoAsync(Memory<byte> buffer, SocketFlags flags, CancellationToken cancellationToken = default)
    {
        if (flags == SocketFlags.None)
        {
            return ReceiveFromIntoAsync(buffer, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReceiveFromResult>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = TryPeek(buffer.Span, flags, out IPSocketAddress remote);
        if (MustWait(result, deadline))
        {
            return PeekFromWhenReadyAsync(buffer, deadline, cancellationToken);
        }

        return result.Failed
            ? ValueTask.FromException<ReceiveFromResult>(CreateException(result.Errno, "recvfrom_into", deadline))
            : ValueTask.FromResult(new ReceiveFromResult(result.Count, remote));
    }

    /// <summary>As <see cref="ReceiveMessageFromInto"/>, without holding a thread.</summary>
    /// <param name="buffer">Receives the bytes. The caller must not use it until the call is over.</param>
    /// <param name="cancellationToken">Ends the wait; nothing was received then.</param>
    /// <returns>How many bytes were received, the sender's address, and the address they were sent to.</returns>
    /// <exception cref="PoolSocketException">As for the blocking call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<ReceiveMessageResult> ReceiveMessageFromIntoAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReceiveMessageResult>(cancellationToken);
        }

        Deadline deadline = StartCall();
        RadioResult result = TryReceiveMessage(buffer.Span, out ReceiveMessageResult message);
        if (MustWait(result, deadline))
        {
            return ReceiveMessageWhenReadyAsync(buffer, deadline, cancellationToken);
        }

        return result.Failed
            ? ValueTask.FromException<ReceiveMessageResult>(CreateException(result.Errno, "recvmsg_into", deadline))
            : ValueTask.FromResult(message);
    }

    private int ReceiveFromInto(Span<byte> buffer, SocketFlags flags, out IPSocketAddress remote, string operation)
    {
        Deadline deadline = StartCall();
        remote = default;
        RadioResult result = flags == SocketFlags.Peek ? _socket.Peek(buffer, out remote, deadline) : Errno.EOPNOTSUPP;
        Check(result, operation, deadline);
        return result.Count;
    }

    private RadioResult TryPeek(Span<byte> buffer, SocketFlags flags, out IPSocketAddress remote)
    {
        remote = default;
        return flags == SocketFlags.Peek ? _socket.TryPeek(buffer, out remote) : Errno.EOPNOTSUPP;
    }

    private RadioResult TryReceiveMessage(Span<byte> buffer, out ReceiveMessageResult message)
    {
        RadioResult result = Received(_socket.TryReceiveMessage(buffer, out IPSocketAddress remote, out PacketInformation information));
        message = new ReceiveMessageResult { Count = result.Count, Remote = remote, PacketInformation = information };
        return result;
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<int> PeekWhenReadyAsync(Memory<byte> buffer, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : _socket.TryPeek(buffer.Span, out _);
        }
        while (MustWait(result, deadline));
        Check(result, "recv_into", deadline);
        return result.Count;
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<ReceiveFromResult> PeekFromWhenReadyAsync(Memory<byte> buffer, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        IPSocketAddress remote = default;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : _socket.TryPeek(buffer.Span, out remote);
        }
        while (MustWait(result, deadline));
        Check(result, "recvfrom_into", deadline);
        return new ReceiveFromResult(result.Count, remote);
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<ReceiveMessageResult> ReceiveMessageWhenReadyAsync(
        Memory<byte> buffer, Deadline deadline, CancellationToken cancellationToken)
    {
        RadioResult result;
        ReceiveMessageResult message = default;
        do
        {
            RadioResult wait = await WaitAsync(Readiness.Readable, deadline, cancellationToken).ConfigureAwait(false);
            result = wait.Failed ? wait : TryReceiveMessage(buffer.Span, out message);
        }
        while (MustWait(result, deadline));
        Check(result, "recvmsg_into", deadline);
        return message;
    }
}
