using System.Globalization;
using SocketPools.Benchmarks.Loops;

namespace SocketPools.Benchmarks.Runner;

/// <summary>
/// Counts the system calls of one operation with <c>strace -c -f</c>: the difference between many operations and few, so
/// that what a process does at its start, and what a run does around its loop, falls out.
/// </summary>
internal static class SystemCalls
{
    private const int Few = 64;
    private const int Many = 4160; // with the warm-up of a sixteenth, 4352 operations more
    private const double Difference = Many - Few + ((Many - Few) / 16);

    // Above what a collection or the runtime's own threads do now and then, below once in 2048 operations.
    private const double Least = 0.02;

    internal static void Report(IReadOnlyList<Benchmark> benchmarks, IReadOnlyList<Contender> contenders, TextWriter output)
    {
        if (Contenders.FirstLine("strace", "--version") is null)
        {
            throw new BenchmarkException("There is no strace: install it (Debian: apt-get install strace).");
        }

        output.WriteLine("| system calls per operation |" + string.Concat(contenders.Select(c => $" {c.Name} |")));
        output.WriteLine("|---|" + string.Concat(contenders.Select(_ => "---|")));
        foreach (Benchmark benchmark in benchmarks)
        {
            output.WriteLine($"| {benchmark.Name} |" + string.Concat(contenders.Select(c => Contenders.For(benchmark, contenders).Contains(c) ? $" {PerOperation(benchmark, c)} |" : " - |")));
        }
    }

    private static string PerOperation(Benchmark benchmark, Contender contender)
    {
        Dictionary<string, long> few = Count(benchmark, contender, Few);
        Dictionary<string, long> many = Count(benchmark, contender, Many);
        IEnumerable<(string Name, double Number)> calls = many
            .Select(call => (call.Key, (call.Value - few.GetValueOrDefault(call.Key)) / Difference))
            .Where(call => call.Item2 >= Least)
            .OrderByDescending(call => call.Item2);
        return string.Join(", ", calls.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name} {c.Number:0.##}")));
    }

    private static Dictionary<string, long> Count(Benchmark benchmark, Contender contender, int count)
    {
        string file = Path.GetTempFileName();
        try
        {
            contender.Start("strace", "-c", "-f", "-q", "-o", file);
            contender.Run(benchmark, count);
            contender.Stop();
            return Parse(File.ReadAllLines(file));
        }
        finally
        {
            contender.Stop();
            File.Delete(file);
        }
    }

    /// <summary>Lines of five or six words: share, seconds, each, calls, errors if any, name.</summary>
    private static Dictionary<string, long> Parse(string[] lines)
    {
        Dictionary<string, long> counts = [];
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 5 && words[^1] != "total" && long.TryParse(words[3], CultureInfo.InvariantCulture, out long calls))
            {
                counts[words[^1]] = calls;
            }
        }

        return counts;
    }
}
