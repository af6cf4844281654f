using SocketPools.Simulation.Seeds;

namespace SocketPools.Simulation;

// Runs that are made of several.
public sealed partial class Simulation
{
    /// <summary>Runs a seed twice and compares all packets.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="body">What happens in it.</param>
    /// <param name="options">How; null for the defaults. <see cref="SimulationOptions.Capture"/> is not used.</param>
    /// <exception cref="SimulationDivergenceException">The runs differ; the message has the first packet that does.</exception>
    /// <exception cref="SimulationFailedException">A run has failed.</exception>
    public static async Task CheckTwiceAsync(int seed, Func<Simulation, Task> body, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        byte[][] captures = new byte[2][];
        for (int i = 0; i < 2; i++)
        {
            using MemoryStream capture = new();
            await RunAsync(seed, body, (options ?? new SimulationOptions()) with { Capture = capture }).ConfigureAwait(false);
            captures[i] = capture.ToArray();
        }

        if (CaptureDifference.Find(captures[0], captures[1]) is { } difference)
        {
            throw new SimulationDivergenceException($"Two runs of seed {seed} differ in {difference}.");
        }
    }

    /// <summary>Runs a seed that fails again and again, with ever fewer rules, while it fails in the same way.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="body">What happens in it.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>
    /// The failure with the fewest rules that was found, and the numbers of the rules that it does not need: as <see cref="SimulationOptions.SkippedRules"/>
    /// they give that run. The failure is null when the seed does not fail.
    /// </returns>
    public static async Task<(SimulationFailedException? Failure, IReadOnlySet<int> NotNeeded)> ShrinkAsync(
        int seed, Func<Simulation, Task> body, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        options ??= new SimulationOptions();
        HashSet<int> skipped = [.. options.SkippedRules];
        SimulationFailedException? failure = await TryAsync(seed, body, options).ConfigureAwait(false);
        for (int rule = failure?.RulesCreated ?? 0; rule > 0; rule--)
        {
            if (skipped.Contains(rule))
            {
                continue;
            }

            HashSet<int> fewer = [.. skipped, rule];
            if (await TryAsync(seed, body, options with { SkippedRules = fewer }).ConfigureAwait(false) is { } again
                && again.InnerException?.GetType() == failure!.InnerException?.GetType())
            {
                (failure, skipped) = (again, fewer);
            }
        }

        return (failure, skipped);
    }

    /// <summary>Runs seeds one after the other, also after one that has failed.</summary>
    /// <param name="seeds">The seeds, as those of <see cref="SimulationSeeds.Range(int, int)"/>.</param>
    /// <param name="body">What happens in each.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="maxFailures">After how many failures the sweep ends; 1 or more.</param>
    /// <param name="progress">Called with the result of each seed; null for no report.</param>
    /// <returns>What came of each seed.</returns>
    public static async Task<SimulationSweep> SweepAsync(
        IEnumerable<int> seeds, Func<Simulation, Task> body, SimulationOptions? options = null, int maxFailures = int.MaxValue, Action<SimulationSweepRun>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFailures, 1);
        List<SimulationSweepRun> runs = [];
        int failures = 0;
        foreach (int seed in seeds)
        {
            long start = System.TimeProvider.System.GetTimestamp();
            TimeSpan elapsed = TimeSpan.Zero;
            SimulationFailedException? failure = await TryAsync(
                seed,
                async simulation =>
                {
                    await body(simulation).ConfigureAwait(false);
                    elapsed = simulation.Elapsed;
                },
                options ?? new SimulationOptions()).ConfigureAwait(false);
            SimulationSweepRun run = new() { Seed = seed, Elapsed = failure?.Elapsed ?? elapsed, Duration = System.TimeProvider.System.GetElapsedTime(start), Failure = failure };
            runs.Add(run);
            progress?.Invoke(run);
            failures += failure is null ? 0 : 1;
            if (failures == maxFailures)
            {
                break;
            }
        }

        return new SimulationSweep(runs);
    }

    private static async Task<SimulationFailedException?> TryAsync(int seed, Func<Simulation, Task> body, SimulationOptions options)
    {
        try
        {
            await RunAsync(seed, body, options).ConfigureAwait(false);
            return null;
        }
        catch (SimulationFailedException e)
        {
            return e;
        }
    }
}
