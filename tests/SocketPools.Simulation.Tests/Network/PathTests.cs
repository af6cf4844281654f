using System.Net;
using System.Net.Sockets;
using SocketPools.Simulation.Clock;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Tests.Network;

/// <summary>What makes many nodes cheap: rules asked by path, frames that are not copied, one entry of the clock for each path.</summary>
public class PathTests
{
    [Fact]
    public async Task A_rule_is_asked_for_frames_between_its_devices_only()
    {
        int asked = 0;
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = [.. Enumerable.Range(0, 6).Select(i => sim.Network.AddNode($"n{i}"))];
            SimulatedSwitch other = sim.Network.AddSwitch("other", "192.0.2.0/24");
            PacketCondition count = _ => ++asked > 0;
            FaultScope[] elsewhere =
            [
                sim.Network.From(nodes[1], nodes[0]), sim.Network.Between(nodes[2], nodes[3]), sim.Network.At(nodes[4]), sim.Network.On(other),
            ];
            FaultRule[] rules = [.. elsewhere.Select(scope => scope.Where(p => p.IPVersion == 4).Where(count).Delay(TimeSpan.Zero))];
            await SendAsync(nodes[0], nodes[1], 10);
            Assert.Equal(0, asked);
            FaultRule here = sim.Network.From(nodes[0], nodes[1]).Delay(TimeSpan.Zero);
            await SendAsync(nodes[0], nodes[1], 10);
            await SendAsync(nodes[3], nodes[2], 10);
            Assert.Equal(10, here.FramesSeen);
            Assert.Equal((10, 10L), (asked, rules[1].FramesSeen));
            here.Dispose();
            await SendAsync(nodes[0], nodes[1], 10);
            Assert.Equal(10, here.FramesSeen);
        });
    }

    [Fact]
    public async Task Rules_of_the_same_path_are_asked_in_the_order_in_which_they_were_made()
    {
        List<string> order = [];
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            FaultScope[] scopes = [sim.Network.Everywhere, sim.Network.At(b), sim.Network.From(a, b), sim.Network.On(sim.Network.Lan), sim.Network.Between(a, b), sim.Network.At(a)];
            foreach ((int number, FaultScope scope) in scopes.Index())
            {
                scope.Where(p => p.DestinationPort == 9).Where(_ => AddTo(order, number)).Delay(TimeSpan.Zero);
            }

            await SendAsync(a, b, 1);
        });
        Assert.Equal(["0", "1", "2", "3", "4", "5"], order);
    }

    [Fact]
    public async Task A_packet_over_a_router_meets_the_rules_of_its_ends_on_its_last_link()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedSwitch office = sim.Network.AddSwitch("office", "192.0.2.0/24"), lab = sim.Network.AddSwitch("lab", "198.51.100.0/24");
            sim.Network.AddRouter("r", office, lab);
            SimulatedNode desk = sim.Network.AddNode("desk", office), server = sim.Network.AddNode("server", lab), other = sim.Network.AddNode("other", office);
            FaultRule between = sim.Network.Between(desk, server).Delay(TimeSpan.Zero), reverse = sim.Network.From(server, desk).Delay(TimeSpan.Zero);
            FaultRule partition = sim.Network.Partition([other], [server]);
            await SendAsync(desk, server, 3);
            Task lost = SendAsync(other, server, 1);
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.False(lost.IsCompleted);
            Assert.Equal((3L, 0L, 1L), (between.FramesSeen, reverse.FramesSeen, partition.FramesLost));
        });
    }

    [Fact]
    public async Task What_is_sent_to_all_is_not_overtaken_and_does_not_overtake()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            using PoolSocket receiver = b.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            receiver.Bind(new IPEndPoint(IPAddress.Any, 9));
            using PoolSocket sender = a.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            sender.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, 1);
            IPEndPoint one = new(b.Address, 9), all = new(IPAddress.Parse("10.0.255.255"), 9);
            await sender.SendToAsync(new byte[1], one); // learns the address
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            await receiver.ReceiveFromIntoAsync(new byte[9]);
            using (sim.Network.From(a, b).Delay(TimeSpan.FromMilliseconds(20)))
            {
                await sender.SendToAsync(new byte[] { 2 }, one);
            }

            await sender.SendToAsync(new byte[] { 3 }, all);
            sim.Network.Latency = TimeSpan.FromMilliseconds(5);
            await sender.SendToAsync(new byte[] { 4 }, all);
            sim.Network.Latency = TimeSpan.Zero;
            await sender.SendToAsync(new byte[] { 5 }, one);
            byte[] seen = new byte[4];
            for (int i = 0; i < 4; i++)
            {
                await receiver.ReceiveFromIntoAsync(seen.AsMemory(i));
            }

            Assert.Equal([2, 3, 4, 5], seen);
        });
    }

    [Fact]
    public async Task Whoever_looks_at_a_packet_sees_all_of_it_with_right_checksums()
    {
        int whole = 0;
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            sim.Network.Between(a, b).Where(p => p.Protocol == 6).Where(p =>
            {
                whole += IsWhole(p.Frame) ? 1 : 1000;
                Assert.True(p.Payload.IndexOfAnyExcept((byte)0xA5) < 0);
                return true;
            }).Delay(TimeSpan.Zero);
            await ExchangeAsync(a, b, Enumerable.Repeat((byte)0xA5, 20_000).ToArray());
            Assert.InRange(whole, 20, 100);
            Assert.All(sim.Log.Events.Where(e => e.To is not null && e.Length is > 54 and <= SimulationEvent.MaxKept && e.Frame.Span[23] == 6), e => Assert.True(IsWhole(e.Frame.Span)));
        });
    }

    [Fact]
    public async Task Frames_that_nobody_looks_at_cost_no_memory_of_their_own()
    {
        await Simulation.RunAsync(
            1,
            async sim =>
            {
                SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
                sim.Network.Between(a, b).Bandwidth(100_000_000);
                await ExchangeAsync(a, b, new byte[2_000_000]);
                long before = GC.GetTotalAllocatedBytes(precise: true), frames = sim.Network.FramesForwarded;
                await ExchangeAsync(a, b, new byte[2_000_000], port: 8);
                frames = sim.Network.FramesForwarded - frames;
                long each = (GC.GetTotalAllocatedBytes(precise: true) - before - 2_000_000) / frames;
                Assert.True(each < 600, $"{each} bytes for each of {frames} frames");
            },
            new SimulationOptions { MaxLoggedEvents = 0 });
    }

    [Fact]
    public void A_queue_has_the_places_that_timers_of_its_own_would_have()
    {
        SimulatedClock clock = new(DateTimeOffset.UnixEpoch);
        List<string> order = [];
        TimedQueue<string> queue = new(clock, order.Add);
        queue.Enqueue("a 1", 10);
        using ITimer timer = clock.CreateTimer(_ => order.Add("timer"), null, TimeSpan.FromTicks(10), Timeout.InfiniteTimeSpan);
        queue.Enqueue("a 2", 10, copies: 1);
        queue.Enqueue("a 3", 5); // not before the others
        TimedQueue<string> other = new(clock, order.Add);
        other.Enqueue("b", 9);
        while (clock.NextDueUnsynchronized() is not null)
        {
            clock.TakeNextUnsynchronized(out _).Fire();
            if (order.Count == 6)
            {
                queue.Enqueue("again", 0);
            }
        }

        Assert.Equal(["b", "a 1", "timer", "a 2", "a 2", "a 3", "again"], order);
        Assert.Equal(10, clock.GetTimestamp());
    }

    [Fact]
    public void The_heap_gives_what_a_sorted_list_gives_also_when_entries_are_taken_out()
    {
        int seed = Environment.TickCount & 0xFFFF;
        Random random = new(seed);
        SimulatedClock clock = new(DateTimeOffset.UnixEpoch);
        List<(long Due, int Number)> expected = [], fired = [];
        List<ITimer> timers = [];
        for (int i = 0; i < 2000; i++)
        {
            int number = i;
            long due = random.Next(200);
            expected.Add((due, number));
            timers.Add(clock.CreateTimer(_ => fired.Add((due, number)), null, TimeSpan.FromTicks(due), Timeout.InfiniteTimeSpan));
        }

        foreach (int number in Enumerable.Range(0, 2000).Where(_ => random.Next(3) == 0).ToArray())
        {
            timers[number].Dispose();
            expected.RemoveAll(e => e.Number == number);
        }

        while (clock.NextDueUnsynchronized() is not null)
        {
            clock.TakeNextUnsynchronized(out _).Fire();
        }

        Assert.True(expected.Order().SequenceEqual(fired), $"seed {seed}");
    }

    private static bool AddTo(List<string> order, int number)
    {
        order.Add($"{number}");
        return true;
    }

    // IPv4 without options, TCP.
    private static bool IsWhole(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> ip = frame[Ethernet.HeaderLength..];
        int length = ip.Length - 20;
        return Checksum.Of(ip[..20]) == 0 && Checksum.Fold(Checksum.Sum(ip[12..20], Checksum.Sum(ip[20..])) + 6 + (ulong)length) == 0;
    }

    // Somebody is there, so that no error comes back.
    private static async Task SendAsync(SimulatedNode from, SimulatedNode to, int count)
    {
        PoolSocket receiver = to.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 9));
        using PoolSocket sender = from.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        for (int i = 0; i < count; i++)
        {
            await sender.SendToAsync(new byte[4], new IPEndPoint(to.Address, 9));
            await receiver.ReceiveFromIntoAsync(new byte[4]);
        }

        receiver.Dispose();
    }

    private static async Task ExchangeAsync(SimulatedNode a, SimulatedNode b, byte[] bytes, int port = 7)
    {
        using PoolSocket listener = b.Pool.CreateSocket();
        listener.Bind("0.0.0.0", port);
        listener.Listen();
        Task<PoolSocket> accepting = listener.AcceptAsync().AsTask();
        using PoolSocket client = a.Pool.CreateSocket();
        await client.ConnectAsync(b.Address.ToString(), port);
        using PoolSocket server = await accepting;
        Task sending = client.SendAllAsync(bytes).AsTask();
        byte[] buffer = new byte[16 * 1024];
        for (int received = 0; received < bytes.Length;)
        {
            int count = await server.ReceiveIntoAsync(buffer);
            Assert.True(count > 0);
            received += count;
        }

        await sending;
    }
}
