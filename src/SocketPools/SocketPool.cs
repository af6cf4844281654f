using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

/// <summary>
/// The sockets of one radio: CircuitPython's <c>socketpool.SocketPool</c>. It is used in place of CPython's <c>socket</c>
/// module, and hands out at most as many sockets at once as its radio has.
/// </summary>
/// <remarks>All members may be called from any thread.</remarks>
/// <example><code>using SocketPool pool = SocketPool.For(HostNetwork.Default);</code></example>
public sealed partial class SocketPool : IObservedPool, IDisposable, IAsyncDisposable
{
    private static readonly Lock s_gate = new();
    private static readonly ConditionalWeakTable<Radio, State> s_pools = [];

    private readonly State _state;
    private readonly Role _role;
    private CancellationTokenSource? _end;
    private bool _disposed;

    /// <summary>Creates the pool of a radio and owns it: disposing this object ends the pool for all its users.</summary>
    /// <param name="radio">A radio that has no pool yet.</param>
    /// <exception cref="InvalidOperationException">The radio has a pool: <see cref="For"/> shares it.</exception>
    public SocketPool(Radio radio)
    {
        ArgumentNullException.ThrowIfNull(radio);
        PoolTelemetry.PublishInstruments(ListPools);
        lock (s_gate)
        {
            if (FindState(radio) is not null)
            {
                throw new InvalidOperationException(
                    $"Radio {VisibleText.Escape(radio.Name)} has a pool already, and there is one pool per radio. SocketPool.For(radio) shares it; disposing it frees the radio.");
            }

            (_state, _role) = (StartState(radio), Role.Owner);
            _state.HasOwner = true;
        }
    }

    private SocketPool(State state, Role role) => (_state, _role) = (state, role);

    /// <summary>Gets the radio that this pool belongs to.</summary>
    public Radio Radio => _state.Radio;

    /// <summary>The budget: how many sockets may be open at once. It is the radio's.</summary>
    public int MaxSockets => _state.Radio.MaxSockets;

    /// <summary>
    /// Shares the radio's pool, which is made on first use. Each call returns an object of its own: all of them have one budget and one table,
    /// and disposing one closes the sockets that were opened through it, and no others. A pool without an owner (see the constructor) ends
    /// with the last of them, which frees the radio.
    /// </summary>
    /// <param name="radio">The radio.</param>
    public static SocketPool For(Radio radio)
    {
        ArgumentNullException.ThrowIfNull(radio);
        PoolTelemetry.PublishInstruments(ListPools);
        lock (s_gate)
        {
            State state = FindState(radio) ?? StartState(radio);
            lock (state.Gate)
            {
                state.Users++;
            }

            return new SocketPool(state, Role.User);
        }
    }

    /// <summary>
    /// Closes the sockets that were opened through this object, which wakes the calls that wait on them. The object that <c>new</c> created also ends
    /// the pool: all its sockets are closed, other objects of the pool cannot be used any more, and the radio is free for a new pool. Does nothing
    /// the second time.
    /// </summary>
    public void Dispose()
    {
        bool isEnd;
        lock (s_gate)
        {
            lock (_state.Gate)
            {
                if (_disposed)
                {
                    return;
                }

                _disposed = true;
                _state.Users -= _role == Role.User ? 1 : 0;
                isEnd = !_state.IsDisposed && (_role == Role.Owner || (_role == Role.User && _state is { Users: 0, HasOwner: false }));
                _state.IsDisposed |= isEnd;
            }
        }

        CloseSockets(SocketCloseReason.PoolDisposed, isEnd ? null : this);
        _state.Waits.Signal(int.MaxValue);
        _end?.CancelReported("CancellationToken");
        if (isEnd)
        {
            _state.End.CancelReported("CancellationToken");
            EndState();
        }
    }

    /// <summary>As <see cref="Dispose"/>, on the thread pool: a close may wait for a peer (SO_LINGER).</summary>
    public ValueTask DisposeAsync() => Volatile.Read(ref _disposed) ? ValueTask.CompletedTask : new ValueTask(Task.Run(Dispose));

    /// <summary>
    /// Closes every socket, as when the radio is switched off: calls that wait fail with EBADF. The pool stays usable, unlike after
    /// <see cref="Dispose"/>.
    /// </summary>
    public void CloseSockets() => CloseSockets(SocketCloseReason.RadioDisabled, null);

    private void CloseSockets(SocketCloseReason reason, SocketPool? opener)
    {
        foreach (SocketSlot slot in ListSlots())
        {
            // A slot without a socket is in the hands of a thread in CreateSocket, which sees whether the pool is gone.
            if (slot.Socket is not null && (opener is null || ReferenceEquals(slot.Opener, opener)))
            {
                End(slot, reason);
            }
        }
    }

    /// <summary>
    /// Returns the radio's pool, or null where it has none. <see cref="For"/> makes one. Looking at a pool does not keep it from ending.
    /// </summary>
    /// <param name="radio">The radio.</param>
    public static SocketPool? Find(Radio radio)
    {
        ArgumentNullException.ThrowIfNull(radio);
        lock (s_gate)
        {
            return FindState(radio) is { } state ? new SocketPool(state, Role.Viewer) : null;
        }
    }

    /// <summary>Returns the radio and the use of the budget: <c>SocketPool of host: 3 of 128 sockets</c>.</summary>
    public override string ToString() => $"SocketPool of {VisibleText.Escape(_state.Radio.Name)}: {OpenCount} of {MaxSockets} sockets";

    /// <summary>Whether both are the pool of the same radio.</summary>
    internal bool SharesWith(SocketPool other) => ReferenceEquals(_state, other._state);

    /// <summary>Whether this object is disposed, or the whole pool.</summary>
    private bool IsDisposed => Volatile.Read(ref _disposed) || Volatile.Read(ref _state.IsDisposed);

    /// <summary>Is cancelled when this object is disposed, or the whole pool.</summary>
    private CancellationToken EndToken
    {
        get
        {
            if (_role == Role.Owner)
            {
                return _state.End.Token;
            }

            lock (_state.Gate)
            {
                _end ??= CancellationTokenSource.CreateLinkedTokenSource(_state.End.Token);
                return IsDisposed ? new CancellationToken(canceled: true) : _end.Token;
            }
        }
    }

    /// <summary>Under the lock of all pools: what the radio's pool objects share; null where it has no pool.</summary>
    private static State? FindState(Radio radio) =>
        s_pools.TryGetValue(radio, out State? state) && !Volatile.Read(ref state.IsDisposed) ? state : null;

    private static State StartState(Radio radio)
    {
        State state = new(radio);
        s_pools.AddOrUpdate(radio, state);
        radio.BudgetChanged = state.SignalBudget;
        return state;
    }

    /// <summary>Frees the radio, unless a new pool has it already.</summary>
    private void EndState()
    {
        lock (s_gate)
        {
            if (s_pools.TryGetValue(_state.Radio, out State? current) && ReferenceEquals(current, _state))
            {
                _state.Radio.BudgetChanged = null;
                s_pools.Remove(_state.Radio);
            }
        }
    }
}
