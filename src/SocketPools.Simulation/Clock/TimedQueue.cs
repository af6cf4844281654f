namespace SocketPools.Simulation.Clock;

/// <summary>
/// Values that arrive in the order in which they were put in: one entry of the clock's for all of them. Each has the place among other entries that
/// a timer of its own would have.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="arrive">Called with each value when its time has come.</param>
internal sealed class TimedQueue<T>(SimulatedClock clock, Action<T> arrive) : ClockEntry
{
    private readonly Queue<(long Due, long Sequence, T Value)> _waiting = new();
    private T? _taken;

    /// <summary>When the latest value arrives, or has arrived.</summary>
    internal long Last { get; private set; }

    /// <summary>Puts a value in.</summary>
    /// <param name="value">The value.</param>
    /// <param name="due">When it arrives, in 100 ns since the start: not before the one that was put in before it.</param>
    /// <param name="copies">How often it arrives again, at the same time.</param>
    internal void Enqueue(T value, long due, int copies = 0)
    {
        lock (clock.Lock)
        {
            Last = due = Math.Max(due, Last);
            for (int copy = 0; copy <= copies; copy++)
            {
                _waiting.Enqueue((due, clock.NextSequenceUnsynchronized(), value));
            }

            // One that was taken, and has not arrived yet, has set the next one.
            if (Index < 0 && _waiting.Count == copies + 1)
            {
                SetNextUnsynchronized();
            }
        }

        clock.Changed();
    }

    /// <inheritdoc/>
    internal override void TakenUnsynchronized()
    {
        _taken = _waiting.Dequeue().Value;
        if (_waiting.Count > 0)
        {
            SetNextUnsynchronized();
        }
    }

    /// <inheritdoc/>
    internal override void Fire()
    {
        T value = _taken!;
        _taken = default;
        arrive(value);
    }

    private void SetNextUnsynchronized()
    {
        (Due, Sequence, _) = _waiting.Peek();
        clock.Timers.Add(this);
    }
}
