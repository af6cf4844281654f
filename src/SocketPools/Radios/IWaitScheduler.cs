namespace SocketPools.Radios;

/// <summary>
/// A clock that also decides when threads go on that block in calls of sockets: a simulation's. A <see cref="Radio.TimeProvider"/> that
/// implements it is asked at every blocking wait of that radio; other clocks cost nothing.
/// </summary>
public interface IWaitScheduler
{
    /// <summary>Blocks the calling thread until <see cref="Wake"/> is called for the signal, or the time is up on this clock.</summary>
    /// <param name="signal">The wait's own signal. A <see cref="Wake"/> that came before ends the wait at once.</param>
    /// <param name="timeout">How long at most; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</param>
    /// <returns>False when the time is up.</returns>
    bool Block(SemaphoreSlim signal, TimeSpan timeout);

    /// <summary>Lets the thread go on that blocks in this signal, now or when it blocks. Any thread may call it; it never blocks.</summary>
    /// <param name="signal">The signal.</param>
    void Wake(SemaphoreSlim signal);
}

/// <summary>Waits that are made of others.</summary>
public static class WaitSchedulerExtensions
{
    /// <summary>Blocks the calling thread until a task has ended, or the time is up on this clock.</summary>
    /// <param name="scheduler">The clock.</param>
    /// <param name="task">The task. Its failure is not looked at.</param>
    /// <param name="timeout">How long at most; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</param>
    /// <returns>False when the time is up.</returns>
    public static bool Block(this IWaitScheduler scheduler, Task task, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(task);
        if (!task.IsCompleted)
        {
            // Not disposed: the task may end, and wake no waiter, when the time was up long ago.
            SemaphoreSlim signal = new(0);
            _ = task.ContinueWith(
                static (_, state) =>
                {
                    (IWaitScheduler clock, SemaphoreSlim waiting) = ((IWaitScheduler, SemaphoreSlim))state!;
                    clock.Wake(waiting);
                },
                (scheduler, signal),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            _ = scheduler.Block(signal, timeout);
        }

        return task.IsCompleted;
    }
}
