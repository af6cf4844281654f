using System.CommandLine;

namespace SocketPools.Endurance;

/// <summary>
/// What servers do on bad days, on a pool and on the system's own transport:
/// <c>dotnet run -c Release --project benchmarks/SocketPools.Endurance -- exhaust|stop|soak</c>.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Option<int> repeat = new("--repeat") { Description = "Repetitions of each case.", DefaultValueFactory = _ => 20 };
        Option<string?> only = new("--only") { Description = "Only this protocol: http1, h2c, tls or mqtt." };
        Option<int> seed = new("--seed") { Description = "Of every random choice.", DefaultValueFactory = _ => 1 };
        Option<double> minutes = new("--minutes") { Description = "How long to soak.", DefaultValueFactory = _ => 30 };

        Command exhaust = new("exhaust", "Lowers a server's limit of descriptors, connects 500 clients, and asks for an answer when they have left.") { repeat, only };
        exhaust.SetAction((parsed, stop) => ExhaustionRun.RunAllAsync(parsed.GetValue(repeat), parsed.GetValue(only), stop));
        Command stopping = new("stop", "Stops servers while bodies are under way, and counts those that are cut.") { repeat, seed };
        stopping.SetAction((parsed, _) => StopRun.RunAllAsync(parsed.GetValue(repeat), parsed.GetValue(seed)));
        Command soak = new("soak", "Large bodies, cancels and stops over h2c and TLS, both ends on pools, with memory and descriptors each minute.") { minutes, seed };
        soak.SetAction((parsed, _) => SoakRun.RunAsync(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed)));

        Argument<string> transport = new("transport") { Description = "standard or pool" };
        Argument<string> protocol = new("protocol") { Description = "http1, h2c, tls or mqtt" };
        Argument<int> files = new("files") { Description = "Descriptors that the process holds besides." };
        Command server = new("server", "Is a server until its standard input ends; prints its port.") { transport, protocol, files };
        server.SetAction((parsed, stop) => ServerProcess.RunAsync(parsed.GetValue(transport)!, parsed.GetValue(protocol)!, parsed.GetValue(files), stop));

        RootCommand root = new("Servers on bad days.") { exhaust, stopping, soak, server };
        return root.Parse(arguments).Invoke();
    }
}
