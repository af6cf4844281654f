using SocketPools.Radios;
using SocketPools.Simulation.Clock;

namespace SocketPools.Simulation;

/// <summary>
/// The clock of a simulation. It stands still while anything runs, and moves to the next timer when nothing can. Its resolution is 100 ns.
/// Timers that are due at the same time fire in the order in which they were set.
/// </summary>
public sealed class SimulatedClock : TimeProvider, IWaitScheduler
{
    private long _now;
    private long _sequence;

    internal SimulatedClock(DateTimeOffset start)
    {
        Start = start;
    }

    /// <summary>The date at which it started.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The simulated time since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(GetTimestamp());

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Who blocks threads and lets them go on.</summary>
    internal IWaitScheduler? Scheduler { get; set; }

    /// <summary>Called, without the lock, when a timer was set.</summary>
    internal Action Changed { get; set; } = static () => { };

    internal Lock Lock { get; } = new();

    internal TimerHeap Timers { get; } = new();

    internal long NowUnsynchronized => _now;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start.AddTicks(GetTimestamp());

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        SimulatedTimer timer = new(this, callback, state, ExecutionContext.Capture());
        timer.Change(dueTime, period);
        return timer;
    }

    bool IWaitScheduler.Block(SemaphoreSlim signal, TimeSpan timeout) => RequireScheduler().Block(signal, timeout);

    void IWaitScheduler.Wake(SemaphoreSlim signal) => RequireScheduler().Wake(signal);

    internal long NextSequenceUnsynchronized() => ++_sequence;

    /// <summary>When the next timer fires; null when none is set. Timers that their owners have given up are taken out.</summary>
    internal long? NextDueUnsynchronized()
    {
        while (Timers.First is { } first)
        {
            if (first.IsAbandoned is null || !first.IsAbandoned())
            {
                return first.Due;
            }

            Timers.Remove(first);
        }

        return null;
    }

    /// <summary>Takes the next timer out and moves the clock to it. One is set: see <see cref="NextDueUnsynchronized"/>.</summary>
    /// <param name="hasJumped">Whether the time has changed.</param>
    internal ClockEntry TakeNextUnsynchronized(out bool hasJumped)
    {
        ClockEntry next = Timers.First!;
        Timers.Remove(next);
        hasJumped = next.Due > _now;
        Volatile.Write(ref _now, Math.Max(_now, next.Due));
        next.TakenUnsynchronized();
        return next;
    }

    private IWaitScheduler RequireScheduler() => Scheduler ?? throw new InvalidOperationException("The simulation is over.");
}
