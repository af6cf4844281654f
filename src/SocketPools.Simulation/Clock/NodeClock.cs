using SocketPools.Radios;

namespace SocketPools.Simulation.Clock;

/// <summary>
/// The clock of one node: the simulation's, unless it runs fast or slow, was set to another date, or stands still because the node sleeps. With
/// none of these it is exact.
/// </summary>
internal sealed class NodeClock(SimulatedClock clock) : TimeProvider, IWaitScheduler
{
    private readonly Lock _lock = new();
    private readonly HashSet<NodeTimer> _timers = [];
    private long _since;
    private long _then;
    private long _slept;
    private double _rate = 1;
    private bool _isAsleep;
    private long _sequence;

    // Whether it is the simulation's clock: it has never been anything else.
    private volatile bool _isExact = true;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How far the date is from the right one, without what the rate makes of it.</summary>
    internal TimeSpan Offset { get; set; }

    private long Now => clock.GetTimestamp();

    public override long GetTimestamp()
    {
        if (_isExact)
        {
            return Now;
        }

        lock (_lock)
        {
            return LocalUnsynchronized(Now);
        }
    }

    // The date goes on while the node sleeps.
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            long asleep = _slept + (_isAsleep ? Now - _since : 0);
            return clock.Start.AddTicks(LocalUnsynchronized(Now) + asleep) + Offset;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        NodeTimer timer = new(this, callback, state, Interlocked.Increment(ref _sequence));
        timer.Change(dueTime, period);
        return timer;
    }

    bool IWaitScheduler.Block(SemaphoreSlim signal, TimeSpan timeout) => ((IWaitScheduler)clock).Block(signal, ToReal(timeout));

    void IWaitScheduler.Wake(SemaphoreSlim signal) => ((IWaitScheduler)clock).Wake(signal);

    /// <summary>Sets how fast it runs: 1 is right.</summary>
    internal void SetRate(double rate)
    {
        lock (_lock)
        {
            Settle();
            _rate = rate;
        }

        Reschedule();
    }

    /// <summary>Stops it, and its timers with it, or lets it go on.</summary>
    internal void SetAsleep(bool isAsleep)
    {
        lock (_lock)
        {
            Settle();
            _isAsleep = isAsleep;
        }

        Reschedule();
    }

    private TimeSpan ToReal(TimeSpan local) => local <= TimeSpan.Zero || _rate == 1 ? local : TimeSpan.FromTicks((long)Math.Ceiling(local.Ticks / _rate));

    private long LocalUnsynchronized(long now) => _isAsleep ? _then : _rate == 1 ? _then + (now - _since) : _then + (long)((now - _since) * _rate);

    private void Settle()
    {
        _isExact = false;
        long now = Now;
        long local = LocalUnsynchronized(now);
        _slept += _isAsleep ? now - _since : 0;
        (_since, _then) = (now, local);
    }

    // In the order in which they were made, so that each run is the same.
    private void Reschedule()
    {
        NodeTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers.OrderBy(t => t.Sequence)];
        }

        foreach (NodeTimer timer in timers)
        {
            timer.Schedule();
        }
    }

    /// <summary>A timer whose time is the node's.</summary>
    private sealed class NodeTimer : ITimer
    {
        private readonly NodeClock _owner;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _inner;
        private long _due = -1;
        private long _period;

        internal NodeTimer(NodeClock owner, TimerCallback callback, object? state, long sequence)
        {
            (_owner, _callback, _state, Sequence) = (owner, callback, state, sequence);
            _inner = owner.Inner.CreateTimer(static timer => ((NodeTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        internal long Sequence { get; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
            ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
            lock (_owner._lock)
            {
                _period = Math.Max(0, period.Ticks);
                bool isSet = dueTime != Timeout.InfiniteTimeSpan;
                _due = isSet ? _owner.LocalUnsynchronized(_owner.Now) + dueTime.Ticks : -1;
                _ = isSet ? _owner._timers.Add(this) : _owner._timers.Remove(this);
            }

            return Schedule();
        }

        public void Dispose()
        {
            lock (_owner._lock)
            {
                _due = -1;
                _owner._timers.Remove(this);
            }

            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal bool Schedule()
        {
            TimeSpan wait;
            lock (_owner._lock)
            {
                long left = _due - _owner.LocalUnsynchronized(_owner.Now);
                wait = _due < 0 || _owner._isAsleep ? Timeout.InfiniteTimeSpan : _owner.ToReal(TimeSpan.FromTicks(Math.Max(0, left)));
            }

            return _inner.Change(wait, Timeout.InfiniteTimeSpan);
        }

        private void Fire()
        {
            lock (_owner._lock)
            {
                if (_due < 0 || _owner._isAsleep)
                {
                    return;
                }

                _due = _period > 0 ? _due + _period : -1;
                if (_due < 0)
                {
                    _owner._timers.Remove(this);
                }
            }

            if (_period > 0)
            {
                Schedule();
            }

            _callback(_state);
        }
    }

    private SimulatedClock Inner => clock;
}
