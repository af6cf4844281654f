using System.Globalization;

namespace SocketPools.Benchmarks.Http;

/// <summary>Lets every pairing take its turn in every round, in changing order, and compares them round by round.</summary>
internal sealed class Runner(string? filter, int rounds, TimeSpan slice, bool withWrk)
{
    private static readonly string[] s_servers = ["standard", "pool"];

    // The standard one first: standard at both ends is what all others are compared with.
    private static readonly string[] s_clients = ["standard", "pool"];

    internal async Task<int> RunAsync()
    {
        List<Peer> peers = [];
        try
        {
            List<Pairing> pairings = await StartAsync(peers);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} CPUs, {rounds} rounds of {slice.TotalSeconds} s, medians; ratios are medians of the rounds' ratios to the system's sockets\n"));
            Console.WriteLine("| workload | client | server | requests/s | ratio | CPU µs/request | ratio | bytes/request | ratio |");
            Console.WriteLine("|---|---|---|---:|---:|---:|---:|---:|---:|");
            foreach (Workload workload in Workload.Matching(filter))
            {
                await MeasureAsync(workload, [.. pairings.Where(p => p.ClientPeer is not null || workload.UploadBytes == 0)]);
            }

            return 0;
        }
        finally
        {
            foreach (Peer peer in peers)
            {
                await peer.DisposeAsync();
            }
        }
    }

    private async Task<List<Pairing>> StartAsync(List<Peer> peers)
    {
        List<(Peer Server, string Port)> servers = [];
        foreach (string transport in s_servers)
        {
            Peer server = new("server", transport);
            peers.Add(server);
            servers.Add((server, await server.ReadAsync()));
        }

        List<Pairing> pairings = [];
        foreach (string transport in s_clients)
        {
            Peer client = new("client", transport);
            peers.Add(client);
            pairings.AddRange(servers.Select(s => new Pairing(transport, client, s.Server, s.Port)));
        }

        if (withWrk && Wrk.IsInstalled)
        {
            pairings.AddRange(servers.Select(s => new Pairing("wrk", null, s.Server, s.Port)));
        }

        return pairings;
    }

    private async Task MeasureAsync(Workload workload, List<Pairing> pairings)
    {
        Dictionary<Pairing, List<Turn>> turns = pairings.ToDictionary(p => p, _ => new List<Turn>());
        foreach (Pairing pairing in pairings)
        {
            // Until the compiler has had its time.
            await pairing.RunAsync(workload, slice);
            await pairing.RunAsync(workload, slice);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Pairing pairing in round % 2 == 0 ? pairings : pairings.AsEnumerable().Reverse())
            {
                turns[pairing].Add(await pairing.RunAsync(workload, slice));
            }
        }

        foreach (Pairing pairing in pairings)
        {
            List<Turn> baseline = turns[pairings.First(p => p.Server.Transport == "standard" && (p.ClientPeer is null) == (pairing.ClientPeer is null))];
            List<Turn> own = turns[pairing];
            string Column(Func<Turn, double> value, string format) => string.Create(
                CultureInfo.InvariantCulture,
                $"{Median(own.Select(value)).ToString(format, CultureInfo.InvariantCulture)} | {Median(own.Zip(baseline, (o, b) => value(o) / value(b))):F3}");
            Console.WriteLine(
                $"| {workload.Name} | {pairing.Client} | {pairing.Server.Transport} | {Column(t => t.RequestsPerSecond, "F0")} | {Column(t => t.Microseconds, "F1")} | {Column(t => t.Bytes, "F0")} |");
        }
    }

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
