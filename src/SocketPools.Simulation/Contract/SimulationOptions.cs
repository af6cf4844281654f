namespace SocketPools.Simulation;

/// <summary>Options of a simulation: the last argument of <see cref="Simulation.RunAsync"/>.</summary>
public sealed record SimulationOptions
{
    /// <summary>
    /// How many workers the thread pool has meanwhile. With 1, the default, the same seed gives the same bytes. With more the clock never
    /// moves early either, but what happens at the same time happens in any order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1..1024.</exception>
    public int Workers
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            field = value;
        }
    } = 1;

    /// <summary>The date at which the simulated time starts.</summary>
    public DateTimeOffset Start { get; init; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The longest simulated time. A simulation that lasts longer fails: a loop with a timer goes on for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan MaxDuration
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromDays(1);

    /// <summary>
    /// Whether timers of the runtime that are set during the simulation (Task.Delay, CancellationTokenSource, PeriodicTimer, Timer) and
    /// Kestrel's clock are taken into simulated time.
    /// </summary>
    public bool AdoptRealTimers { get; init; } = true;

    /// <summary>How long, in real time, a thread may block in something that is not simulated before the simulation fails.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan StallTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(3);

    /// <summary>How much of the processor's time may be used without the simulation going on before it fails.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan MaxCpuTime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>Takes a capture (pcapng) of all links, with the names of the sockets. It stays open. Null for none.</summary>
    /// <remarks>
    /// The environment variable SOCKETPOOL_SIMULATION_CAPTURES names a directory in which each simulation without this option writes
    /// <c>seed-N.pcapng</c>.
    /// </remarks>
    public Stream? Capture { get; init; }

    /// <summary>
    /// The file that takes the timeline of the simulation when it is over, also after a failure: see <see cref="Simulation.WriteTimeline(string)"/>.
    /// Null for none.
    /// </summary>
    /// <remarks>A failure writes <c>seed-N.html</c> to the directory that SOCKETPOOL_SIMULATION_CAPTURES names.</remarks>
    public string? TimelinePath { get; init; }

    /// <summary>
    /// The command that runs this seed again, for the message of a failure. Null: SOCKETPOOL_SIMULATION_SEED before the command line of this process.
    /// </summary>
    public string? ReplayCommand { get; init; }

    /// <summary>How many events are kept in the log: the latest. 0 keeps none, and costs nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int MaxLoggedEvents
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 10_000;

    /// <summary>Rules that have no effect, by their identifiers (<see cref="FaultRule.Id"/>): how a failure is reduced to the rules that it needs.</summary>
    public IReadOnlySet<int> SkippedRules { get; init; } = new HashSet<int>();

    /// <summary>Adds to reports of failures what a host knows of its threads; null for nothing. It is called on a thread of the simulation's own.</summary>
    public Func<string>? DescribeThreads { get; init; }

    /// <summary>What a program should do in place of a wait that is not simulated, for the error's text; null for the advice to .NET programs.</summary>
    public string? StallAdvice { get; init; }

    /// <summary>What to do about a simulation that lasts longer than <see cref="MaxDuration"/>, for the error's text; null for the advice to .NET programs.</summary>
    public string? MaxDurationAdvice { get; init; }

    /// <summary>A check that is called before each event, when nothing runs; null for none.</summary>
    internal Action? BeforeEvent { get; init; }

    /// <summary>Replaces the question whether the thread pool has work, for tests that show what it is good for; null for the question itself.</summary>
    internal Func<bool>? IsWorkPending { get; init; }

    /// <summary>Replaces the types of the runtime's timers, for tests of a runtime that has others; null for those of this runtime.</summary>
    internal (Type? Queue, Type? Timer)? TimerTypes { get; init; }
}
