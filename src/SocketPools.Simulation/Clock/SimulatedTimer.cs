namespace SocketPools.Simulation.Clock;

/// <summary>A timer of a <see cref="SimulatedClock"/>. It fires on the thread that moves the clock.</summary>
internal sealed class SimulatedTimer(SimulatedClock clock, TimerCallback callback, object? state, ExecutionContext? context) : ITimer
{
    private long _sequence;
    private bool _isDisposed;

    /// <summary>When it fires, in 100 ns since the start.</summary>
    internal long Due { get; private set; }

    /// <summary>The time between two firings in 100 ns; 0 for a timer that fires once.</summary>
    internal long Period { get; private set; }

    /// <summary>Its place in the heap; negative when it is not set.</summary>
    internal int Index { get; set; } = -1;

    /// <summary>Asked before the clock moves for it: whether its owner has given it up without saying so.</summary>
    internal Func<bool>? IsAbandoned { get; init; }

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

    internal bool IsBefore(SimulatedTimer other) => Due != other.Due ? Due < other.Due : _sequence < other._sequence;

    internal void SetUnsynchronized(long due)
    {
        Due = due;
        _sequence = clock.NextSequenceUnsynchronized();
        clock.Timers.Add(this);
    }

    internal void Fire()
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

    private void Call() => callback(state);
}
