using SocketPools.Simulation.Clock;

namespace SocketPools.Simulation.Conducting;

/// <summary>A thread that blocks in simulated calls. At most one of all is runnable at a time.</summary>
internal sealed class Participant(string name, bool isWorker)
{
    internal string Name => name;

    /// <summary>Whether it is one of the thread pool, whose place another takes while it blocks.</summary>
    internal bool IsWorker => isWorker;

    internal Thread? Thread { get; set; }

    /// <summary>Lets it go on.</summary>
    internal SemaphoreSlim Go { get; } = new(0);

    /// <summary>What it waits for; null while it runs, or is about to.</summary>
    internal SemaphoreSlim? Waiting { get; set; }

    internal bool HasTimedOut { get; set; }

    internal SimulatedTimer? Timer { get; set; }

    /// <summary>Whether it is blocked in something that the simulation knows nothing of, or sleeps for real.</summary>
    internal bool IsBlockedElsewhere => Waiting is null && Thread is { } thread && (thread.ThreadState & ThreadState.WaitSleepJoin) != 0;
}
