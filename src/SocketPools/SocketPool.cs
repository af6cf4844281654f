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
public sealed partial class SocketPool : IObservedPool, IDisposable
{
    private static readonly Lock s_gate = new();
    private static readonly ConditionalWeakTable<Radio, SocketPool> s_pools = [];

    private readonly Radio _radio;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _end = new();
    private bool _disposed;

    /// <summary>Makes the pool of a radio.</summary>
    /// <param name="radio">A radio that has no pool yet.</param>
    /// <exception cref="InvalidOperationException">The radio has a pool: <see cref="For"/> returns it.</exception>
    public SocketPool(Radio radio)
    {
        ArgumentNullException.ThrowIfNull(radio);
        _radio = radio;
        _clock = radio.TimeProvider;
        PoolTelemetry.PublishInstruments(ListPools);
        lock (s_gate)
        {
            if (!s_pools.TryAdd(radio, this))
            {
                throw new InvalidOperationException(
                    $"Radio {VisibleText.Escape(radio.Name)} has a pool already, and there is one pool per radio. SocketPool.For(radio) returns it; disposing it frees the radio.");
            }

            radio.BudgetChanged = SignalRoom;
        }
    }

    /// <summary>The radio.</summary>
    public Radio Radio => _radio;

    /// <summary>The budget: how many sockets may be open at once. It is the radio's.</summary>
    public int MaxSockets => _radio.MaxSockets;

    /// <summary>The radio's pool, made on first use.</summary>
    /// <param name="radio">The radio.</param>
    public static SocketPool For(Radio radio)
    {
        ArgumentNullException.ThrowIfNull(radio);
        PoolTelemetry.PublishInstruments(ListPools);
        lock (s_gate)
        {
            return s_pools.TryGetValue(radio, out SocketPool? pool) ? pool : new SocketPool(radio);
        }
    }

    /// <summary>
    /// Closes every socket of the pool, which wakes what waits on them, and frees the radio for a new pool. Does nothing
    /// the second time.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        CloseSockets(SocketCloseReason.PoolDisposed);
        SignalRoom();
        _end.CancelReported("CancellationToken");
        lock (s_gate)
        {
            _radio.BudgetChanged = null;
            s_pools.Remove(_radio);
        }
    }

    /// <summary>
    /// Closes every socket, as when the radio is switched off: calls that wait fail with EBADF. The pool stays usable, unlike after
    /// <see cref="Dispose"/>.
    /// </summary>
    public void CloseSockets() => CloseSockets(SocketCloseReason.RadioDisabled);

    private void CloseSockets(SocketCloseReason reason)
    {
        foreach (SocketSlot slot in ListSlots())
        {
            // A slot without a socket is in the hands of a thread in CreateSocket, which sees whether the pool is gone.
            if (slot.Socket is not null)
            {
                End(slot, reason);
            }
        }
    }

    /// <summary>Returns the radio's pool, or null where it has none. <see cref="For"/> makes one.</summary>
    /// <param name="radio">The radio.</param>
    public static SocketPool? Find(Radio radio) => s_pools.TryGetValue(radio, out SocketPool? pool) ? pool : null;

    /// <summary><c>SocketPool of host: 3 of 128 sockets</c>.</summary>
    public override string ToString() => $"SocketPool of {VisibleText.Escape(_radio.Name)}: {OpenCount} of {MaxSockets} sockets";
}
