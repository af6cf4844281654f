using SocketPools.Radios;
using SocketPools.Simulation.Conducting;

namespace SocketPools.Simulation;

/// <summary>
/// A simulation that is begun and ended by calls, for hosts whose programs run on threads of their own, as those of CPython do. The calling
/// thread takes part in it: of it and of all that come by <see cref="Reserve"/> one runs at a time, in an exact order.
/// </summary>
public sealed class SimulationSession : IWaitScheduler
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action? _interrupted;
    private readonly SimulationThread _first;
    private readonly Conductor _conductor;
    private readonly Task<bool> _run;

    private SimulationSession(Simulation simulation, Task<bool> run, string name, Action? interrupted)
    {
        Simulation = simulation;
        _run = run;
        _interrupted = interrupted;
        _conductor = simulation.Conductor;
        _first = new SimulationThread(_conductor, _conductor.Reserve(name, interrupted));
    }

    /// <summary>Gets the simulation of the session.</summary>
    public Simulation Simulation { get; }

    /// <summary>Whether it is over; what blocks in it then ends with <see cref="OperationCanceledException"/>.</summary>
    public bool IsOver => _run.IsCompleted;

    /// <summary>Whether the simulation ends or is over: every socket of it is closed, or will be in a moment.</summary>
    public bool IsEnding => _conductor.IsEnding;

    /// <summary>Why the simulation cannot go on; null while it can. <see cref="End"/> throws it.</summary>
    public Exception? Failure => _conductor.Failure;

    /// <summary>The place of the thread that began it.</summary>
    public SimulationThread First => _first;

    /// <summary>Begins a simulation, in which the calling thread takes part from here on. Waits while another one runs in this process.</summary>
    /// <param name="seed">The seed. The same one gives the same run.</param>
    /// <param name="name">The name of the calling thread, for reports.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="interrupted">Called about every 50 ms of real time while the calling thread waits for its turn: what it throws ends the wait.</param>
    /// <exception cref="SimulationFailedException">It could not begin.</exception>
    public static SimulationSession Begin(int seed, string name, SimulationOptions? options = null, Action? interrupted = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        TaskCompletionSource<Simulation> begun = new();
        TaskCompletionSource<SimulationSession> entered = new();
        Task<bool> run = Simulation.RunOnThreadPool(
            seed,
            async simulation =>
            {
                // The calling thread may be late on a busy machine: until it has its place there is nothing to do, which is no deadlock.
                simulation.Conductor.Hold();
                begun.SetResult(simulation);
                SimulationSession session = await entered.Task.ConfigureAwait(false);
                await session._end.Task.ConfigureAwait(false);
                return true;
            },
            options ?? new SimulationOptions());
        Task.WaitAny(begun.Task, run);
        if (!begun.Task.IsCompleted)
        {
            run.GetAwaiter().GetResult();
        }

        SimulationSession made = new(begun.Task.Result, run, name, interrupted);
        made._conductor.LetGo();
        entered.SetResult(made);
        made._first.Enter();
        return made;
    }

    /// <summary>A place for a thread that is about to come. Its turn is after those of threads that may go on already.</summary>
    /// <param name="name">The thread's name, for reports.</param>
    /// <exception cref="OperationCanceledException">The simulation is over.</exception>
    public SimulationThread Reserve(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SimulationThread(_conductor, _conductor.Reserve(name));
    }

    /// <inheritdoc/>
    public bool Block(SemaphoreSlim signal, TimeSpan timeout) => _conductor.Block(signal, timeout);

    /// <summary>Blocks the calling thread until <see cref="Wake"/> is called for the signal, or the time is up.</summary>
    /// <param name="signal">The wait's own signal.</param>
    /// <param name="timeout">How long at most, in simulated time; <see cref="Timeout.InfiniteTimeSpan"/> without a limit.</param>
    /// <param name="reason">What it waits for, in words, for reports.</param>
    /// <param name="isReady">Asked each time when nothing else runs: whether the thread may go on; null for no question.</param>
    /// <returns>False when the time is up.</returns>
    /// <exception cref="OperationCanceledException">The simulation is over.</exception>
    public bool Block(SemaphoreSlim signal, TimeSpan timeout, string reason, Func<bool>? isReady = null)
    {
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return _conductor.Block(signal, timeout, reason, isReady);
    }

    /// <inheritdoc/>
    public void Wake(SemaphoreSlim signal) => _conductor.Wake(signal);

    /// <summary>Ends the simulation: the thread that began it leaves, and what still blocks in it ends. The call waits for that.</summary>
    /// <exception cref="SimulationFailedException">The simulation could not go on; the cause is the inner exception.</exception>
    public void End()
    {
        _end.TrySetResult();
        _first.Leave();
        TimeSpan limit = Simulation.Options.StallTimeout;
        long progress = -1;
        while (!Wait(limit))
        {
            // A thread that neither ends nor gives way is left to itself.
            if (progress == _conductor.Progress)
            {
                _conductor.Abandon();
            }

            progress = _conductor.Progress;
        }

        _run.GetAwaiter().GetResult();
    }

    private bool Wait(TimeSpan limit)
    {
        long start = System.TimeProvider.System.GetTimestamp();
        while (!((IAsyncResult)_run).AsyncWaitHandle.WaitOne(50))
        {
            _interrupted?.Invoke();
            if (System.TimeProvider.System.GetElapsedTime(start) > limit)
            {
                return false;
            }
        }

        return true;
    }
}
