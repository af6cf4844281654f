using System.Diagnostics;
using System.Globalization;
using SocketPools.Benchmarks.Common;
using SocketPools.Simulation;

namespace SimulationBenchmarks;

/// <summary>
/// How time and memory grow with the number of stations. Each number is measured in a process of its own, because the peak of the working set is
/// the process's.
/// </summary>
internal static class Scale
{
    private const int Bytes = 1_000_000;
    private const int WarmUpStations = 20;

    /// <summary>Measures numbers of stations one after the other, and prints a row for each.</summary>
    internal static void MeasureAll(IReadOnlyList<int> stations, int rounds)
    {
        Console.WriteLine("| stations | CPU s | ms of CPU per station | frames | us of CPU per frame | peak heap, MB | heap per station, MB | peak working set, MB | of it per station, MB |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int count in stations)
        {
            ProcessStartInfo start = OwnProgram.With("--stations", count.ToString(CultureInfo.InvariantCulture), "--rounds", rounds.ToString(CultureInfo.InvariantCulture), "--one");
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{count} stations: exit code {process.ExitCode}");
            }
        }
    }

    /// <summary>Measures one number of stations in this process.</summary>
    internal static async Task MeasureAsync(int stations, int rounds)
    {
        await RunAsync(WarmUpStations).ConfigureAwait(false);
        long before = WorkingSet();
        (TimeSpan Cpu, long Frames, long Heap) best = (TimeSpan.MaxValue, 0, 0);
        for (int round = 0; round < rounds; round++)
        {
            (TimeSpan Cpu, long Frames, long Heap) run = await RunAsync(stations).ConfigureAwait(false);
            best = run.Cpu < best.Cpu ? run : best;
        }

        using Process own = Process.GetCurrentProcess();
        double heap = best.Heap / 1e6, set = (own.PeakWorkingSet64 - before) / 1e6;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {stations} | {best.Cpu.TotalSeconds:0.00} | {best.Cpu.TotalMilliseconds / stations:0.00} | {best.Frames} | {best.Cpu.TotalMicroseconds / best.Frames:0.0} | {heap:0} | {heap / stations:0.00} | {set:0} | {set / stations:0.00} |"));
    }

    private static async Task<(TimeSpan Cpu, long Frames, long Heap)> RunAsync(int stations)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using HeapWatch watch = new();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long frames = await Simulation.RunAsync(
            1,
            async sim =>
            {
                await Scenarios.ExchangeAsync(sim, stations, Bytes).ConfigureAwait(false);
                return sim.Network.FramesForwarded + sim.Network.FramesLost;
            },
            new SimulationOptions { MaxLoggedEvents = 0 }).ConfigureAwait(false);
        return (Environment.CpuUsage.TotalTime - cpu, frames, watch.Peak - before);
    }

    private static long WorkingSet()
    {
        using Process own = Process.GetCurrentProcess();
        return own.PeakWorkingSet64;
    }

    /// <summary>Looks at the size of the heap from a thread of its own.</summary>
    private sealed class HeapWatch : IDisposable
    {
        private readonly ManualResetEventSlim _end = new();
        private readonly Thread _thread;
        private long _peak;

        internal HeapWatch()
        {
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        internal long Peak => Volatile.Read(ref _peak);

        public void Dispose()
        {
            _end.Set();
            _thread.Join();
            _end.Dispose();
        }

        private void Run()
        {
            do
            {
                _peak = Math.Max(_peak, GC.GetTotalMemory(forceFullCollection: false));
            }
            while (!_end.Wait(5));
        }
    }
}
