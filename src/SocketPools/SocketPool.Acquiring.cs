using System.Diagnostics;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

// Clients in line for a slot: the one that has waited longest takes the next, and a client that goes on waiting is not counted as refused.
public sealed partial class SocketPool
{
    /// <summary>
    /// As <see cref="CreateSocket"/>, and waits for a slot where the pool is full. Callers are served in
    /// the order in which they came.
    /// </summary>
    /// <param name="family">InterNetwork or InterNetworkV6.</param>
    /// <param name="type">Stream (TCP), Dgram (UDP) or Raw.</param>
    /// <param name="protocol">The protocol; Unspecified (0) takes the type's own.</param>
    /// <param name="timeout">When to give up; null for no limit but <see cref="CapacityTimeout"/>.</param>
    /// <param name="purpose">What the socket is for, as <see cref="CapacityWait.Purpose"/> shows it; null for <c>create a socket</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The socket. Close it to give its slot back.</returns>
    /// <exception cref="OutOfSocketsException">No slot became free in time. It lists the holders.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. After a wait an <see cref="OutOfSocketsException"/> is inside.</exception>
    /// <exception cref="PoolSocketException">The system refused it, as for <see cref="CreateSocket"/>.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed, or was while waiting.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is out of range.</exception>
    public async ValueTask<PoolSocket> CreateSocketWhenCapacityAsync(
        AddressFamily family = AddressFamily.InterNetwork,
        SocketType type = SocketType.Stream,
        ProtocolType protocol = ProtocolType.Unspecified,
        TimeSpan? timeout = null,
        string? purpose = null,
        CancellationToken cancellationToken = default)
    {
        Deadline deadline = new(_state.Clock, CallTimeout.FromNullable(timeout));
        Deadline limit = Deadline.Earliest(new Deadline(_state.Clock, CapacityTimeout), deadline);
        SocketSlot slot = await AcquireWhenRoomAsync(purpose ?? "create a socket", null, limit, cancellationToken).ConfigureAwait(false);
        return OpenIn(slot, family, type, protocol);
    }

    /// <summary>Takes a slot, and waits in line for one where there is none.</summary>
    /// <param name="operation">What waits, for those who look.</param>
    /// <param name="subject">What it does that with: a host; or null.</param>
    /// <param name="limit">When to give up waiting.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OutOfSocketsException">The limit was reached.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, with an <see cref="OutOfSocketsException"/> inside after a wait.</exception>
    private ValueTask<SocketSlot> AcquireWhenRoomAsync(string operation, object? subject, Deadline limit, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<SocketSlot>(cancellationToken);
        }

        // Who comes while others wait does not pass them by.
        SocketSlot? slot = _state.Waits.HasTurns ? null : TryAcquireUncounted();
        return slot is not null
            ? ValueTask.FromResult(slot)
            : AcquireInLineAsync(operation, subject, limit, TraceCaller(), _state.FindCaller?.Invoke(), cancellationToken);
    }

    private async ValueTask<SocketSlot> AcquireInLineAsync(
        string operation, object? subject, Deadline limit, StackTrace? trace, string? caller, CancellationToken cancellationToken)
    {
        using CancellationTokenSource expiry = limit.IsInfinite ? new() : new(limit.Remaining, limit.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        WaitSubject? waiter = subject as WaitSubject;
        waiter?.IsWaiting = true;
        string purpose = PurposeOf(operation, subject);
        CapacityWatch watch = CapacityWatch.Start(
            this, _state.Waits, purpose, caller ?? (trace is null ? null : SocketSlot.CallerOf(trace)), OutOfSockets);
        CapacityTurn turn = new();
        try
        {
            SocketSlot? slot;
            while ((slot = TryAcquireInTurn(turn, trace, caller, out Task woken)) is null)
            {
                await woken.WaitAsync(either.Token).ConfigureAwait(false);
            }

            waiter?.IsWaiting = false;
            watch.End(null);
            return slot;
        }
        catch (ObjectDisposedException e)
        {
            waiter?.IsWaiting = false;
            watch.End(e);
            WakeNext();
            throw;
        }
        catch (OperationCanceledException)
        {
            if (!_state.Waits.TryLeave(turn))
            {
                WakeNext();
            }

            OutOfSocketsException full = OutOfSockets();
            watch.End(full);
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException($"The wait for a place ({purpose}) was cancelled. {full.Message}", full, cancellationToken);
            }

            CountRefusal();
            throw full;
        }
    }

    private SocketSlot? TryAcquireInTurn(CapacityTurn turn, StackTrace? trace, string? caller, out Task woken)
    {
        lock (_state.Gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            bool mayTake = turn.Number > 0 || !_state.Waits.HasTurns;
            SocketSlot? slot = mayTake ? TryAcquireUnsynchronized(trace, caller) : null;
            woken = slot is null ? _state.Waits.Enqueue(turn) : Task.CompletedTask;
            return slot;
        }
    }

    /// <summary>Passes on what woke a caller that did not need it.</summary>
    private void WakeNext()
    {
        if (HasRoom && _state.Waits.HasTurns)
        {
            _state.Waits.Signal(1);
        }
    }
}
