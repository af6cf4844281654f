using SocketPools.Simulation.Clock;

namespace SocketPools.Simulation.Conducting;

/// <summary>A thread that blocks in simulated calls. At most one of all is runnable at a time.</summary>
internal sealed class Participant(Conductor owner, string name, bool isWorker)
{
    internal Conductor Owner => owner;

    internal string Name => name;

    /// <summary>Whether it is one of the thread pool, whose place another takes while it blocks.</summary>
    internal bool IsWorker => isWorker;

    internal Thread? Thread { get; set; }

    /// <summary>Lets it go on.</summary>
    internal SemaphoreSlim Go { get; } = new(0);

    /// <summary>What it waits for; null while it runs, or is about to.</summary>
    internal SemaphoreSlim? Waiting { get; set; }

    /// <summary>What it waits for, in words; null for a call of a socket.</summary>
    internal string? Reason { get; set; }

    /// <summary>Asked when nothing else runs: whether it may go on. Null for who waits for a signal or a time alone.</summary>
    internal Func<bool>? IsReady { get; set; }

    /// <summary>When it began to wait, counted in waits.</summary>
    internal long Turn { get; set; }

    internal bool HasTimedOut { get; set; }

    internal SimulatedTimer? Timer { get; set; }

    /// <summary>Whether it is one of the simulation's; not any more when it has ended.</summary>
    internal bool IsEnlisted { get; set; }

    /// <summary>Whether it has left while it should have waited: it is not resumed.</summary>
    internal bool IsWithdrawn { get; set; }

    /// <summary>Called from time to time, in real time, while it waits: what it throws ends the wait. Null for nothing.</summary>
    internal Action? Interrupted { get; init; }

    /// <summary>Whether the thread sleeps in the system, for threads that .NET does not know the state of; null for others.</summary>
    internal Func<bool>? Sleeps { get; set; }

    /// <summary>Whether it is blocked in something that the simulation knows nothing of, or sleeps for real.</summary>
    internal bool IsBlockedElsewhere => Waiting is null && Thread is { } thread
        && (Sleeps is { } sleeps ? sleeps() : (thread.ThreadState & ThreadState.WaitSleepJoin) != 0);
}
