namespace SocketPools.Radios;

/// <summary>
/// A wait on many sockets built from each socket's own asynchronous wait: for radios that have nothing better, and for
/// sockets of different radios together.
/// </summary>
internal static class ManyWait
{
    internal static RadioResult Run(Span<ReadinessEntry> entries, in Deadline deadline)
    {
        while (true)
        {
            int ready = Ask(entries);
            if (ready > 0 || deadline.IsImmediate || deadline.HasExpired)
            {
                return RadioResult.FromCount(ready);
            }

            // Ready sockets of other threads may be drained between the wait and the question: then wait again.
            RadioResult wait = WaitForAny(entries, deadline);
            if (wait.Failed)
            {
                return wait;
            }
        }
    }

    private static int Ask(Span<ReadinessEntry> entries)
    {
        int ready = 0;
        foreach (ref ReadinessEntry entry in entries)
        {
            entry.Ready = entry.Socket.Poll(entry.Interest);
            ready += entry.Ready == Readiness.None ? 0 : 1;
        }

        return ready;
    }

    /// <summary>Waits until something happens. Fails when a radio cannot wait; a socket that was closed tells when it is asked.</summary>
    private static RadioResult WaitForAny(ReadOnlySpan<ReadinessEntry> entries, in Deadline deadline)
    {
        using CancellationTokenSource end = new();
        Task[] waits = new Task[entries.Length + (deadline.IsInfinite ? 0 : 1)];
        for (int i = 0; i < entries.Length; i++)
        {
            waits[i] = entries[i].Socket.WaitAsync(entries[i].Interest, end.Token).AsTask();
        }

        if (!deadline.IsInfinite)
        {
            waits[^1] = Task.Delay(deadline.Remaining, deadline.TimeProvider, end.Token);
        }

        IWaitScheduler? scheduler = deadline.TimeProvider as IWaitScheduler;
        WaitFor(Task.WhenAny(waits), scheduler);
        end.Cancel();
        RadioResult result = RadioResult.Ok;
        foreach (Task wait in waits)
        {
            // Every wait has to be over before the sockets are used again; a cancelled one is what was asked for.
            WaitFor(wait, scheduler);
            _ = wait.Exception;
            if (wait is Task<RadioResult> { IsCompletedSuccessfully: true, Result: { Failed: true, Errno: not Errno.EBADF } failure })
            {
                result = failure;
            }
        }

        return result;
    }

    /// <summary>Blocks until a task is over, however it ends.</summary>
    private static void WaitFor(Task task, IWaitScheduler? scheduler)
    {
        if (scheduler is null)
        {
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        }
        else
        {
            _ = scheduler.Block(task, Timeout.InfiniteTimeSpan);
        }
    }
}
