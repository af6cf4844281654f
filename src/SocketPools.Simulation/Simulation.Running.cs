using System.Diagnostics.CodeAnalysis;
using SocketPools.Simulation.Conducting;

namespace SocketPools.Simulation;

// The beginning and the end.
public sealed partial class Simulation
{
    // One has the process's thread pool at a time.
    private static readonly SemaphoreSlim s_gate = new(1);

    /// <summary>Runs a simulation until its body ends.</summary>
    /// <param name="seed">The seed. The same one gives the same run.</param>
    /// <param name="body">What happens in it. When it ends the simulation is over, whatever else still waits.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="SimulationFailedException">The body has failed, or the simulation could not go on; the cause is the inner exception.</exception>
    public static Task RunAsync(int seed, Func<Simulation, Task> body, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunAsync(seed, async simulation =>
        {
            await body(simulation).ConfigureAwait(false);
            return true;
        }, options);
    }

    /// <summary>Runs a simulation that has a result.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="seed">The seed. The same one gives the same run.</param>
    /// <param name="body">What happens in it. When it ends the simulation is over, whatever else still waits.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>What the body returned.</returns>
    /// <exception cref="SimulationFailedException">The body has failed, or the simulation could not go on; the cause is the inner exception.</exception>
    public static async Task<T> RunAsync<T>(int seed, Func<Simulation, Task<T>> body, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        ThrowIfNested();
        await s_gate.WaitAsync().ConfigureAwait(false);
        return await Begin(seed, body, options ?? new SimulationOptions(), workersInUse: 0).ConfigureAwait(false);
    }

    /// <summary>Runs a simulation, and blocks the calling thread meanwhile: for test methods that are not asynchronous.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="seed">The seed. The same one gives the same run.</param>
    /// <param name="body">What happens in it. When it ends the simulation is over, whatever else still waits.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>What the body returned.</returns>
    /// <exception cref="SimulationFailedException">The body has failed, or the simulation could not go on; the cause is the inner exception.</exception>
    public static T Run<T>(int seed, Func<Simulation, Task<T>> body, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        ThrowIfNested();
        s_gate.Wait();
        return Begin(seed, body, options ?? new SimulationOptions(), Thread.CurrentThread.IsThreadPoolThread ? 1 : 0).GetAwaiter().GetResult();
    }

    /// <summary>Runs a simulation whose body is on the thread pool; the caller waits, or does something else.</summary>
    internal static Task<T> RunOnThreadPool<T>(int seed, Func<Simulation, Task<T>> body, SimulationOptions options)
    {
        ThrowIfNested();
        s_gate.Wait();
        return Begin(seed, body, options, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    }

    private static void ThrowIfNested()
    {
        if (Current is not null)
        {
            throw new InvalidOperationException("A simulation runs already, and this is part of it.");
        }
    }

    private static Task<T> Begin<T>(int seed, Func<Simulation, Task<T>> body, SimulationOptions options, int workersInUse)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ExecutionContext? context = ExecutionContext.Capture();
        new Thread(() => Conduct(seed, body, options, workersInUse, context, result)) { IsBackground = true, Name = "simulation" }.UnsafeStart();
        return result.Task;
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is the task's.")]
    private static void Conduct<T>(int seed, Func<Simulation, Task<T>> body, SimulationOptions options, int workersInUse, ExecutionContext? context, TaskCompletionSource<T> result)
    {
        Simulation? simulation = null;
        Task<T>? work = null;
        Exception? failure = null;
        ThreadPoolLimits limits = new();
        RealTimers? timers = null;
        FileStream? capture = null;
        try
        {
            SimulatedClock clock = new(options.Start);
            timers = CreateTimers(clock, options);

            // Before, because what runs may wait for a timer; and once more, because one may just have fired.
            QuietPool.Wait(workersInUse);
            timers?.Freeze();
            workersInUse = QuietPool.Wait(workersInUse);
            timers?.Freeze();
            Conductor conductor = CreateConductor(clock, limits, timers, options, workersInUse, () => simulation!.OnEnding());
            capture = OpenCapture(seed, options);
            simulation = new Simulation(seed, options, clock, conductor, options.Capture ?? capture);
            using HostClocks? hosts = options.AdoptRealTimers && RuntimeAccess.IsSupported ? new HostClocks(clock) : null;
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    if (context is not null)
                    {
                        ExecutionContext.Restore(context);
                    }

                    s_current.Value = simulation;
                    work = simulation.StartBody(body);
                    conductor.Start();
                },
                null);
            AppDomain.CurrentDomain.FirstChanceException += simulation.OnFirstChance;
            new Watch(conductor, clock, options, simulation.Describe).Run();
            failure = conductor.Failure ?? work?.Exception?.InnerException ?? (work is { IsCanceled: true } ? new OperationCanceledException() : null);
            clock.Scheduler = null;
            clock.Changed = static () => { };
        }
        catch (Exception e)
        {
            failure = e;
        }

