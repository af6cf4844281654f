using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// One worker of the thread pool: it is an item of the pool's work itself, and while there is other work it goes to the end of the line. So
/// nothing runs when its turn has come and no work is left, and the order of everything is the same in each run.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Threads that come late use the semaphores after the end; they hold no handles.")]
internal sealed class ExactConductor : Conductor, IThreadPoolWorkItem
{
    // Workers that stay where they are, because one that was blocked has gone on instead; the next that blocks lets one of them go.
    private readonly SemaphoreSlim _kept = new(0);
    private int _keptCount;
    private int _workers;
    private volatile Thread? _worker;
    private volatile bool _isConducting;

    internal ExactConductor(SimulatedClock clock, ThreadPoolLimits limits, RealTimers? timers, int workersInUse)
        : base(clock, limits, timers)
    {
        _workers = 1 + workersInUse;
        limits.Set(_workers);
    }

    /// <summary>Whether the pool has work: what the exactness hangs on, and what tests replace.</summary>
    internal Func<bool> IsWorkPending { private get; init; } = HasPoolWork;

    /// <summary>The runtime's own answer to it.</summary>
    internal static Func<bool> HasPoolWork { get; } = static () => ThreadPool.PendingWorkItemCount > 0;

    /// <summary>The pool's worker, when it does other work than this; null while it conducts.</summary>
    internal Thread? Worker => _isConducting || ThreadPool.PendingWorkItemCount == 0 ? null : _worker;

    void IThreadPoolWorkItem.Execute()
    {
        _worker = Thread.CurrentThread;
        _isConducting = true;
        while (!IsOver)
        {
            if (IsWorkPending())
            {
                NotePass();
                _isConducting = false;
                Continue();
                return;
            }

            if (!TryStep())
            {
                break;
            }
        }

        _isConducting = _worker == Thread.CurrentThread && IsOver;
    }

    private protected override void Continue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private protected override void OnStart() => _worker = Thread.CurrentThread;

    private protected override void OnOver()
    {
        lock (Lock)
        {
            if (_keptCount > 0)
            {
                _kept.Release(_keptCount);
                _keptCount = 0;
            }
        }
    }

    private protected override void OnWorkerBlocked()
    {
        lock (Lock)
        {
            if (_keptCount > 0)
            {
                _keptCount--;
                _kept.Release();
                return;
            }

            _workers++;
        }

        Limits.Set(_workers);
    }

    private protected override bool TryResumeWorker(Participant worker)
    {
        lock (Lock)
        {
            _keptCount++;
        }

        _worker = worker.Thread;
        _isConducting = false;
        Continue();
        worker.Go.Release();
        _kept.Wait();
        return false;
    }
}
