using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Async;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools;

// For servers, where a peer that goes away and a pool that is full are everyday matters: the outcome is a value, and nothing
// is thrown.
public sealed partial class PoolSocket
{
    /// <summary>The peer that a connection was accepted from, or that the last connect named.</summary>
    internal IPSocketAddress Peer => _slot.Remote;

    /// <summary>Receives what is there: EAGAIN when nothing is, 0 at the end of the stream.</summary>
    internal RadioResult TryReceive(Span<byte> buffer)
    {
        RadioResult result = Received(_socket.TryReceive(buffer));
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Sends what fits of several pieces: EAGAIN when nothing does.</summary>
    internal RadioResult TrySend(in ReadOnlySequence<byte> data)
    {
        RadioResult result = Sent(_socket.TrySend(data));
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Sets an option that a radio may not have, as ints: what it answers is the caller's to judge.</summary>
    internal RadioResult TrySetOption(SocketOptionLevel level, SocketOptionName name, params ReadOnlySpan<int> value)
    {
        RadioResult result = _socket.SetOption(level, name, MemoryMarshal.AsBytes(value));
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Waits without a limit until an attempt is worth making; EBADF when the socket was closed.</summary>
    internal ValueTask<RadioResult> WaitUntilReadyAsync(Readiness interest) => _socket.WaitAsync(interest, CancellationToken.None);

    /// <summary>
    /// Waits for a connection and for a place for it, and takes both. While the pool is full, connections stay in the backlog.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; no connection is lost.</param>
    /// <returns>The connection, or why the system gave none: EBADF when the socket or the pool is closed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    [AsyncMethodBuilder(typeof(OperationBuilder<>))]
    internal async ValueTask<Accepted> AcceptWhenRoomAsync(CancellationToken cancellationToken)
    {
        AcceptQueue queue = _slot.Accepting;
        queue.EnterShared();
        try
        {
            return await AcceptWhenRoomAsync(queue, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            queue.LeaveShared();
        }
    }

    [AsyncMethodBuilder(typeof(OperationBuilder<>))]
    private async ValueTask<Accepted> AcceptWhenRoomAsync(AcceptQueue queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            CancellationToken parked = queue.Parked;
            if (!await _pool.TryWaitForRoomAsync(cancellationToken).ConfigureAwait(false))
            {
                return new Accepted(null, Errno.EBADF);
            }

            RadioResult result = TryAcceptIntoRoom(queue.IsTaken, out PoolSocket? socket);
            if (result.Errno == Errno.EAGAIN)
            {
                result = await WaitForConnectionAsync(Deadline.Never, parked, cancellationToken).ConfigureAwait(false);
            }

            // Neither a connection nor a failure: somebody else has taken the connection, or the last place.
            if (socket is not null || result.Failed)
            {
                return new Accepted(socket, result.Errno);
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
            SocketSlot? slot = _pool.TryAcquire();
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

/// <summary>What an accept came to.</summary>
/// <param name="Socket">The connection, or null.</param>
/// <param name="Errno">Why there is none.</param>
internal readonly record struct Accepted(PoolSocket? Socket, Errno Errno);
