using System.Net;
using System.Net.Sockets;

namespace SocketPools.Simulation.Tests.Network;

public class FaultTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2.5)]
    [InlineData(1000)]
    [InlineData(0.5001)]
    public async Task A_round_trip_takes_exactly_twice_the_delay(double milliseconds)
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            sim.Network.Latency = TimeSpan.Zero;
            sim.Network.Between(a, b).Delay(TimeSpan.FromTicks((long)(milliseconds * 10_000)));
            (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
            TimeSpan start = sim.Elapsed;
            byte[] buffer = new byte[1];
            for (int i = 0; i < 10; i++)
            {
                await client.SendAllAsync(buffer);
                await server.ReceiveIntoAsync(buffer);
                await server.SendAllAsync(buffer);
                await client.ReceiveIntoAsync(buffer);
            }

            Assert.Equal((long)(milliseconds * 10_000) * 20, (sim.Elapsed - start).Ticks);
        });
    }

    [Fact]
    public async Task A_tenth_of_a_millisecond_is_a_tenth_of_a_millisecond()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            sim.Network.Latency = TimeSpan.FromTicks(1000);
            (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
            TimeSpan start = sim.Elapsed;
            await client.SendAllAsync(new byte[1]);
            await server.ReceiveIntoAsync(new byte[1]);
            Assert.Equal(TimeSpan.FromTicks(1000), sim.Elapsed - start);
        });
    }

    [Fact]
    public async Task Loss_is_as_frequent_as_it_was_asked_for_and_bursts_come_together()
    {
        (int uniform, int uniformRuns) = await CountAsync(scope => scope.Loss(0.2));
        (int bursts, int burstRuns) = await CountAsync(scope => scope.BurstLoss(0.05, 0.2));
        Assert.InRange(uniform, 340, 460);
        Assert.InRange(bursts, 250, 550);
        Assert.True(burstRuns * 2 < bursts, $"{bursts} lost in {burstRuns} runs");
        Assert.True(uniformRuns * 1.6 > uniform, $"{uniform} lost in {uniformRuns} runs");
    }

    [Fact]
    public async Task Duplicates_corruption_and_reordering_do_what_they_say_to_datagrams()
    {
        int[] doubled = await ReceiveAsync(scope => scope.Duplicate(1), 100);
        Assert.Equal(200, doubled.Length);
        int[] corrupted = await ReceiveAsync(scope => scope.Corrupt(1), 100);
        Assert.True(corrupted.Length < 30, $"{corrupted.Length} of 100 passed their checksum");
        int[] reordered = await ReceiveAsync(scope => scope.Reorder(0.3, TimeSpan.FromMilliseconds(50)), 200);
        Assert.Equal(200, reordered.Distinct().Count());
        Assert.NotEqual(reordered.Order(), reordered);
        int[] jittered = await ReceiveAsync(scope => scope.Delay(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(50)), 200);
        Assert.Equal(Enumerable.Range(0, 200), jittered);
    }

    [Fact]
    public async Task A_bottleneck_passes_as_many_bytes_as_it_has()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            sim.Network.Between(a, b).Bandwidth(1_000_000);
            (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
            TimeSpan start = sim.Elapsed;
            Task sending = client.SendAllAsync(new byte[1_000_000]).AsTask();
            byte[] buffer = new byte[65536];
            for (int left = 1_000_000; left > 0;)
            {
                left -= await server.ReceiveIntoAsync(buffer);
            }

            await sending;
            // 8 Mbit of payload, and 4.5 % of headers.
            Assert.InRange((sim.Elapsed - start).TotalSeconds, 8.3, 9.5);
        });
    }

    [Fact]
    public async Task A_rule_ends_with_its_time_and_with_its_using()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            sim.Network.Between(a, b).Cut().For(TimeSpan.FromSeconds(10));
            Assert.False(await CanReachAsync(sim, a, b));
            await sim.DelayAsync(TimeSpan.FromSeconds(10));
            Assert.True(await CanReachAsync(sim, a, b));
            using (sim.Network.Partition(a, b))
            {
                Assert.False(await CanReachAsync(sim, a, b));
            }

            Assert.True(await CanReachAsync(sim, a, b));
            sim.Network.From(a, b).Where(p => p.DestinationPort == 9).Cut();
            Assert.False(await CanReachAsync(sim, a, b));
            Assert.True(await CanReachAsync(sim, b, a));
        });
    }

    [Fact]
    public async Task A_node_that_crashes_says_nothing_and_one_that_starts_again_resets_old_connections()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
            b.Crash();
            Task<int> waiting = client.ReceiveIntoAsync(new byte[1]).AsTask();
            await sim.DelayAsync(TimeSpan.FromMinutes(10));
            Assert.False(waiting.IsCompleted);
            b.Restart();
            await client.SendAllAsync(new byte[1]);
            PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => waiting);
            Assert.Equal(SocketPools.Radios.Errno.ECONNRESET, e.Errno);
        });
    }

    [Fact]
    public async Task A_frozen_node_answers_when_it_goes_on()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
            IDisposable freeze = b.Freeze();
            sim.In(TimeSpan.FromSeconds(5), freeze.Dispose);
            await client.SendAllAsync(new byte[1]);
            await server.ReceiveIntoAsync(new byte[1]);
            Assert.InRange(sim.Elapsed.TotalSeconds, 5, 5.1);
        });
    }

    [Fact]
    public async Task Names_are_answered_delayed_refused_and_not_at_all()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a");
            SimulatedDns dns = sim.Network.Dns;
            dns.Add("shop.example", IPAddress.Parse("10.0.9.9"));
            dns.ResponseTime = TimeSpan.FromMilliseconds(300);
            Assert.Contains(await a.Pool.GetAddressInfoAsync("shop.example", 80), r => r.Address.ToIPAddress().Equals(IPAddress.Parse("10.0.9.9")));
            Assert.InRange(sim.Elapsed.TotalMilliseconds, 300, 310);
            await Assert.ThrowsAsync<AddressInfoException>(async () => await a.Pool.GetAddressInfoAsync("nothing.example", 80));
            dns.ResponseCode = 2;
            await Assert.ThrowsAsync<AddressInfoException>(async () => await a.Pool.GetAddressInfoAsync("b.example", 80));
            dns.ResponseCode = null;
            TimeSpan start = sim.Elapsed;
            using (dns.Outage())
            {
                await Assert.ThrowsAsync<AddressInfoException>(async () => await a.Pool.GetAddressInfoAsync("c.example", 80));
            }

            Assert.InRange((sim.Elapsed - start).TotalSeconds, 5, 30);
        });
    }

    private static async Task<(PoolSocket Client, PoolSocket Server)> ConnectAsync(SimulatedNode a, SimulatedNode b)
    {
        using PoolSocket listener = b.Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen();
        PoolSocket client = a.Pool.CreateSocket();
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        await client.ConnectAsync(new IPEndPoint(b.Address, 80));
        return (client, await listener.AcceptAsync());
    }

    private static async Task<bool> CanReachAsync(Simulation sim, SimulatedNode a, SimulatedNode b)
    {
        using PoolSocket receiver = b.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 9));
        using PoolSocket sender = a.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        await sender.SendToAsync(new byte[1], new IPEndPoint(b.Address, 9));
        await sim.DelayAsync(TimeSpan.FromMilliseconds(10));
        return receiver.Poll(SocketPools.Radios.Readiness.Readable, TimeSpan.Zero) != SocketPools.Radios.Readiness.None;
    }

    private static async Task<(int Lost, int Runs)> CountAsync(Func<FaultScope, FaultRule> fault)
    {
        int[] received = await ReceiveAsync(fault, 2000);
        HashSet<int> all = [.. received];
        int runs = Enumerable.Range(1, 1999).Count(i => !all.Contains(i) && all.Contains(i - 1));
        return (2000 - received.Length, runs);
    }

    private static Task<int[]> ReceiveAsync(Func<FaultScope, FaultRule> fault, int count) => Simulation.RunAsync(1, async sim =>
    {
        SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
        fault(sim.Network.From(a, b).Where(p => p.DestinationPort == 9));
        using PoolSocket receiver = b.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 9));
        receiver.SetTimeout(5);
        using PoolSocket sender = a.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        List<int> received = [];
        Task receiving = Task.Run(async () =>
        {
            byte[] buffer = new byte[4];
            try
            {
                while (true)
                {
                    await receiver.ReceiveFromIntoAsync(buffer);
                    received.Add(BitConverter.ToInt32(buffer));
                }
            }
            catch (PoolSocketException)
            {
                // Nothing more for 5 s.
            }
        });
        for (int i = 0; i < count; i++)
        {
            await sender.SendToAsync(BitConverter.GetBytes(i), new IPEndPoint(b.Address, 9));
            await sim.DelayAsync(TimeSpan.FromMilliseconds(1));
        }

        await receiving;
        return received.ToArray();
    });
}
