using System.Net;
using System.Net.Sockets;
using SocketPools;
using SocketPools.Simulation;

namespace SimulationBenchmarks;

/// <summary>What is simulated. Each scenario checks that its work was done.</summary>
internal static class Scenarios
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    /// <summary>Stations that each keep a connection to a server and say nothing for an hour.</summary>
    internal static async Task IdleAsync(Simulation sim, int stations)
    {
        SimulatedNode server = sim.Network.AddNode("server");
        List<PoolSocket> accepted = [];
        _ = server.Run(node => AcceptAsync(node, socket =>
        {
            accepted.Add(socket);
            return Task.CompletedTask;
        }));
        PoolSocket[] sockets = new PoolSocket[stations];
        for (int i = 0; i < stations; i++)
        {
            sockets[i] = sim.Network.AddNode($"station{i}").Pool.CreateSocket();
            await sockets[i].ConnectAsync(server.Address.ToString(), 7).ConfigureAwait(false);
        }

        await sim.DelayAsync(s_hour - sim.Elapsed).ConfigureAwait(false);
        Require(accepted.Count == stations && sockets.All(s => s.RemoteEndPoint is not null), "a connection was lost");
    }

    /// <summary>Five nodes that tell one of the others once a second what they know, with losses and a partition of 20 minutes.</summary>
    internal static async Task GossipAsync(Simulation sim)
    {
        SimulatedNode[] nodes = [.. Enumerable.Range(0, 5).Select(i => sim.Network.AddNode($"n{i}"))];
        int[] heard = new int[5];
        sim.Network.Everywhere.Loss(0.02);
        for (int i = 0; i < nodes.Length; i++)
        {
            int me = i;
            _ = nodes[i].Run(node => GossipAsync(sim, node, nodes, me, heard));
        }

        await sim.DelayAsync(TimeSpan.FromMinutes(10)).ConfigureAwait(false);
        using (sim.Network.Partition(nodes[..2], nodes[2..]))
        {
            await sim.DelayAsync(TimeSpan.FromMinutes(20)).ConfigureAwait(false);
        }

        await sim.DelayAsync(TimeSpan.FromMinutes(30)).ConfigureAwait(false);
        Require(heard.All(h => h > 2000), "a node heard little");
    }

    /// <summary>Stations in pairs, each of which sends bytes to the other over TCP, both at once.</summary>
    internal static async Task ExchangeAsync(Simulation sim, int stations, int bytes)
    {
        SimulatedNode[] nodes = [.. Enumerable.Range(0, stations).Select(i => sim.Network.AddNode($"station{i}"))];
        long received = 0;
        await Task.WhenAll(Enumerable.Range(0, stations / 2).Select(async pair =>
        {
            SimulatedNode one = nodes[pair * 2], other = nodes[(pair * 2) + 1];
            using PoolSocket listener = Listen(other);
            Task<PoolSocket> accepting = listener.AcceptAsync().AsTask();
            using PoolSocket client = one.Pool.CreateSocket();
            await client.ConnectAsync(other.Address.ToString(), 7).ConfigureAwait(false);
            using PoolSocket server = await accepting.ConfigureAwait(false);
            await Task.WhenAll(SendAsync(client, bytes), SendAsync(server, bytes), ReceiveAsync(client, bytes), ReceiveAsync(server, bytes)).ConfigureAwait(false);
            Interlocked.Add(ref received, 2L * bytes);
        })).ConfigureAwait(false);
        Require(received == (long)stations * bytes, "bytes are missing");
    }

    /// <summary>Nodes at links of a rate, each of which sends to the next one without a pause, for a while.</summary>
    internal static async Task RateAsync(Simulation sim, int nodes, long bitsPerSecond, TimeSpan duration)
    {
        SimulatedNode[] all = [.. Enumerable.Range(0, nodes).Select(i => sim.Network.AddNode($"n{i}"))];
        long received = 0;
        for (int i = 0; i < nodes; i++)
        {
            SimulatedNode from = all[i], to = all[(i + 1) % nodes];
            sim.Network.From(from, to).Bandwidth(bitsPerSecond, 32 * 1024);
            _ = to.Run(node => AcceptAsync(node, async socket =>
            {
                byte[] buffer = new byte[16 * 1024];
                for (int count = 1; count > 0; received += count)
                {
                    count = await socket.ReceiveIntoAsync(buffer).ConfigureAwait(false);
                }
            }));
            _ = from.Run(async node =>
            {
                using PoolSocket socket = node.Pool.CreateSocket();
                await socket.ConnectAsync(to.Address.ToString(), 7).ConfigureAwait(false);
                await SendAsync(socket, int.MaxValue).ConfigureAwait(false);
            });
        }

        await sim.DelayAsync(duration).ConfigureAwait(false);
        double part = received * 8 / (nodes * (double)bitsPerSecond * duration.TotalSeconds);
        Require(part > 0.85, $"only {part:P0} of the rate");
    }

    private static async Task GossipAsync(Simulation sim, SimulatedNode node, SimulatedNode[] nodes, int me, int[] heard)
    {
        PoolSocket socket = node.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Any, 7000));
        _ = Task.Run(async () =>
        {
            byte[] buffer = new byte[64];
            for (; ; heard[me]++)
            {
                await socket.ReceiveFromIntoAsync(buffer).ConfigureAwait(false);
            }
        });
        Random random = sim.CreateRandom(node.Name);
        byte[] bytes = new byte[20];
        while (true)
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(1000 + random.Next(100))).ConfigureAwait(false);
            await socket.SendToAsync(bytes, new IPEndPoint(nodes[(me + random.Next(1, 5)) % 5].Address, 7000)).ConfigureAwait(false);
        }
    }

    private static PoolSocket Listen(SimulatedNode node)
    {
        PoolSocket listener = node.Pool.CreateSocket();
        listener.Bind("0.0.0.0", 7);
        listener.Listen(128);
        return listener;
    }

    private static async Task AcceptAsync(SimulatedNode node, Func<PoolSocket, Task> serve)
    {
        using PoolSocket listener = Listen(node);
        while (true)
        {
            _ = serve(await listener.AcceptAsync().ConfigureAwait(false));
        }
    }

    private static async Task SendAsync(PoolSocket socket, int bytes)
    {
        byte[] buffer = new byte[16 * 1024];
        for (int left = bytes; left > 0;)
        {
            left -= await socket.SendAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length))).ConfigureAwait(false);
        }
    }

    private static async Task ReceiveAsync(PoolSocket socket, int bytes)
    {
        byte[] buffer = new byte[16 * 1024];
        for (int left = bytes; left > 0;)
        {
            int count = await socket.ReceiveIntoAsync(buffer).ConfigureAwait(false);
            Require(count > 0, "the end came early");
            left -= count;
        }
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }
}
