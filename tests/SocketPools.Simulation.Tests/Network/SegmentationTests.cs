using System.Net;
using System.Net.Sockets;

namespace SocketPools.Simulation.Tests.Network;

/// <summary>TCP packets of several segments at a switch: whole between nodes, single packets for everything else.</summary>
public class SegmentationTests
{
    private const int Bytes = 1_000_000;
    private const int Packets = Bytes / 1460;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Nodes_of_one_switch_exchange_whole_packets(AddressFamily family)
    {
        (long with, TimeSpan first) = await CountAsync(family, isWhole: true);
        (long without, TimeSpan second) = await CountAsync(family, isWhole: false);
        Assert.True(with < without / 3, $"{with} frames, and {without} without");
        Assert.True(without > Packets, $"{without} frames");
        Assert.True(first <= second, $"{first}, and {second} without");
        Assert.Equal(await CountAsync(family, isWhole: true), (with, first));
    }

    [Fact]
    public async Task A_rule_of_faults_meets_single_packets()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            sim.Network.Lan.UseSegmentation = true;
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            int longest = 0;
            FaultRule rule = sim.Network.From(a, b).Where(packet =>
            {
                longest = Math.Max(longest, packet.Length);
                return true;
            }).Loss(0.01);
            await TransferAsync(a, b, b.Address);
            Assert.Equal(1514, longest);
            Assert.InRange(sim.Network.Lan.FramesLost, 1, Packets / 10);

            // Without the rule whole packets pass again.
            rule.Dispose();
            long before = sim.Network.Lan.FramesForwarded;
            await TransferAsync(a, b, b.Address);
            Assert.InRange(sim.Network.Lan.FramesForwarded - before, 1, Packets / 2);
        });
    }

    [Fact]
    public async Task A_router_and_a_switch_without_segmentation_get_single_packets()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedSwitch first = sim.Network.AddSwitch("first", "192.0.2.0/24"), second = sim.Network.AddSwitch("second", 1300, "198.51.100.0/24");
            first.UseSegmentation = true;
            sim.Network.AddRouter("r", first, second);
            SimulatedNode a = sim.Network.AddNode("a", first), b = sim.Network.AddNode("b", second);
            await TransferAsync(a, b, b.Address);
            Assert.True(first.FramesForwarded > Packets, $"{first.FramesForwarded} frames");
            Assert.True(second.FramesForwarded > Packets, $"{second.FramesForwarded} frames");
        });
    }

    [Fact]
    public async Task A_capture_has_single_packets()
    {
        await Simulation.RunAsync(
            1,
            async sim =>
            {
                sim.Network.Lan.UseSegmentation = true;
                SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
                await TransferAsync(a, b, b.Address);
                Assert.True(sim.Network.Lan.FramesForwarded > Packets, $"{sim.Network.Lan.FramesForwarded} frames");
            },
            new SimulationOptions { Capture = Stream.Null });
    }

    private static async Task<(long Frames, TimeSpan Time)> CountAsync(AddressFamily family, bool isWhole)
    {
        (long frames, TimeSpan time) = (0, default);
        await Simulation.RunAsync(1, async sim =>
        {
            sim.Network.Lan.UseSegmentation = isWhole;
            SimulatedNode a = sim.Network.AddNode("a"), b = sim.Network.AddNode("b");
            await TransferAsync(a, b, b.Addresses.First(address => address.AddressFamily == family));
            (frames, time) = (sim.Network.Lan.FramesForwarded, sim.Elapsed);
        });
        return (frames, time);
    }

    private static async Task TransferAsync(SimulatedNode from, SimulatedNode to, IPAddress address)
    {
        byte[] data = new byte[Bytes];
        new Random(3).NextBytes(data);
        using PoolSocket listener = to.Pool.CreateSocket(address.AddressFamily);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        Task sending = Task.Run(async () =>
        {
            using PoolSocket socket = from.Pool.CreateSocket(address.AddressFamily);
            await socket.ConnectAsync(listener.LocalEndPoint);
            await socket.SendAllAsync(data);
        });
        using PoolSocket peer = await listener.AcceptAsync();
        byte[] received = new byte[Bytes];
        int count = 0;
        int read;
        while ((read = await peer.ReceiveIntoAsync(received.AsMemory(count))) > 0)
        {
            count += read;
        }

        await sending;
        Assert.Equal(Bytes, count);
        Assert.True(data.AsSpan().SequenceEqual(received), "other bytes arrived");
    }
}
