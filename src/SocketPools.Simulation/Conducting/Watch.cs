namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Looks at a conductor from a thread of its own, in real time: finds that nothing can go on, that a thread blocks in something that is not
/// simulated, and that something runs without end.
/// </summary>
internal sealed class Watch(Conductor conductor, SimulatedClock clock, SimulationOptions options, Func<string> describe)
{
    private const string Advice = "Await asynchronous calls instead of waiting for them (SendAsync for HttpClient.Send, await for Task.Wait and Result, "
        + "StopAsync before a web application is disposed), await Task.Delay for Thread.Sleep, and run a program that blocks in sockets on a thread "
        + $"of the simulation: {nameof(Simulation)}.{nameof(Simulation.RunBlocking)}.";

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(10);

    // What runs outside of the pool, as a read of a real file, may still call in.
    private static readonly TimeSpan s_deadlockGrace = TimeSpan.FromMilliseconds(200);

    private long _progress = -1;
    private long _since;
    private TimeSpan _cpu;
    private TimeSpan _blocked;

    /// <summary>Returns when the simulation is over.</summary>
    internal void Run()
    {
        while (!conductor.WaitForEnd(s_interval))
        {
            long progress = conductor.Progress;
            if (progress != _progress)
            {
                _progress = progress;
                Restart();
            }
            else if (Find() is { } failure)
            {
                conductor.End(failure);
                if (!conductor.IsDormant && !conductor.WaitForEnd(options.StallTimeout))
                {
                    // Its thread does not come back by itself.
                    conductor.Abandon();
                }

                Restart();
            }
        }
    }

    private static TimeSpan Cpu() => Environment.CpuUsage.TotalTime;

    private void Restart()
    {
        _since = TimeProvider.System.GetTimestamp();
        _cpu = Cpu();
        _blocked = TimeSpan.Zero;
    }

    private Exception? Find()
    {
        TimeSpan quiet = TimeProvider.System.GetElapsedTime(_since);
        if (conductor.IsDormant && conductor.Holds > 0)
        {
            return quiet < options.MaxCpuTime ? null : new SimulationTimeoutException(
                $"What runs in real time ({nameof(Simulation)}.{nameof(Simulation.RunInRealTime)}) has not ended after {options.MaxCpuTime}; timers do not fire meanwhile.{Environment.NewLine}{describe()}");
        }

        if (conductor.IsDormant)
        {
            return quiet < s_deadlockGrace ? null : new SimulationDeadlockException(
                $"Nothing can go on at {clock.Elapsed}: no work is left, no thread may go on, and no timer is set.{Environment.NewLine}{describe()}");
        }

        if (BlockedThread() is { } thread)
        {
            _blocked += s_interval;
            return _blocked < options.StallTimeout || quiet < options.StallTimeout ? null : new UnsoundWaitException(
                $"{thread} blocks in something that is not simulated, so the simulated time cannot go on. {options.StallAdvice ?? Advice}{Environment.NewLine}{describe()}");
        }

        _blocked = TimeSpan.Zero;
        return Cpu() - _cpu < options.MaxCpuTime ? null : new SimulationTimeoutException(
            $"{Who()} has used {options.MaxCpuTime} of the processor's time without an end at {clock.Elapsed}.{Environment.NewLine}{describe()}");
    }

    private string Who() => conductor.Running is { } running ? $"The thread \"{running.Name}\"" : "The thread pool's work";

    private string? BlockedThread()
    {
        if (conductor.Running is { } running)
        {
            return running.IsBlockedElsewhere ? $"The thread \"{running.Name}\"" : null;
        }

        return conductor is ExactConductor { Worker: { } worker } && (worker.ThreadState & ThreadState.WaitSleepJoin) != 0
            ? $"The thread pool's only worker (thread {worker.ManagedThreadId})"
            : null;
    }
}
