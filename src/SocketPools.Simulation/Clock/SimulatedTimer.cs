namespace SocketPools.Simulation.Clock;

/// <summary>A timer of a <see cref="SimulatedClock"/>. It fires on the thread that moves the clock.</summary>
internal sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state, ExecutionContext? context) : ClockEntry, ITimer
{
    private bool _isDisposed;

    /// <summary>The time between two firings in 100 ns; 0 for a timer that fires once.</summary>
    internal long Period { get; private set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        lock (clock.Lock)
        {
            if (_isDisposed)
            {
                return false;
            }

            clock.Timers.Remove(this);
            Period = Math.Max(0, period.Ticks);
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return true;
            }

            SetUnsynchronized(clock.NowUnsynchronized + dueTime.Ticks);
        }

        clock.Changed();
        return true;
    }

    public void Dispose()
    {
        lock (clock.Lock)
        {
            _isDisposed = true;
            clock.Timers.Remove(this);
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <inheritdoc/>
    internal override void TakenUnsynchronized()
    {
        if (Period > 0)
        {
            SetUnsynchronized(clock.NowUnsynchronized + Period);
        }
    }

    /// <inheritdoc/>
    internal override void Fire()
    {
        if (context is null)
        {
            callback(state);
        }
        else
        {
            ExecutionContext.Run(context, static timer => ((SimulatedTimer)timer!).Call(), this);
        }
    }

    private void SetUnsynchronized(long due)
    {
        Due = due;
        Sequence = clock.NextSequenceUnsynchronized();
        clock.Timers.Add(this);
    }

    private void Call() => callback(state);
}
