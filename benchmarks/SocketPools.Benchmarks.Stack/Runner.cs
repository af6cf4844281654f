using System.Globalization;

namespace SocketPools.Benchmarks.Stack;

/// <summary>Lets every contender take its turn in every round, in changing order, and compares them round by round.</summary>
internal sealed class Runner(string? filter, string? only, int rounds, TimeSpan slice)
{
    // Until the compiler has had its time: it looks again at what ran 100 ms after the last new method, and compiles what it has counted once more.
    private const int LeastWarmUps = 3;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1.5);

    private TapLab? _lab;

    internal int Run()
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} CPUs, {rounds} rounds of {slice.TotalSeconds} s, medians and [quartiles]; ratios are medians of the rounds' ratios to the kernel's\n"));
        Console.WriteLine("| workload | contender | result | ratio | goal | bytes allocated per operation | CPU us per operation |");
        Console.WriteLine("|---|---|---:|---:|---|---:|---:|");
        try
        {
            foreach (Workload workload in Workloads().Where(Fits))
            {
                Measure(workload);
            }
        }
        finally
        {
            if (OperatingSystem.IsLinux())
            {
                _lab?.Dispose();
            }
        }

        return 0;
    }

    private IEnumerable<Workload> Workloads()
    {
        foreach (Workload workload in PairWorkloads.All())
        {
            yield return workload;
        }

        foreach (Workload workload in CoreWorkloads.All())
        {
            yield return workload;
        }

        if (!OperatingSystem.IsLinux() || !TapLab.IsPossible)
        {
            Console.Error.WriteLine("The workloads over TAP need Linux, root and /dev/net/tun.");
            yield break;
        }

        foreach (Workload workload in TapWorkloads.All(Lab))
        {
            yield return workload;
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private TapLab Lab() => _lab ??= new TapLab();

    private void Measure(Workload workload)
    {
        Contender[] contenders = [.. workload.Contenders.Where(c => only is null || c.Name == only)];
        List<Turn[]> results = [];
        int warmUps = Math.Max(LeastWarmUps, (int)Math.Ceiling(s_warmUp / slice));
        for (int round = -warmUps; round < rounds; round++)
        {
            Turn[] turns = new Turn[contenders.Length];
            for (int i = 0; i < turns.Length; i++)
            {
                int who = round % 2 == 0 ? i : turns.Length - 1 - i;
                turns[who] = contenders[who].Run(slice);
            }

            if (round >= 0)
            {
                results.Add(turns);
            }
        }

        for (int i = 0; i < contenders.Length; i++)
        {
            Report(workload, contenders[i].Name, [.. results.Select(turns => turns[i])], Baseline(contenders, results), isOurs: i == 0 && only is null);
        }
    }

    // What the first is compared with is the second.
    private static Turn[] Baseline(Contender[] contenders, List<Turn[]> results) =>
        [.. results.Select(turns => turns[Math.Min(1, contenders.Length - 1)])];

    private static void Report(Workload workload, string name, Turn[] turns, Turn[] baseline, bool isOurs)
    {
        double Value(Turn turn) => workload.IsRate ? turn.Gigabits : turn.Nanoseconds;
        double[] values = [.. turns.Select(Value).Order()];
        double ratio = Median([.. turns.Zip(baseline, (own, other) => Value(own) / Value(other)).Order()]);
        string unit = workload.IsRate ? "Gbit/s" : "ns";
        string format = workload.IsRate ? "F2" : "F0";
        string Show(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        string goal = !isOurs || workload.Goal.Length == 0 ? "" : $"{workload.Goal} {(workload.IsMet(Median(values), ratio) ? "met" : "missed")}";
        double allocated = turns.Sum(turn => turn.Allocated) / (double)turns.Sum(turn => turn.Operations);
        double cpu = Median([.. turns.Select(turn => turn.Cpu.TotalMicroseconds / turn.Operations).Order()]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workload.Name} | {name} | {Show(Median(values))} {unit} [{Show(values[values.Length / 4])}..{Show(values[values.Length * 3 / 4])}] | {ratio:F3} | {goal} | {allocated:F2} | {cpu:F2} |"));
    }

    private bool Fits(Workload workload) =>
        filter is null || filter.Split(',').Any(part => workload.Name.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
