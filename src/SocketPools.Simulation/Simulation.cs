using System.Diagnostics.CodeAnalysis;
using SocketPools.Simulation.Conducting;
using SocketPools.Simulation.Network;
using SocketPools.Simulation.Timelines;

namespace SocketPools.Simulation;

/// <summary>
/// A run of unmodified programs in simulated time: real TCP over simulated networks, hours in milliseconds, and the same bytes for the same
/// seed. One simulation at a time runs in a process; others wait for it.
/// </summary>
/// <remarks>
/// The process's thread pool has one worker meanwhile, so nothing else of the process should use it: tests that simulate do not run beside
/// others. Timers of the runtime that are set during a simulation fire in simulated time, and not at all after it; those that were set
/// before wait until it is over.
/// </remarks>
public sealed partial class Simulation : INetworkHost
{
    private static readonly AsyncLocal<Simulation?> s_current = new();

    private readonly Conductor _conductor;

    private Simulation(int seed, SimulationOptions options, SimulatedClock clock, Conductor conductor, Stream? capture)
    {
        Seed = seed;
        Options = options;
        TimeProvider = clock;
        _conductor = conductor;
        Log = new EventLog(clock, options.MaxLoggedEvents);
        Network = new SimulatedNetwork(this, capture);
    }

    /// <summary>The simulation that the caller runs in; null outside of one.</summary>
    public static Simulation? Current => s_current.Value;

    /// <summary>The seed from which all others are derived.</summary>
    public int Seed { get; }

    /// <summary>Gets the options that the simulation runs with.</summary>
    public SimulationOptions Options { get; }

    /// <summary>The clock, for whatever takes a <see cref="System.TimeProvider"/>.</summary>
    public SimulatedClock TimeProvider { get; }

    /// <summary>Gets the simulated network, with its nodes and faults.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>What has happened, in simulated time.</summary>
    public EventLog Log { get; }

    /// <summary>The simulated time since the start.</summary>
    public TimeSpan Elapsed => TimeProvider.Elapsed;

    internal Conductor Conductor => _conductor;

    /// <summary>How often the clock has moved.</summary>
    public long Jumps => _conductor.Jumps;

    /// <summary>How many timers have fired and threads gone on.</summary>
    public long Events => _conductor.Events;

    /// <summary>Makes random numbers that depend on the seed and on a name, and on nothing else.</summary>
    /// <param name="purpose">What they are for.</param>
    public Random CreateRandom(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return Seeding.CreateRandom(Seed, "program/" + purpose);
    }

    /// <summary>Does something after a while of simulated time.</summary>
    /// <param name="delay">How long after now, 0 or more.</param>
    /// <param name="action">What. An exception ends the simulation with a failure.</param>
    /// <returns>Disposing it takes the order back.</returns>
    public IDisposable In(TimeSpan delay, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return TimeProvider.CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits a while of simulated time without holding a thread.</summary>
    /// <param name="delay">How long, 0 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default) => Task.Delay(delay, TimeProvider, cancellationToken);

    /// <summary>Waits a while of simulated time on the calling thread, which is one of <see cref="RunBlocking"/>.</summary>
    /// <param name="delay">How long, 0 or more.</param>
    public void Sleep(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        using SemaphoreSlim never = new(0);
        _conductor.Block(never, delay);
    }

    /// <summary>Runs a program that blocks in sockets, on a thread of its own. One such thread runs at a time, in an exact order.</summary>
    /// <param name="name">The thread's name, for reports.</param>
    /// <param name="body">The program.</param>
    /// <returns>Ends with the program.</returns>
    public Task RunBlocking(string name, Action body)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(body);
        return _conductor.Run(name, body);
    }

    /// <summary>
    /// Runs something that needs real threads and blocks them, such as the start of a <c>WebApplicationFactory</c>, on a thread of its own. The clock
    /// stands still until it ends, and no timer fires.
    /// </summary>
    /// <param name="action">What; it has to end without a timer.</param>
    /// <returns>Ends with it.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "It is the task's.")]
    public Task RunInRealTime(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _conductor.Hold();
        new Thread(() =>
        {
            try
            {
                action();
                end.SetResult();
            }
            catch (Exception e)
            {
                end.SetException(e);
            }

            // What waited for it is the pool's work by now, so the clock does not move before that has run.
            _conductor.LetGo();
        })
        { IsBackground = true, Name = "real time" }.Start();
        return end.Task;
    }

    /// <summary>
    /// Writes what has happened so far as one HTML page without external resources: nodes as lanes, packets as lines between them, losses,
    /// retransmissions and rules marked. It has the packets that <see cref="Log"/> keeps.
    /// </summary>
    /// <param name="path">The file, which is replaced.</param>
    public void WriteTimeline(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.Create(path);
        WriteTimeline(stream);
    }

    /// <summary>Writes what has happened so far as one HTML page, as UTF-8.</summary>
    /// <param name="stream">Takes the page; it stays open.</param>
    public void WriteTimeline(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CreateTimeline(failure: null).Write(stream);
    }

    private Timeline CreateTimeline(string? failure) =>
        new(Log, Elapsed, [.. Network.Nodes.Cast<SimulatedDevice>().Concat(Network.Routers).Select(d => d.Name).OrderBy(Network.Dns.IsServer)]) { Seed = Seed, Failure = failure };
}
