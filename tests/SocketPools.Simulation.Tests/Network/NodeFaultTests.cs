using System.Net;
using SocketPools.Radios;

namespace SocketPools.Simulation.Tests.Network;

public class NodeFaultTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(1_000_000, 5)]
    [InlineData(-500_000, 20)]
    [InlineData(100, 9.999)]
    public async Task A_time_out_takes_as_long_as_the_nodes_clock_says(double partsPerMillion, double seconds)
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode node = sim.Network.AddNode("n");
            node.SkewClock(partsPerMillion);
            using PoolSocket socket = node.Pool.CreateSocket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram);
            socket.Bind(new IPEndPoint(IPAddress.Any, 9));
            socket.SetTimeout(10);
            await Assert.ThrowsAsync<PoolSocketException>(async () => await socket.ReceiveIntoAsync(new byte[1]));
            Assert.InRange(sim.Elapsed.TotalSeconds, seconds - 0.00001, seconds + 0.00002);
            Assert.InRange(node.TimeProvider.GetElapsedTime(0).TotalSeconds, 9.9999, 10.0001);
            TimeSpan start = sim.Elapsed;
            await node.RunBlocking(_ => Assert.Throws<PoolSocketException>(() => socket.ReceiveInto(new byte[1])));
            Assert.InRange((sim.Elapsed - start).TotalSeconds, seconds - 0.00001, seconds + 0.00002);
        });
    }

    [Fact]
    public async Task A_clock_that_was_wrong_for_a_while_stays_ahead_and_a_step_moves_the_date_alone()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode node = sim.Network.AddNode("n");
            node.SkewClock(100_000).For(TimeSpan.FromSeconds(100));
            List<TimeSpan> ticks = [];
            using ITimer timer = node.TimeProvider.CreateTimer(_ => ticks.Add(sim.Elapsed), null, TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(55));
            await sim.DelayAsync(TimeSpan.FromSeconds(200));
            Assert.Equal([50, 100, 155], ticks.Select(t => Math.Round(t.TotalSeconds, 3)));
            Assert.Equal(TimeSpan.FromSeconds(210), node.TimeProvider.GetElapsedTime(0));
            using (node.StepClock(TimeSpan.FromDays(-1)))
            {
                Assert.Equal(sim.TimeProvider.GetUtcNow().AddSeconds(10).AddDays(-1), node.TimeProvider.GetUtcNow());
                Assert.Equal(TimeSpan.FromSeconds(210), node.TimeProvider.GetElapsedTime(0));
            }

            Assert.Equal(sim.TimeProvider.GetUtcNow().AddSeconds(10), node.TimeProvider.GetUtcNow());
            Assert.Throws<ArgumentOutOfRangeException>(() => node.SkewClock(-1_000_000));
            Assert.Throws<ArgumentOutOfRangeException>(() => node.SkewClock(double.NaN));
        });
    }

    [Fact]
    public async Task A_node_that_slept_has_connections_that_its_peer_has_given_up()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode board = sim.Network.AddNode("board"), server = sim.Network.AddNode("server");
            (PoolSocket client, PoolSocket connection) = await ConnectAsync(board, server);
            client.SetTimeout(60);
            FaultRule sleep = board.Sleep();
            await connection.SendAllAsync(new byte[1]);
            PoolSocketException gone = await Assert.ThrowsAsync<PoolSocketException>(async () => await connection.ReceiveIntoAsync(new byte[1]));
            Assert.Contains(gone.Errno, (Errno[])[Errno.ETIMEDOUT, Errno.EHOSTUNREACH]);
            TimeSpan slept = sim.Elapsed;
            sleep.Dispose();
            Assert.InRange(board.TimeProvider.GetElapsedTime(0).TotalSeconds, 0, 0.1);
            Assert.Equal(sim.TimeProvider.GetUtcNow(), board.TimeProvider.GetUtcNow());

            // The board does not know, sends, and is told.
            await client.SendAllAsync(new byte[1]);
            PoolSocketException reset = await Assert.ThrowsAsync<PoolSocketException>(async () => await client.ReceiveIntoAsync(new byte[1]));
            Assert.Equal(Errno.ECONNRESET, reset.Errno);
            Assert.True(slept > TimeSpan.FromMinutes(5));
        });
    }

    [Fact]
    public async Task A_slow_reader_stops_a_sender_at_its_own_speed_and_loses_nothing()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            FaultRule slow = b.ReadSlowly(50_000);
            (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
            TimeSpan start = sim.Elapsed;
            await TransferAsync(client, server, 1_000_000);

            // The first window is free, as the buffer of a program is that does not read.
            Assert.InRange((sim.Elapsed - start).TotalSeconds, 15, 21);
            slow.Dispose();
            start = sim.Elapsed;
            await TransferAsync(client, server, 1_000_000);
            Assert.InRange((sim.Elapsed - start).TotalSeconds, 0, 3);
        });
    }

    [Fact]
    public async Task CoDel_keeps_the_queue_short_where_drop_tail_fills_it_and_both_fill_the_link()
    {
        (double full, TimeSpan tailDelay) = await MeasureAsync(scope => scope.Bandwidth(10_000_000, 1_000_000));
        (double controlled, TimeSpan delay) = await MeasureAsync(scope => scope.BandwidthCoDel(10_000_000, 1_000_000));
        (double marked, TimeSpan markedDelay) = await MeasureAsync(scope => scope.BandwidthCoDel(10_000_000, 1_000_000, marks: true));
        TestContext.Current.TestOutputHelper?.WriteLine($"{full:F2} {tailDelay.TotalMilliseconds:F1} ms; CoDel {controlled:F2} {delay.TotalMilliseconds:F1} ms; marks {marked:F2} {markedDelay.TotalMilliseconds:F1} ms");
        Assert.InRange(full, 9, 10);
        Assert.InRange(controlled, 8, 10);
        Assert.InRange(marked, 8, 10);

        // 10.5 ms are the way; the target of CoDel is 5 ms.
        Assert.True(tailDelay > TimeSpan.FromMilliseconds(60), $"{tailDelay}");
        Assert.InRange(delay.TotalMilliseconds, 10.5, 26);
        Assert.InRange(markedDelay.TotalMilliseconds, 10.5, 26);
    }

    [Fact]
    public async Task Marks_slow_a_sender_down_that_understands_them_without_losses()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = AddEcn(sim, "a"), b = AddEcn(sim, "b");
            sim.Network.Between(a, b).Delay(TimeSpan.FromMilliseconds(10));
            sim.Network.From(a, b).MarkCongestion(0.02);
            (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
            TimeSpan start = sim.Elapsed;
            await TransferAsync(client, server, 5_000_000);
            Assert.Equal(0, sim.Network.FramesLost);
            Assert.InRange((sim.Elapsed - start).TotalSeconds, 3, 60);
        });
    }

    [Fact]
    public async Task A_device_without_power_comes_back_when_the_rule_ends()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a");
            int starts = 0;
            _ = a.Run(_ => Task.FromResult(starts++));
            a.PowerOff().For(TimeSpan.FromSeconds(5));
            Assert.False(a.IsRunning);
            await sim.DelayAsync(TimeSpan.FromSeconds(6));
            Assert.True(a.IsRunning);
            Assert.Equal(2, starts);
        });
    }

    private static SimulatedNode AddEcn(Simulation sim, string name) => sim.Network.AddNode(name, new SimulatedNodeOptions
    {
        Stack = options => options with { Tcp = options.Tcp with { Ecn = Stack.Tcp.TcpEcn.Enabled } },
    });

    /// <summary>The rate in Mbit/s of a transfer over 20 ms, and how long a datagram takes meanwhile.</summary>
    private static Task<(double Rate, TimeSpan Delay)> MeasureAsync(Func<FaultScope, FaultRule> bottleneck) => Simulation.RunAsync(1, async sim =>
    {
        SimulatedNode a = AddEcn(sim, "a"), b = AddEcn(sim, "b");
        sim.Network.Between(a, b).Delay(TimeSpan.FromMilliseconds(10));
        bottleneck(sim.Network.From(a, b));
        (PoolSocket client, PoolSocket server) = await ConnectAsync(a, b);
        using PoolSocket pings = b.Pool.CreateSocket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram);
        pings.Bind(new IPEndPoint(IPAddress.Any, 9));
        using PoolSocket pinger = a.Pool.CreateSocket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram);
        TimeSpan start = sim.Elapsed;
        Task transfer = TransferAsync(client, server, 6_000_000);
        List<TimeSpan> delays = [];
        pings.SetTimeout(2);
        for (int i = 0; i < 4; i++)
        {
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            TimeSpan sent = sim.Elapsed;
            await pinger.SendToAsync(new byte[1], new IPEndPoint(b.Address, 9));
            try
            {
                await pings.ReceiveIntoAsync(new byte[1]);
                delays.Add(sim.Elapsed - sent);
            }
            catch (PoolSocketException)
            {
                // Lost in the queue.
            }
        }

        await transfer;
        delays.Sort();
        return (6_000_000 * 8 / (sim.Elapsed - start).TotalSeconds / 1e6, delays[delays.Count / 2]);
    });

    private static async Task TransferAsync(PoolSocket client, PoolSocket server, int bytes)
    {
        Task sending = client.SendAllAsync(new byte[bytes]).AsTask();
        byte[] buffer = new byte[65536];
        for (int left = bytes; left > 0;)
        {
            left -= await server.ReceiveIntoAsync(buffer);
        }

        await sending;
    }

    private static async Task<(PoolSocket Client, PoolSocket Server)> ConnectAsync(SimulatedNode a, SimulatedNode b)
    {
        using PoolSocket listener = b.Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen();
        PoolSocket client = a.Pool.CreateSocket();
        await client.ConnectAsync(new IPEndPoint(b.Address, 80));
        return (client, await listener.AcceptAsync());
    }
}
