namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Time that stands still until everything that is due now is done, and then is the time of what comes next. One thread.</summary>
internal sealed class VirtualClock : TimeProvider
{
    private readonly PriorityQueue<Event, (long At, long Order)> _events = new();
    private long _now = 1_000_000_000;
    private long _order;

    public override long TimestampFrequency => 1_000_000_000;

    internal TimeSpan Elapsed => TimeSpan.FromTicks(_now / 100);

    /// <summary>When the next event is due, on the scale of <see cref="Elapsed"/>; null when nothing is.</summary>
    internal TimeSpan? NextDue => _events.TryPeek(out _, out (long At, long Order) due) ? TimeSpan.FromTicks(due.At / 100) : null;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now / 100);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, period);
        VirtualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    internal void After(TimeSpan delay, Action action) => Enqueue(delay, new Event(action, null, 0));

    /// <summary>Does what comes next.</summary>
    /// <returns>False when nothing comes any more.</returns>
    internal bool Step()
    {
        if (!_events.TryDequeue(out Event next, out (long At, long Order) due))
        {
            return false;
        }

        _now = Math.Max(_now, due.At);
        next.Happen();
        return true;
    }

    internal void Advance(TimeSpan time)
    {
        long end = _now + (time.Ticks * 100);
        while (_events.TryPeek(out _, out (long At, long Order) due) && due.At <= end)
        {
            Step();
        }

        _now = end;
    }

    /// <summary>Goes on until a condition holds, at most so long.</summary>
    internal bool RunUntil(Func<bool> condition, TimeSpan limit)
    {
        long end = _now + (limit.Ticks * 100);
        while (!condition())
        {
            if (_now > end || !Step())
            {
                return condition();
            }
        }

        return true;
    }

    private void Enqueue(TimeSpan delay, Event next) => _events.Enqueue(next, (_now + (delay.Ticks * 100), _order++));

    // A value, so that setting a timer allocates nothing.
    private readonly record struct Event(Action? Action, VirtualTimer? Timer, int Version)
    {
        internal void Happen()
        {
            Action?.Invoke();
            Timer?.Fire(Version);
        }
    }

    private sealed class VirtualTimer(VirtualClock clock, Action action) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            int version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock.Enqueue(dueTime, new Event(null, this, version));
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Fire(int version)
        {
            if (version == _version)
            {
                action();
            }
        }
    }
}
