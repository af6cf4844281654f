using System.CommandLine;

namespace SocketPools.Benchmarks.Http;

/// <summary>
/// Measures Kestrel on a pool beside Kestrel on the system's transport, in turns:
/// <c>dotnet run -c Release --project benchmarks/SocketPools.Benchmarks.Http</c>. Servers and clients are processes of their own, so that each
/// one's allocations are its own.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Option<string?> filter = new("--filter") { Description = "Only workloads whose name contains this; several with commas." };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each workload.", DefaultValueFactory = _ => 15 };
        Option<int> slice = new("--slice") { Description = "How long one contender's turn takes, in milliseconds.", DefaultValueFactory = _ => 1000 };
        Option<bool> wrk = new("--wrk") { Description = "Loads with wrk, too, where it is installed: it takes less of the machine." };
        RootCommand root = new("Measures HTTP over pools beside HTTP over the system's sockets.") { filter, rounds, slice, wrk };
        root.SetAction((parsed, _) => new Runner(
            parsed.GetValue(filter), parsed.GetValue(rounds), TimeSpan.FromMilliseconds(parsed.GetValue(slice)), parsed.GetValue(wrk)).RunAsync());

        Argument<string> transport = new("transport") { Description = "standard or pool" };
        Command server = new("server", "Is a server; answers \"stats\" on stdin, as the runner sends it.") { transport };
        server.SetAction((parsed, stop) => BenchmarkServer.RunAsync(parsed.GetValue(transport)!, stop));
        Command client = new("client", "Is a client; answers \"run WORKLOAD PORT MILLISECONDS\" on stdin.") { transport };
        client.SetAction((parsed, _) => BenchmarkClient.RunAsync(parsed.GetValue(transport)!));
        Command pair = new("pair", "Compares client and server on two stacks over a link pair with the same over loopback, in one process.") { filter, rounds, slice };
        pair.SetAction((parsed, _) => new PairRunner(
            parsed.GetValue(filter), parsed.GetValue(rounds), TimeSpan.FromMilliseconds(parsed.GetValue(slice))).RunAsync());
        root.Subcommands.Add(pair);
        root.Subcommands.Add(server);
        root.Subcommands.Add(client);
        return root.Parse(arguments).Invoke();
    }
}
