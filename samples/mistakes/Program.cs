// Five well-known mistakes of distributed programs, each found by a sweep of seeds, each with its mend:
//     dotnet run --project samples/mistakes
using System.Diagnostics;
using SocketPools.Simulation;

namespace Mistakes;

internal static class Program
{
    private static async Task Main()
    {
        foreach (Mistake mistake in Mistake.All)
        {
            long start = Stopwatch.GetTimestamp();
            SimulationSweep found = await Simulation.SweepAsync(SimulationSeeds.Range(1, 100), mistake.Mistaken, maxFailures: 1);
            Console.WriteLine($"{mistake.Name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
            Console.WriteLine($"  mistaken: {found}");
            Console.WriteLine($"  mended:   {await Simulation.SweepAsync(SimulationSeeds.Range(1, 100), mistake.Mended)}");
        }
    }
}
