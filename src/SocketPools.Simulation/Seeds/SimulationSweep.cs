using System.Globalization;
using System.Text;

namespace SocketPools.Simulation;

/// <summary>What came of one seed of a sweep.</summary>
public sealed class SimulationSweepRun
{
    /// <summary>The seed that this run had.</summary>
    public required int Seed { get; init; }

    /// <summary>The simulated time that passed.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The real time that it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public SimulationFailedException? Failure { get; init; }
}

/// <summary>What came of a sweep: <see cref="Simulation.SweepAsync"/>.</summary>
public sealed class SimulationSweep
{
    /// <summary>Makes a sweep of runs that were made one by one.</summary>
    /// <param name="runs">The runs, in the order of the seeds.</param>
    public SimulationSweep(IReadOnlyList<SimulationSweepRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        Runs = runs;
    }

    /// <summary>All runs, in the order of the seeds.</summary>
    public IReadOnlyList<SimulationSweepRun> Runs { get; }

    /// <summary>Gets the runs of seeds that failed.</summary>
    public IReadOnlyList<SimulationSweepRun> Failures => [.. Runs.Where(r => r.Failure is not null)];

    /// <summary>Throws the first failure, if there is one.</summary>
    /// <exception cref="SimulationFailedException">A seed has failed.</exception>
    public void ThrowIfFailed()
    {
        if (Failures is [{ } first, ..])
        {
            throw first.Failure!;
        }
    }

    /// <summary>Writes the sweep as a report in JUnit's format (XML), one test case for each seed.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="name">The name of the test suite.</param>
    public void WriteJUnit(string path, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(name);
        using FileStream stream = File.Create(path);
        JUnitReport.Write(stream, name, Runs);
    }

    /// <summary>The numbers of the sweep, and the seeds that failed with the first line of each failure.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Runs.Count} seeds, {Failures.Count} failed, ")
            .Append(CultureInfo.InvariantCulture, $"{Runs.Sum(r => r.Elapsed.TotalSeconds):0.###} s of simulated time in {Runs.Sum(r => r.Duration.TotalSeconds):0.###} s");
        foreach (SimulationSweepRun run in Failures)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"seed {run.Seed} at {run.Elapsed}: {run.Failure!.Message.Split('\n')[0].TrimEnd()}");
        }

        return text.ToString();
    }
}
