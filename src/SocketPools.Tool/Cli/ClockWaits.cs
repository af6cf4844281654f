using SocketPools.Radios;

namespace SocketPools.Tool;

/// <summary>Waits on a radio's clock: a simulated one lets other threads run meanwhile.</summary>
internal static class ClockWaits
{
    /// <summary>Waits for a while, or until it is stopped.</summary>
    internal static void Pause(TimeProvider clock, TimeSpan time, CancellationToken stop)
    {
        if (clock is IWaitScheduler scheduler)
        {
            scheduler.Block(new SemaphoreSlim(0), time);
        }
        else
        {
            stop.WaitHandle.WaitOne(time);
        }
    }

    /// <summary>Takes a place of a semaphore.</summary>
    internal static void Enter(SemaphoreSlim places, TimeProvider clock, CancellationToken stop)
    {
        if (clock is IWaitScheduler scheduler)
        {
            scheduler.Block(places.WaitAsync(stop), Timeout.InfiniteTimeSpan);
        }
        else
        {
            places.Wait(stop);
        }
    }

    /// <summary>Waits for a task that does not fail.</summary>
    internal static void For(Task task, TimeProvider clock, TimeSpan timeout, CancellationToken stop)
    {
        if (clock is IWaitScheduler scheduler)
        {
            scheduler.Block(task, timeout);
        }
        else
        {
            task.Wait((int)timeout.TotalMilliseconds, stop);
        }
    }
}
