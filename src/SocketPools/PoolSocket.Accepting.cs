using System.Diagnostics.CodeAnalysis;
using SocketPools.Async;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools;

public sealed partial class PoolSocket
{
    /// <summary>Takes the next connection: <c>accept()</c>. The new socket has this socket's timeout.</summary>
    /// <returns>The connection, with a place of its own in the pool.</returns>
    /// <exception cref="PoolSocketException">ETIMEDOUT; EAGAIN with timeout 0; EINVAL (does not listen); EMFILE; accept(2).</exception>
    /// <exception cref="OutOfSocketsException">
    /// A connection is there and the pool has no place for it. It stays in the backlog, and a later call returns it.
    /// </exception>
    public PoolSocket Accept() => Accept(out _);

    /// <summary>Accepts the next connection and returns the peer's address.</summary>
    /// <param name="remote">The peer.</param>
    /// <returns>The connection, with a place of its own in the pool.</returns>
    /// <exception cref="PoolSocketException">ETIMEDOUT; EAGAIN with timeout 0; EINVAL (does not listen); EMFILE; accept(2).</exception>
    /// <exception cref="OutOfSocketsException">
    /// A connection is there and the pool has no place for it. It stays in the backlog, and a later call returns it.
    /// </exception>
    public PoolSocket Accept(out IPSocketAddress remote)
    {
        Deadline deadline = StartCall();
        PoolSocket? socket;
        if (deadline.IsImmediate)
        {
            // Without a connection it throws.
            _ = TryAccept(deadline, out socket);
        }
        else if (!TryAdoptParked(out socket))
        {
            socket = AcceptInTurn(deadline);
        }

        remote = socket!.RemoteAddress;
        return socket;
    }

    /// <summary>How many threads wait in a blocking accept.</summary>
    internal int WaitingAccepts => _slot.Accepting.Count;

    private PoolSocket AcceptInTurn(in Deadline deadline)
    {
        AcceptQueue queue = _slot.Accepting;
        TaskCompletionSource? turn = queue.Take();
        if (turn is not null)
        {
            WaitForTurn(queue, turn, deadline);
        }

        try
        {
            // Another thread that had the turn may have parked a connection, and has said so by throwing: who waits here waits for a place.
            while (turn is not null && _slot.HasParked)
            {
                WaitForRoom(deadline);
                if (TryAdoptParked(out PoolSocket? socket, mayRefuse: false))
                {
                    return socket;
                }
            }

            return queue.HasShared ? AcceptShared(deadline) : AcceptAlone(deadline);
        }
        finally
        {
            queue.Release();
        }
    }

    /// <summary>Waits inside the radio. If the last place has gone when a connection comes, it is parked.</summary>
    private PoolSocket AcceptAlone(in Deadline deadline)
    {
        SocketSlot? slot = null;
        if (!_pool.HasRoom && State == SocketState.Listening)
        {
            // Let the kernel keep the connection: whether there is one at all decides what to say.
            Check(WaitForConnection(deadline), "accept", deadline);
            slot = AcquireForWaiting();
        }

        RadioResult result = Errno.ECANCELED;
        RadioSocket? accepted = null;
        IPSocketAddress remote;
        try
        {
            result = _slot.TryTakeParked(out accepted, out remote)
                ? RadioResult.Ok
                : _socket.Accept(out accepted, out remote, deadline);
        }
        finally
        {
            // A signal's handler may throw, too.
            if (result.Failed && slot is not null)
            {
                _pool.Release(slot);
            }
        }

        Check(result, "accept", deadline);
        return Adopt(slot ?? AcquireFor(accepted!, remote), accepted!, remote);
    }

