namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Waits until the thread pool does nothing: work of others would run in between. Workers that only block are let be, such as the one that NUnit
/// keeps until all tests are over, or one that waits for the simulation.
/// </summary>
internal static class QuietPool
{
    // A worker that writes to a slow console blocks, too, and works afterwards: it has to block for so many looks in a row.
    private const int Looks = 300;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(1);

    // Those that were found to block, if they still do. One simulation at a time begins.
    private static BlockedWorkers s_blocked = BlockedWorkers.None;

    /// <summary>Waits.</summary>
    /// <param name="workersInUse">Workers that are known to wait for the simulation.</param>
    /// <returns>How many workers block, <paramref name="workersInUse"/> or more.</returns>
    /// <exception cref="InvalidOperationException">Workers have done something else for 30 s.</exception>
    internal static int Wait(int workersInUse)
    {
        long start = System.TimeProvider.System.GetTimestamp();
        SpinWait spin = default;
        (int before, int looks) = (-1, 0);
        TimeSpan cpu = TimeSpan.Zero;
        while (true)
        {
            int busy = ThreadPoolLimits.Busy;
            bool isPending = ThreadPool.PendingWorkItemCount > 0;
            if (!isPending && (busy <= workersInUse || (busy == workersInUse + s_blocked.Count && s_blocked.AreUnchanged())))
            {
                return busy;
            }

            if (System.TimeProvider.System.GetElapsedTime(start) > s_timeout)
            {
                throw new InvalidOperationException(
                    $"A simulation needs the thread pool for itself, and {busy - workersInUse} of its threads do other work for {s_timeout.TotalSeconds} s now: "
                    + "tests or background services that run at the same time.");
            }

            if (spin.Count < 30)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

#pragma warning disable RS0030 // Before the simulation: what it waits for is the thread pool's, which reports nothing.
            Thread.Sleep(s_interval);
#pragma warning restore RS0030
            TimeSpan used = Environment.CpuUsage.TotalTime;
            bool isSame = busy == before && !isPending && BlockedWorkers.DoNothing(used - cpu, s_interval);
            (before, looks, cpu) = (busy, isSame ? looks + 1 : 0, used);
            if (looks == Looks)
            {
                s_blocked = workersInUse == 0 ? BlockedWorkers.Find(busy, s_blocked) : BlockedWorkers.None;
                return busy;
            }
        }
    }
}
