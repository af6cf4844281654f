using System.Globalization;
using SocketPools.Simulation;
using SimulationOfScenario = SocketPools.Simulation.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>Plays scenarios, each in a simulation of its own.</summary>
internal sealed class ScenarioPlayer
{
    // A timeline has as many packets as its log.
    private const int TimelineEvents = 200_000;

    internal required SimulationScenario Scenario { get; init; }

    internal required Action<string> Print { get; init; }

    internal required VerbRunner RunVerb { get; init; }

    internal required CancellationToken Stop { get; init; }

    /// <summary>The longest simulated time.</summary>
    internal TimeSpan MaxDuration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The command that plays a seed again.</summary>
    internal string ReplayCommand(int seed) => string.Create(CultureInfo.InvariantCulture, $"socketpool sim {Scenario.Name} --seed {seed}");

    /// <summary>Plays one seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="capture">The file for the frames; null for none.</param>
    /// <param name="timeline">The file for the timeline; null for none.</param>
    /// <exception cref="SimulationFailedException">The simulation could not go on.</exception>
    internal ScenarioOutcome Play(int seed, string? capture, string? timeline)
    {
        using FileStream? file = capture is null ? null : new FileStream(capture, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        SimulationOptions options = new()
        {
            // The command uses the simulation's clock everywhere; a native binary could not reach the runtime's timers.
            AdoptRealTimers = false,
            Capture = file,
            TimelinePath = timeline,
            MaxLoggedEvents = timeline is null ? 1000 : TimelineEvents,
            MaxDuration = (Scenario.Duration ?? TimeSpan.Zero) + MaxDuration,
            ReplayCommand = ReplayCommand(seed),
            MaxDurationAdvice = "Set duration in the scenario if it needs more.",
            StallAdvice = "Files, pipes and terminals that a node uses are real: what may take longer has to be there before.",
        };
        return SimulationOfScenario.Run(seed, simulation => ScenarioRun.PlayAsync(simulation, Scenario, this), options);
    }
}
