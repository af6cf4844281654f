using SocketPools.Radios;

namespace SocketPools.Async;

/// <summary>Waits for a task on the caller's thread, on the call's clock, and lets handlers of signals run meanwhile.</summary>
internal static class BlockingWait
{
    // How soon a signal's handler runs: no signal interrupts the wait for a task.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for a task.</summary>
    /// <param name="task">The task. Its own failure is not looked at.</param>
    /// <param name="deadline">How long.</param>
    /// <param name="clock">The radio's, also for a call without a limit: it may schedule blocked threads itself.</param>
    /// <param name="interrupted">Called from time to time; null for nothing.</param>
    /// <returns>False when the time is up.</returns>
    internal static bool For(Task task, in Deadline deadline, TimeProvider clock, Action? interrupted)
    {
        if (clock is IWaitScheduler scheduler)
        {
            return scheduler.Block(task, deadline.Remaining);
        }

        // On the system's clock no timer is needed, whose thread a process that was forked does not have.
        bool isSystem = deadline.IsInfinite || ReferenceEquals(deadline.TimeProvider, TimeProvider.System);
        Task bounded = isSystem ? task : task.WaitAsync(deadline.Remaining, deadline.TimeProvider);
        while (true)
        {
            TimeSpan left = isSystem ? deadline.Remaining : Timeout.InfiniteTimeSpan;
            bool isWhole = interrupted is null || (left != Timeout.InfiniteTimeSpan && left < s_slice);
            if (Task.WaitAny([bounded], isWhole ? left : s_slice) == 0)
            {
                // What the bound has thrown is looked at, so that it is not reported as unobserved.
                return bounded.Exception?.InnerException is not TimeoutException || task.IsCompleted;
            }

            if (isWhole)
            {
                return false;
            }

            interrupted!();
        }
    }
}
