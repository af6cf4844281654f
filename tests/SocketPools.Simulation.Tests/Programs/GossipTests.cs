using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocketPools.Simulation.Tests.Programs;

public class GossipTests
{
    [Fact]
    public async Task Five_nodes_that_gossip_for_an_hour_agree_again_after_a_partition()
    {
        long start = Stopwatch.GetTimestamp();
        (int before, int during, int after, long events) = await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = [.. Enumerable.Range(0, 5).Select(i => sim.Network.AddNode($"n{i}"))];
            int[][] known = [.. nodes.Select(_ => new int[5])];
            sim.Network.Everywhere.Loss(0.02);
            for (int i = 0; i < 5; i++)
            {
                int me = i;
                _ = nodes[me].Run(node => GossipAsync(sim, node, nodes, known, me));
            }

            int Spread() => Enumerable.Range(0, 5).Max(k => known.Max(n => n[k]) - known.Min(n => n[k]));
            await sim.DelayAsync(TimeSpan.FromMinutes(10));
            int first = Spread();
            int second;
            using (sim.Network.Partition(nodes[..2], nodes[2..]))
            {
                await sim.DelayAsync(TimeSpan.FromMinutes(20));
                second = Spread();
            }

            await sim.DelayAsync(TimeSpan.FromMinutes(30));
            return (first, second, Spread(), sim.Events);
        }, new SimulationOptions { MaxLoggedEvents = 0 });
        TestContext.Current.TestOutputHelper?.WriteLine($"{events} events in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s");
        Assert.InRange(before, 0, 30);
        Assert.InRange(during, 1000, 1300);
        Assert.InRange(after, 0, 30);
    }

    private static async Task GossipAsync(Simulation sim, SimulatedNode node, SimulatedNode[] nodes, int[][] known, int me)
    {
        PoolSocket socket = node.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Any, 7000));
        Task receiving = Task.Run(async () =>
        {
            byte[] buffer = new byte[64];
            int[] theirs = new int[5];
            while (true)
            {
                await socket.ReceiveFromIntoAsync(buffer);
                Buffer.BlockCopy(buffer, 0, theirs, 0, 20);
                for (int k = 0; k < 5; k++)
                {
                    known[me][k] = Math.Max(known[me][k], theirs[k]);
                }
            }
        });
        Random random = sim.CreateRandom(node.Name);
        while (!receiving.IsCompleted)
        {
            await sim.DelayAsync(TimeSpan.FromMilliseconds(1000 + random.Next(100)));
            known[me][me]++;
            byte[] bytes = new byte[20];
            Buffer.BlockCopy(known[me], 0, bytes, 0, 20);
            await socket.SendToAsync(bytes, new IPEndPoint(nodes[(me + random.Next(1, 5)) % 5].Address, 7000));
        }
    }
}
