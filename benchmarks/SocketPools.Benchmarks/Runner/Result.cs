using SocketPools.Benchmarks.Loops;

namespace SocketPools.Benchmarks.Runner;

/// <summary>All rounds of one benchmark.</summary>
internal sealed class Result(Benchmark benchmark, int count, IReadOnlyList<Contender> contenders)
{
    private readonly List<Timing[]> _rounds = [];

    internal Benchmark Benchmark { get; } = benchmark;

    /// <summary>Operations in a slice.</summary>
    internal int Count { get; } = count;

    internal IReadOnlyList<string> Contenders { get; } = [.. contenders.Select(c => c.Name)];

    /// <summary>The contender that the others are measured against.</summary>
    internal string Baseline => Contenders[0];

    internal IReadOnlyList<Timing[]> Rounds => _rounds;

    internal void Add(Timing[] round) => _rounds.Add(round);

    internal Spread Nanoseconds(string contender) => Spread.Of(Of(contender).Select(t => t.Nanoseconds));

    internal double? Allocated(string contender) =>
        Of(contender).All(t => t.Allocated is not null) ? Spread.Of(Of(contender).Select(t => t.Allocated!.Value)).Median : null;

    /// <summary>What one took in each round, divided by what the other took in the same round.</summary>
    internal Spread Ratio(string contender, string other) =>
        Spread.Of(Of(contender).Zip(Of(other), (mine, theirs) => mine.Nanoseconds / theirs.Nanoseconds));

    private IEnumerable<Timing> Of(string contender)
    {
        int index = Contenders.ToList().IndexOf(contender);
        return _rounds.Select(round => round[index]);
    }
}

/// <summary>Where the middle of some numbers is, and how wide they lie.</summary>
internal readonly record struct Spread(double Min, double LowerQuartile, double Median, double UpperQuartile)
{
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[0], At(0.25), At(0.5), At(0.75));

        double At(double part)
        {
            double position = part * (sorted.Length - 1);
            int below = (int)position;
            int above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
        }
    }
}
