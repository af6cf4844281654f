using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Several workers of the thread pool. A thread of its own looks until none of them works and no work is left, so the clock never moves early.
/// What happens at the same time happens in any order: not exact.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Threads that come late use the semaphores after the end; they hold no handles.")]
internal sealed class ParallelConductor : Conductor
{
    private readonly int _workers;
    private readonly int _workersInUse;
    private readonly SemaphoreSlim _continue = new(0);
    private int _blockedWorkers;

    internal ParallelConductor(SimulatedClock clock, ThreadPoolLimits limits, RealTimers? timers, int workers, int workersInUse)
        : base(clock, limits, timers)
    {
        _workers = workers;
        _workersInUse = workersInUse;
        limits.Set(workers + workersInUse);
        new Thread(Watch) { IsBackground = true, Name = "simulated clock" }.UnsafeStart();
    }

    /// <summary>Whether the pool works; tests replace it. Null: the pool's own count and its queue are asked.</summary>
    internal Func<bool>? IsWorkPending { private get; init; }

    private bool IsQuiet
    {
        get
        {
            if (IsWorkPending is not null)
            {
                return !IsWorkPending();
            }

            // Work that is queued counts as pending before a worker is called for it, and as taken only by one that counts as busy.
            int idle = _workersInUse + Volatile.Read(ref _blockedWorkers);
            return ThreadPoolLimits.Busy <= idle && ThreadPool.PendingWorkItemCount == 0 && ThreadPoolLimits.Busy <= idle
                && Volatile.Read(ref _blockedWorkers) + _workersInUse == idle;
        }
    }

    private protected override void Continue() => _continue.Release();

    private protected override void OnOver() => _continue.Release();

    private protected override void OnWorkerBlocked()
    {
        lock (Lock)
        {
            Limits.Set(_workers + _workersInUse + ++_blockedWorkers);
        }
    }

    private protected override bool TryResumeWorker(Participant worker)
    {
        lock (Lock)
        {
            // The limit stays: one more may run than was asked for, until it blocks again.
            _blockedWorkers--;
        }

        worker.Go.Release();
        return true;
    }

    private void Watch()
    {
        _continue.Wait();
        SpinWait spin = default;
        while (!IsOver)
        {
            if (!IsQuiet)
            {
                NotePass();
                spin.SpinOnce(sleep1Threshold: 30);
            }
            else if (!TryStep() && !IsOver)
            {
                _continue.Wait();
            }
            else
            {
                spin.Reset();
            }
        }
    }
}
