using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Async;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

// For servers: a peer that goes away and a full pool are ordinary there, so the outcome is a value, and nothing is thrown.
public sealed partial class PoolSocket
{
    /// <summary>
    /// The peer that a connection was accepted from, or that the last connect named; without a value where there was none. Asks no system
    /// and throws nothing, also when the socket is closed; <see cref="RemoteEndPoint"/> asks.
    /// </summary>
    public IPSocketAddress RemoteAddress => _slot.Remote;

    /// <summary>Receives what has arrived, without waiting and without an exception for EAGAIN.</summary>
    /// <param name="buffer">Is filled as far as there is data.</param>
    /// <returns>The count, 0 at the end of the stream; EAGAIN when there is nothing yet; another reason from recv(2).</returns>
    public RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = Received(_socket.TryReceive(buffer));
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Sends without waiting, several pieces in one call.</summary>
    /// <param name="data">What to send.</param>
    /// <returns>How many bytes were taken, perhaps not all; EAGAIN when there is no room; another reason from send(2).</returns>
    public RadioResult TrySend(in ReadOnlySequence<byte> data)
    {
        RadioResult result = Sent(_socket.TrySend(data));
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>As <see cref="TrySend(in ReadOnlySequence{byte})"/>, of one piece.</summary>
    internal RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        RadioResult result = Sent(_socket.TrySend(data));
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>
    /// Sets an option that the caller can do without. A radio may not have it: that is a value here, and observers hear of it
    /// (<see cref="SocketPoolObserver.OnOptionIgnored"/>).
    /// </summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">One number, or the numbers of a structure: for Linger whether it is on, and the seconds.</param>
    /// <returns>Ok; ENOPROTOOPT where the radio does not have it; EINVAL; setsockopt(2).</returns>
    public RadioResult TrySetSocketOption(SocketOptionLevel level, SocketOptionName name, params ReadOnlySpan<int> value)
    {
        _mayLinger |= name == SocketOptionName.Linger;
        RadioResult result = _socket.SetOption(level, name, MemoryMarshal.AsBytes(value));
        if (result.Failed && result.Errno != Errno.EBADF)
        {
            PoolTelemetry.OptionIgnored(_pool, _slot, level, name, result.Errno);
        }

        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Waits without a limit until a receive or a send would not wait.</summary>
    /// <param name="interest">Readable or Writable.</param>
    /// <returns>Ok; EBADF when the socket is closed, or was while waiting.</returns>
    public ValueTask<RadioResult> WaitUntilReadyAsync(Readiness interest) => _socket.WaitAsync(interest, CancellationToken.None);

    /// <summary>
    /// Waits for a connection and for a place for it in the pool, and takes both: what a server does that never fails because its pool is
    /// full. While it is full, connections stay in the backlog, and the wait is counted and announced. The new socket has this socket's timeout.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; no connection is lost.</param>
    /// <returns>The connection, with a place of its own in the pool.</returns>
    /// <exception cref="PoolSocketException">As for <see cref="Accept()"/>. ETIMEDOUT in a full pool names who holds the places; EAGAIN: the timeout is 0.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<PoolSocket> AcceptWhenCapacityAsync(CancellationToken cancellationToken = default)
    {
        Deadline deadline = StartCall();
        if (deadline.IsImmediate)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _pool.HasRoom && TryAccept(deadline, out PoolSocket? socket) ? socket : throw CreateException(Errno.EAGAIN, "accept", deadline);
        }

        using CancellationTokenSource? expiry = deadline.IsInfinite ? null : new(deadline.Remaining, deadline.TimeProvider);
        using CancellationTokenSource? either = expiry is null ? null : CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            AcceptResult accepted = await TryAcceptAsync(either?.Token ?? cancellationToken).ConfigureAwait(false);
            return accepted.Socket ?? throw CreateException(accepted.Errno, "accept", deadline);
        }
        catch (OperationCanceledException e) when (expiry is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested)
        {
            throw e.InnerException is OutOfSocketsException ? NoRoomInTime(deadline) : CreateException(Errno.ETIMEDOUT, "accept", deadline);
        }
        catch (OperationCanceledException e) when (e.CancellationToken != cancellationToken && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e.InnerException, cancellationToken);
        }
    }

    /// <summary>
    /// Waits for a connection and for a place for it in the pool, and takes both. While the pool is full, connections stay in the backlog.
    /// Does not use <see cref="Timeout"/>, and throws for nothing but the token.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; no connection is lost.</param>
    /// <returns>The connection, or why the system gave none: EBADF when the socket or the pool is closed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    public async ValueTask<AcceptResult> TryAcceptAsync(CancellationToken cancellationToken)
    {
        AcceptQueue queue = _slot.Accepting;
        queue.EnterShared();
        try
        {
            return await TryAcceptInQueueAsync(queue, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            queue.LeaveShared();
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<AcceptResult> TryAcceptInQueueAsync(AcceptQueue queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            CancellationToken parked = queue.Parked;
            if (!await _pool.TryWaitForCapacityAsync("accept", this, cancellationToken).ConfigureAwait(false))
            {
                return new AcceptResult(null, Errno.EBADF);
            }

            RadioResult result = TryAcceptIntoRoom(queue.IsTaken, out PoolSocket? socket);
            if (result.Errno == Errno.EAGAIN)
            {
                result = await WaitForConnectionAsync(Deadline.Never, parked, cancellationToken).ConfigureAwait(false);
            }

            // Neither a connection nor a failure: another caller has taken the connection, or the last place.
            if (socket is not null || result.Failed)
            {
                return new AcceptResult(socket, result.Errno);
            }
        }
    }

    /// <summary>Takes a connection. Ok without a socket: the last place has just gone, and the connection is parked.</summary>
    private RadioResult TryAcceptIntoRoom(bool mayNotPark, out PoolSocket? socket)
    {
        socket = null;
        if (mayNotPark)
        {
            return TryAcceptIntoPlace(out socket);
        }

        RadioResult result = _slot.TryTakeParked(out RadioSocket? accepted, out IPSocketAddress remote)
            ? RadioResult.Ok
            : _socket.TryAccept(out accepted, out remote);
        if (result.Failed)
        {
            return result;
        }

        try
        {
            if (TryAcquireFor(accepted!, remote) is { } slot)
            {
                socket = Adopt(slot, accepted!, remote);
            }

            return RadioResult.Ok;
        }
        catch (ObjectDisposedException)
        {
            return Errno.EBADF;
        }
    }

    /// <summary>As <see cref="TryAcceptIntoRoom"/>, and the place is there before the connection: another thread waits where it cannot be told.</summary>
    private RadioResult TryAcceptIntoPlace(out PoolSocket? socket)
    {
        socket = null;
        try
        {
            SocketSlot? slot = _pool.TryAcquireUncounted();
            if (slot is null)
            {
                return RadioResult.Ok;
            }

            RadioResult result = _slot.TryTakeParked(out RadioSocket? accepted, out IPSocketAddress remote)
                ? RadioResult.Ok
                : _socket.TryAccept(out accepted, out remote);
            if (result.Failed)
            {
                _pool.Release(slot);
                return result;
            }

            socket = Adopt(slot, accepted!, remote);
            return RadioResult.Ok;
        }
        catch (ObjectDisposedException)
        {
            return Errno.EBADF;
        }
    }
}