        if (simulation is not null)
        {
            AppDomain.CurrentDomain.FirstChanceException -= simulation.OnFirstChance;
        }

        timers?.Thaw(fires: failure is UnsoundWaitException);
        limits.Restore();
        s_gate.Release();
        capture?.Dispose();
        string? timeline = null;
        try
        {
            timeline = simulation?.KeepTimeline(failure);
        }
        catch (Exception e)
        {
            failure ??= e;
        }

        if (failure is null)
        {
            result.SetResult(work!.Result);
        }
        else
        {
            result.SetException(simulation is null ? failure : simulation.ToFailure(failure, capture?.Name, timeline));
        }
    }

    private static Conductor CreateConductor(SimulatedClock clock, ThreadPoolLimits limits, RealTimers? timers, SimulationOptions options, int workersInUse, Action ending)
    {
        string advice = options.MaxDurationAdvice ?? $"Set {nameof(SimulationOptions)}.{nameof(SimulationOptions.MaxDuration)} if it needs more.";
        return options.Workers > 1
            ? new ParallelConductor(clock, limits, timers, options.Workers, workersInUse)
            {
                MaxTime = options.MaxDuration,
                MaxTimeAdvice = advice,
                BeforeEvent = options.BeforeEvent,
                Ending = ending,
                IsWorkPending = options.IsWorkPending,
            }
            : new ExactConductor(clock, limits, timers, workersInUse)
            {
                MaxTime = options.MaxDuration,
                MaxTimeAdvice = advice,
                BeforeEvent = options.BeforeEvent,
                Ending = ending,
                IsWorkPending = options.IsWorkPending ?? ExactConductor.HasPoolWork,
            };
    }

    private static RealTimers? CreateTimers(SimulatedClock clock, SimulationOptions options)
    {
        if (!options.AdoptRealTimers)
        {
            return null;
        }

        return RuntimeAccess.IsSupported
            ? new RealTimers(clock, options.TimerTypes is { } types ? new TimerQueueAccess(types.Queue, types.Timer) : new TimerQueueAccess())
            : throw new PlatformNotSupportedException(
                $"A trimmed program cannot take the runtime's timers into simulated time. Set {nameof(SimulationOptions)}.{nameof(SimulationOptions.AdoptRealTimers)} to false, "
                + "and give the simulation's clock to whatever takes a TimeProvider.");
    }

    private Task<T> StartBody<T>(Func<Simulation, Task<T>> body)
    {
        Task<T> work = RunBody(body);
        _ = work.ContinueWith(
            static (_, state) => ((Conductor)state!).End(failure: null),
            _conductor,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return work;
    }

    private async Task<T> RunBody<T>(Func<Simulation, Task<T>> body) => await body(this).ConfigureAwait(false);

    private void OnEnding() => Network.Close();
}
