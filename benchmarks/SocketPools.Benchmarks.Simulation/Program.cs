using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SocketPools.Simulation;

namespace SimulationBenchmarks;

/// <summary>
/// Measures how much faster than real time simulations run, and what memory they take:
/// <c>dotnet run -c Release --project benchmarks/SocketPools.Benchmarks.Simulation</c>. With <c>--stations 100,250,500,1000</c> it measures how time and
/// memory grow with the number of stations.
/// </summary>
internal static class Program
{
    private static readonly (string Name, string What, Func<Simulation, Task> Body)[] s_scenarios =
    [
        ("idle-100", "1 h of 100 idle stations with a connection each", sim => Scenarios.IdleAsync(sim, 100)),
        ("gossip-5", "1 h of 5 nodes that gossip, with a partition", Scenarios.GossipAsync),
        ("exchange-1000", "1,000 stations exchange 1 MB each", sim => Scenarios.ExchangeAsync(sim, 1000, 1_000_000)),
        ("rate-100", "1 min of 100 nodes that send 1 Mbit/s each", sim => Scenarios.RateAsync(sim, 100, 1_000_000, TimeSpan.FromMinutes(1))),
    ];

    private static int Main(string[] arguments)
    {
        Option<string?> filter = new("--filter") { Description = "Only scenarios whose name contains this; several with commas." };
        Option<int> rounds = new("--rounds") { Description = "Runs of each scenario; the fastest counts.", DefaultValueFactory = _ => 3 };
        Option<string?> stations = new("--stations") { Description = "Measure these numbers of stations that exchange 1 MB each, separated by commas, each in a process of its own." };
        Option<bool> one = new("--one") { Description = "Measure the one number of stations in this process.", Hidden = true };
        RootCommand root = new("Measures simulations.") { filter, rounds, stations, one };
        root.SetAction(async (parsed, _) =>
        {
            int[] counts = [.. (parsed.GetValue(stations) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
            if (counts.Length == 0)
            {
                await RunAsync(parsed.GetValue(filter), parsed.GetValue(rounds)).ConfigureAwait(false);
            }
            else if (parsed.GetValue(one))
            {
                await Scale.MeasureAsync(counts[0], parsed.GetValue(rounds)).ConfigureAwait(false);
            }
            else
            {
                Scale.MeasureAll(counts, parsed.GetValue(rounds));
            }
        });
        return root.Parse(arguments).Invoke();
    }

    private static async Task RunAsync(string? filter, int rounds)
    {
        string[] names = filter?.Split(',') ?? [""];
        Console.WriteLine("| scenario | simulated s | wall s | CPU s | simulated s per CPU s | frames | us of CPU per frame | bytes allocated per frame | peak heap, MB |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach ((string name, string what, Func<Simulation, Task> body) in s_scenarios)
        {
            if (!names.Any(n => name.Contains(n, StringComparison.Ordinal)))
            {
                continue;
            }

            Run[] runs = new Run[rounds];
            for (int i = 0; i < rounds; i++)
            {
                runs[i] = await MeasureAsync(body).ConfigureAwait(false);
            }

            Run best = runs.MinBy(r => r.Cpu)!;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {what} | {best.Simulated.TotalSeconds:0.0} | {best.Wall.TotalSeconds:0.00} | {best.Cpu.TotalSeconds:0.00} | {best.Simulated / best.Cpu:0} | {best.Frames} | {best.Cpu.TotalMicroseconds / best.Frames:0.0} | {best.Allocated / best.Frames} | {best.Heap / 1e6:0} |"));
        }
    }

    private static async Task<Run> MeasureAsync(Func<Simulation, Task> body)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = GC.GetTotalMemory(forceFullCollection: true), peak = 0;
        long start = Stopwatch.GetTimestamp();
        long allocated = GC.GetTotalAllocatedBytes();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        (TimeSpan simulated, long frames) = await Simulation.RunAsync(
            1,
            async sim =>
            {
                await body(sim).ConfigureAwait(false);
                peak = GC.GetTotalMemory(forceFullCollection: false);
                return (sim.Elapsed, sim.Network.FramesForwarded + sim.Network.FramesLost);
            },
            new SimulationOptions { MaxLoggedEvents = 0 }).ConfigureAwait(false);
        return new Run(simulated, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu, frames, GC.GetTotalAllocatedBytes() - allocated, Math.Max(0, peak - before));
    }

    private sealed record Run(TimeSpan Simulated, TimeSpan Wall, TimeSpan Cpu, long Frames, long Allocated, long Heap);
}
