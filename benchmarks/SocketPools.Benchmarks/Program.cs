using System.CommandLine;
using SocketPools.Benchmarks.Runner;

namespace SocketPools.Benchmarks;

/// <summary>
/// Builds and runs all contenders and prints the table: <c>dotnet run -c Release --project benchmarks/SocketPools.Benchmarks</c>.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Option<bool> quick = new("--quick") { Description = "Few rounds: a look, not a measurement." };
        Option<string?> filter = new("--filter") { Description = "Only benchmarks whose name contains this; several with commas." };
        Option<int?> rounds = new("--rounds") { Description = "Rounds of each benchmark; 200 unless told (12 with --quick)." };
        Option<string?> pin = new("--pin") { Description = "Runs every contender on these CPUs only, as taskset takes them, for example 1 or 0,1." };
        Option<bool> json = new("--json") { Description = "Prints every round as JSON." };
        Option<bool> noPython = new("--no-python") { Description = "Leaves CPython out." };
        Option<bool> systemCalls = new("--syscalls") { Description = "Counts system calls per operation with strace, in place of time." };

        RootCommand root = new("Measures pool sockets beside C, System.Net.Sockets and CPython, in turns on one machine.")
        {
            quick, filter, rounds, pin, json, noPython, systemCalls,
        };
        root.SetAction(parsed => Run(new Settings
        {
            Quick = parsed.GetValue(quick),
            Filter = parsed.GetValue(filter),
            Rounds = parsed.GetValue(rounds),
            Pin = parsed.GetValue(pin),
            Json = parsed.GetValue(json),
            Python = !parsed.GetValue(noPython),
            SystemCalls = parsed.GetValue(systemCalls),
        }));

        Argument<string> side = new("side") { Description = "pool or bcl" };
        Command contender = new("contender", "Is one contender: reads \"run NAME COUNT\" from stdin, as the runner sends it.") { side };
        contender.SetAction(parsed => ContenderLoop.Run(parsed.GetValue(side)!));
        root.Subcommands.Add(contender);
        return root.Parse(arguments).Invoke();
    }

    private static int Run(Settings settings)
    {
        try
        {
            settings.Run(Console.Out, Console.Error);
            return 0;
        }
        catch (BenchmarkException e)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }
}
