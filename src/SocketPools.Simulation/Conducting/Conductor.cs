using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;
using SocketPools.Simulation.Clock;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Decides what runs: the thread pool's work first, then threads that may go on, and when there is neither the clock's next timer. How it
/// finds out that nothing runs is its subclasses' business.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Threads that come late use the semaphores after the end; they hold no handles.")]
internal abstract partial class Conductor : IWaitScheduler
{
    private readonly SemaphoreSlim _handBack = new(0);
    private readonly ManualResetEventSlim _end = new();
    private Participant? _running;
    private int _isDormant;
    private volatile bool _isEnding;
    private volatile bool _isOver;
    private long _passes;
    private int _holds;

    private protected Conductor(SimulatedClock clock, ThreadPoolLimits limits, RealTimers? timers)
    {
        Clock = clock;
        Limits = limits;
        Timers = timers;
        clock.Scheduler = this;
        clock.Changed = Kick;
    }

    /// <summary>How often the clock has moved.</summary>
    internal long Jumps { get; private set; }

    /// <summary>How many timers have fired and threads gone on.</summary>
    internal long Events { get; private set; }

    /// <summary>The simulated time at which it ends with an error.</summary>
    internal TimeSpan MaxTime { get; init; } = TimeSpan.MaxValue;

    /// <summary>What to do about a simulation that lasts longer, for the error's text.</summary>
    internal string MaxTimeAdvice { get; init; } = "";

    /// <summary>Called before each event: a test's check that nothing runs.</summary>
    internal Action? BeforeEvent { get; init; }

    /// <summary>Called once, on the thread that conducts, when it ends: closes what blocks threads and calls.</summary>
    internal Action Ending { get; init; } = static () => { };

    /// <summary>Why it has failed; null while all is well.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Whether it ends: what still waits is let go.</summary>
    internal bool IsEnding => _isEnding;

    /// <summary>Whether nothing runs and no timer is set.</summary>
    internal bool IsDormant => Volatile.Read(ref _isDormant) == 1;

    /// <summary>Grows while anything goes on.</summary>
    internal long Progress => Volatile.Read(ref _passes);

    private protected SimulatedClock Clock { get; }

    private protected ThreadPoolLimits Limits { get; }

    private protected RealTimers? Timers { get; }

    private protected Lock Lock => Clock.Lock;

    private protected bool IsOver => _isOver;

    /// <summary>Begins: from here on the clock moves.</summary>
    internal void Start()
    {
        OnStart();
        Continue();
    }

    /// <summary>Ends it when nothing runs any more: nothing that is due later happens.</summary>
    /// <param name="failure">Why; null when its work is done. The first one counts.</param>
    internal void End(Exception? failure)
    {
        lock (Lock)
        {
            Failure ??= _isEnding ? null : failure;
            _isEnding = true;
        }

        Kick();
    }

    /// <summary>Waits for the end.</summary>
    internal bool WaitForEnd(TimeSpan timeout) => _end.Wait(timeout);

    /// <summary>Ends it although something still runs or blocks.</summary>
    internal void Abandon()
    {
        CloseAll();
        Finish();
    }

    /// <summary>Called on the worker that began.</summary>
    private protected virtual void OnStart()
    {
    }

    /// <summary>Finds out whether nothing runs, and goes on with <see cref="TryStep"/>.</summary>
    private protected abstract void Continue();

    /// <summary>It is over: threads that it keeps go.</summary>
    private protected abstract void OnOver();

    /// <summary>A worker of the pool blocks: another takes its place.</summary>
    private protected abstract void OnWorkerBlocked();

    /// <summary>A worker of the pool goes on. False when this thread was kept instead, and has to return to the pool.</summary>
    private protected abstract bool TryResumeWorker(Participant worker);

    /// <summary>How much runs in real time, while the clock stands still.</summary>
    internal int Holds => Volatile.Read(ref _holds);

    /// <summary>The clock stands still until as many calls of <see cref="LetGo"/> have come.</summary>
    internal void Hold()
    {
        lock (Lock)
        {
            _holds++;
        }
    }

    internal void LetGo()
    {
        lock (Lock)
        {
            _holds--;
        }

        Kick();
    }

    private protected void NotePass() => Interlocked.Increment(ref _passes);

    /// <summary>Nothing runs: does the next thing. False when there is none, or when this thread is not the one to go on.</summary>
    private protected bool TryStep()
    {
        NotePass();
        if (TryTakeReady(out Participant? ready))
        {
            Events++;
            return Resume(ready);
        }

        if (TryAsk())
        {
            return true;
        }

        if (_isEnding)
        {
            return TryEnd();
        }

        Timers?.Adopt();
        ClockEntry? timer = null;
        lock (Lock)
        {
            // Threads and the end come from outside, too. What came since it looked above has seen it awake, and woke nothing.
            if (_ready.Count > 0 || _isEnding)
            {
                return true;
            }

            if (_holds > 0 || Clock.NextDueUnsynchronized() is not { } due)
            {
                Volatile.Write(ref _isDormant, 1);
            }
            else if (due <= MaxTime.Ticks)
            {
                timer = Clock.TakeNextUnsynchronized(out bool hasJumped);
                Jumps += hasJumped ? 1 : 0;
            }
        }

        if (timer is null)
        {
            return !IsDormant && OnTooLong();
        }

        Events++;
        Fire(timer);
        return true;
    }

    [SuppressMessage("Design", "CA1031", Justification = "It becomes the simulation's failure.")]
    private void Fire(ClockEntry timer)
    {
        BeforeEvent?.Invoke();
        try
        {
            timer.Fire();
        }
        catch (Exception e)
        {
            End(e);
        }
    }

    private bool OnTooLong()
    {
        End(new SimulationTimeoutException($"The simulation has not ended after {MaxTime} of simulated time. {MaxTimeAdvice}"));
        return true;
    }

    private void Kick()
    {
        if (Interlocked.Exchange(ref _isDormant, 0) == 1)
        {
            Continue();
        }
    }

    // First everything is closed, which lets what waits go on; when that is over, too, it is the end.
    private bool TryEnd()
    {
        if (CloseAll())
        {
            return true;
        }

        Finish();
        return false;
    }

    private void Finish()
    {
        _isOver = true;

        // A thread that it waits for may never come back, and those that it has closed would wait for their turn.
        _handBack.Release();
        while (TryTakeReady(out Participant? closed))
        {
            closed.Go.Release();
        }

        OnOver();
        _end.Set();
    }
}
