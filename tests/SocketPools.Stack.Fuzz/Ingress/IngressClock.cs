namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>Time that goes on when it is told to: a nanosecond a tick, and each timer in its turn.</summary>
internal sealed class IngressClock : TimeProvider
{
    private readonly List<IngressTimer> _timers = [];
    private long _now = 1_000_000_000;

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now / 100);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        IngressTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Lets so much time go by. Returns how many timers fired.</summary>
    internal int Advance(TimeSpan time)
    {
        long end = _now + (time.Ticks * 100);
        int fired = 0;
        while (_timers.MinBy(timer => timer.Due) is { } next && next.Due <= end)
        {
            _now = Math.Max(_now, next.Due);
            next.Fire();
            fired++;
        }

        _now = end;
        return fired;
    }

    private sealed class IngressTimer(IngressClock clock, Action action) : ITimer
    {
        internal long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock._now + (dueTime.Ticks * 100);
            return true;
        }

        public void Dispose() => Due = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Fire()
        {
            Due = long.MaxValue;
            action();
        }
    }
}