    /// <summary>Waits where it can be told of a connection that one of the other calls parks.</summary>
    private PoolSocket AcceptShared(in Deadline deadline)
    {
        using CancellationTokenSource end = new();
        Task<PoolSocket> accept = AcceptWhenReadyAsync(deadline, end.Token).AsTask();
        try
        {
            // The call has the deadline itself.
            _ = BlockingWait.For(accept, Deadline.Never, _clock, _pool.Radio.Interrupted);
            return accept.GetAwaiter().GetResult();
        }
        catch when (!accept.IsCompleted)
        {
            // A signal's handler has thrown: a connection that comes at this moment has no caller to go to.
            end.Cancel();
            _ = accept.ContinueWith(static late => late.Result.Close(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private void WaitForTurn(AcceptQueue queue, TaskCompletionSource turn, in Deadline deadline)
    {
        bool hasTurn = false;
        try
        {
            hasTurn = BlockingWait.For(turn.Task, deadline, _clock, _pool.Radio.Interrupted);
        }
        finally
        {
            if (!hasTurn && !queue.TryGiveUp(turn))
            {
                queue.Release();
            }
        }

        Check(hasTurn ? Errno.None : Errno.ETIMEDOUT, "accept", deadline);
    }

    /// <summary>Waits until the pool has a place.</summary>
    private void WaitForRoom(in Deadline deadline)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_slot.Ending);
        Task<bool> room = _pool.TryWaitForCapacityAsync("accept", this, end.Token).AsTask();
        try
        {
            bool isOver = BlockingWait.For(room, deadline, _clock, _pool.Radio.Interrupted);
            if (!isOver && !_slot.IsClosed)
            {
                throw NoRoomInTime(deadline);
            }

            Check(_slot.IsClosed ? Errno.EBADF : Errno.None, "accept", deadline);
        }
        finally
        {
            end.Cancel();
        }
    }

    /// <summary>ETIMEDOUT, and who holds the places: a connection is there.</summary>
    private PoolSocketException NoRoomInTime(in Deadline deadline) => new(
        Errno.ETIMEDOUT, "accept", _pool.Radio.Name, LocalAddress, elapsed: deadline.Elapsed,
        hint: "A connection waits for a place. " + _pool.OutOfSockets().Message);

    private RadioResult WaitForConnection(in Deadline deadline)
    {
        if (_slot.HasParked)
        {
            return RadioResult.Ok;
        }

        return deadline.IsImmediate ? AskForConnection() : _socket.Wait(Readiness.Readable, deadline);
    }

    private RadioResult AskForConnection() =>
        _slot.HasParked || (_socket.Poll(Readiness.Readable) & Readiness.Readable) != 0 ? RadioResult.Ok : Errno.EAGAIN;

    /// <summary>Accepts without waiting: false when no connection is there. Throws as <see cref="Accept()"/> does.</summary>
    internal bool TryAccept(in Deadline deadline, [NotNullWhen(true)] out PoolSocket? socket)
    {
        AcceptQueue queue = _slot.Accepting;
        queue.EnterShared();
        try
        {
            return TryAccept(queue, deadline, mayRefuseParked: true, out socket);
        }
        finally
        {
            queue.LeaveShared();
        }
    }

    /// <param name="queue">The listener's queue, in which the call is.</param>
    /// <param name="deadline">The call's.</param>
    /// <param name="mayRefuseParked">Whether to throw where a connection is parked and has no place: false for a call that waited before it was.</param>
    /// <param name="socket">The connection.</param>
    private bool TryAccept(AcceptQueue queue, in Deadline deadline, bool mayRefuseParked, [NotNullWhen(true)] out PoolSocket? socket)
    {
        if (TryAdoptParked(out socket, mayRefuseParked))
        {
            return true;
        }

        if (!mayRefuseParked && _slot.HasParked)
        {
            return false;
        }

        // Where another thread waits and cannot be told, the place has to be there before the connection.
        bool mayNotPark = queue.IsTaken;
        SocketSlot? slot = mayNotPark && _pool.HasRoom ? _pool.TryAcquireUncounted() : null;
        if (slot is null && (mayNotPark || !_pool.HasRoom) && State == SocketState.Listening)
        {
            RadioResult connection = AskForConnection();
            if (MustWait(connection, deadline))
            {
                return false;
            }

            Check(connection, "accept", deadline);
            slot = AcquireForWaiting();
        }

        RadioResult result = Errno.ECANCELED;
        RadioSocket? accepted = null;
        IPSocketAddress remote;
        try
        {
            result = _socket.TryAccept(out accepted, out remote);
        }
        finally
        {
            if (result.Failed && slot is not null)
            {
                _pool.Release(slot);
            }
        }

        if (MustWait(result, deadline))
        {
            return false;
        }

        Check(result, "accept", deadline);
        socket = Adopt(slot ?? AcquireFor(accepted!, remote), accepted!, remote);
        return true;
    }
}
