using SocketPools.Benchmarks.Loops;

namespace SocketPools.Benchmarks.Runner;

/// <summary>
/// Runs the contenders in turns. Each round measures all of them, one right after the other, in an order that rotates;
/// what is compared is the ratio within a round, so that whatever else the machine does then falls on all alike.
/// </summary>
internal static class PairwiseRunner
{
    // The .NET runtime compiles a method anew after 30 calls and 100 ms of quiet, and again with what it saw.
    private const int WarmupBursts = 4;
    private const int WarmupRuns = 35;
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(250);

    internal static List<Result> Run(
        IReadOnlyList<Benchmark> benchmarks, IReadOnlyList<Contender> contenders, Settings settings, TextWriter progress)
    {
        try
        {
            foreach (Contender contender in contenders)
            {
                contender.Start(settings.Pin is { } cpus ? ["taskset", "-c", cpus] : []);
            }

            return [.. benchmarks.Select(benchmark => Measure(benchmark, Contenders.For(benchmark, contenders), settings, progress))];
        }
        finally
        {
            foreach (Contender contender in contenders)
            {
                contender.Stop();
            }
        }
    }

    private static Result Measure(Benchmark benchmark, IReadOnlyList<Contender> contenders, Settings settings, TextWriter progress)
    {
        int count = Calibrate(benchmark, contenders[0], Settings.Slice);
        progress.WriteLine($"{benchmark.Name}: {settings.RoundCount} rounds of {count} operations");
        foreach (Contender contender in contenders)
        {
            WarmUp(benchmark, contender, Math.Max(1, count / 100));
        }

        Result result = new(benchmark, count, contenders);
        for (int round = 0; round < settings.RoundCount; round++)
        {
            Timing[] timings = new Timing[contenders.Count];
            for (int i = 0; i < contenders.Count; i++)
            {
                // Turned by one each round, and backwards in every other cycle: nobody always follows the same contender.
                int turn = (i + round) % contenders.Count;
                int who = round / contenders.Count % 2 == 0 ? turn : contenders.Count - 1 - turn;
                timings[who] = contenders[who].Run(benchmark, count);
            }

            result.Add(timings);
        }

        return result;
    }

    private static void WarmUp(Benchmark benchmark, Contender contender, int count)
    {
        for (int burst = 0; burst < WarmupBursts; burst++)
        {
            for (int run = 0; run < WarmupRuns; run++)
            {
                contender.Run(benchmark, count);
            }

            Thread.Sleep(s_quiet);
        }
    }

    /// <summary>As many operations as fill a slice of the first contender.</summary>
    private static int Calibrate(Benchmark benchmark, Contender contender, TimeSpan slice)
    {
        int count = 16;
        double nanoseconds;
        while ((nanoseconds = contender.Run(benchmark, count).Nanoseconds) * count < slice.TotalNanoseconds / 2)
        {
            // The first runs are slow and say little, so the count never shrinks.
            count = Math.Max(count * 2, Math.Min(count * 16, (int)(slice.TotalNanoseconds / nanoseconds)));
        }

        // The best of a few: a run that was interrupted would make the slices too short.
        nanoseconds = Enumerable.Range(0, 5).Min(_ => contender.Run(benchmark, count).Nanoseconds);
        return Math.Max(16, (int)(slice.TotalNanoseconds / nanoseconds));
    }
}
