using SocketPools.Radios;

namespace SocketPools.Stack.Core;

/// <summary>
/// One wait, used again and again: by an asynchronous call, which the thread pool goes on with, or by a thread that blocks in it.
/// The thread that takes it from the list of parked waits writes its outcome and ends it.
/// </summary>
internal sealed class SocketWait(SocketWaits owner, IWaitScheduler? scheduler) : PooledWait(owner)
{
    // How soon a signal's handler runs while a thread blocks: no signal interrupts its wait.
    private const int SliceMilliseconds = 50;

    private SemaphoreSlim? _signal;
    private ITimer? _timer;
    private bool _isBlocking;

    internal void BeginBlocking(Readiness interest)
    {
        Interest = interest;
        _isBlocking = true;
        _signal ??= new SemaphoreSlim(0);
    }

    /// <summary>The thread that blocked has its outcome.</summary>
    internal void EndBlocking()
    {
        _isBlocking = false;
        Abandon();
    }

    /// <summary>Ends it: on the thread pool, or by waking the thread that blocks in it.</summary>
    public override void Queue()
    {
        if (_isBlocking && scheduler is not null)
        {
            scheduler.Wake(_signal!);
        }
        else if (_isBlocking)
        {
            _signal!.Release();
        }
        else
        {
            base.Queue();
        }
    }

    /// <summary>Blocks until it is ended (true), or the deadline may be up (false), or in between if it was woken to look again.</summary>
    internal bool Block(in Deadline deadline, TimeProvider clock, bool looksUp)
    {
        TimeSpan left = deadline.Remaining;
        if (scheduler is not null)
        {
            _ = scheduler.Block(_signal!, left);
        }
        else if (left == Timeout.InfiniteTimeSpan)
        {
            _signal!.Wait(looksUp ? SliceMilliseconds : Timeout.Infinite);
        }
        else if (clock == TimeProvider.System)
        {
            // Rounded up to the milliseconds that it counts in.
            int milliseconds = (int)Math.Ceiling(left.TotalMilliseconds);
            _signal!.Wait(looksUp ? Math.Min(milliseconds, SliceMilliseconds) : milliseconds);
        }
        else
        {
            // A simulated clock: its timer wakes this thread, now or, when the wait has ended first, in a later one, which looks again.
            _timer ??= clock.CreateTimer(
                static state => ((SemaphoreSlim)state!).Release(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            _signal!.Wait();
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return Outcome is not null;
    }
}
