using System.Diagnostics;
using System.Globalization;

namespace SocketPools.Benchmarks.Loops;

/// <summary>What one slice of a benchmark cost.</summary>
/// <param name="Nanoseconds">Per operation.</param>
/// <param name="Allocated">Bytes per operation, all threads; null where the contender does not count.</param>
internal readonly record struct Timing(double Nanoseconds, double? Allocated)
{
    /// <summary>Runs the loop a little to warm up, then so many times under the clock.</summary>
    internal static Timing Of(Action<int> loop, int count)
    {
        loop((count / 16) + 1);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        loop(count);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new Timing(elapsed.TotalNanoseconds / count, (double)allocated / count);
    }

    /// <summary>The line that a contender answers.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds:F3} {Allocated:F3}");

    /// <summary>Reads the line that a contender answers: nanoseconds and, if it counts them, bytes.</summary>
    internal static Timing Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double nanoseconds = double.Parse(words[0], CultureInfo.InvariantCulture);
        return new Timing(nanoseconds, words.Length > 1 ? double.Parse(words[1], CultureInfo.InvariantCulture) : null);
    }
}
