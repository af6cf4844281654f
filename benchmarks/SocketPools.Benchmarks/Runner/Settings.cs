using SocketPools.Benchmarks.Loops;

namespace SocketPools.Benchmarks.Runner;

/// <summary>What the command line asked for.</summary>
internal sealed class Settings
{
    internal bool Quick { get; init; }

    internal string? Filter { get; init; }

    internal int? Rounds { get; init; }

    internal string? Pin { get; init; }

    internal bool Json { get; init; }

    internal bool Python { get; init; }

    internal bool SystemCalls { get; init; }

    internal int RoundCount => Rounds ?? (Quick ? 12 : 200);

    /// <summary>How long one slice of the C contender takes; the others do the same number of operations.</summary>
    internal static TimeSpan Slice => TimeSpan.FromMilliseconds(20);

    internal void Run(TextWriter output, TextWriter progress)
    {
        List<Benchmark> benchmarks = [.. Benchmark.All.Where(Fits)];
        if (benchmarks.Count == 0)
        {
            throw new BenchmarkException($"No benchmark fits \"{Filter}\"; there are {string.Join(", ", Benchmark.All.Select(b => b.Name))}.");
        }

        List<Contender> contenders = Contenders.Prepare(this, progress);
        if (SystemCalls)
        {
            Runner.SystemCalls.Report(benchmarks, contenders, output);
            return;
        }

        Machine machine = Machine.Describe(contenders, this);
        List<Result> results = PairwiseRunner.Run(benchmarks, contenders, this, progress);
        output.Write(Json ? Report.Json(machine, results) : Report.Markdown(machine, results));
    }

    private bool Fits(Benchmark benchmark) =>
        Filter is null || Filter.Split(',').Any(part => benchmark.Name.Contains(part, StringComparison.OrdinalIgnoreCase));
}

/// <summary>The measurement cannot go on; the message is the line that the user reads.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
