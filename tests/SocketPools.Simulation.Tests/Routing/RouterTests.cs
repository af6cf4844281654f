using System.Net;

namespace SocketPools.Simulation.Tests.Routing;

public class RouterTests
{
    [Fact]
    public async Task Two_networks_with_a_router_between_them_are_five_lines()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedSwitch office = sim.Network.AddSwitch("office", "192.0.2.0/24", "2001:db8:1::/64");
            SimulatedSwitch lab = sim.Network.AddSwitch("lab", "198.51.100.0/24", "2001:db8:2::/64");
            SimulatedRouter router = sim.Network.AddRouter("r", office, lab);
            SimulatedNode desk = sim.Network.AddNode("desk", office), web = sim.Network.AddNode("web", lab);
            Assert.Equal(["192.0.2.10", "2001:db8:1::a"], desk.Addresses.Select(a => a.ToString()));
            Assert.Equal(["192.0.2.1", "2001:db8:1::1", "198.51.100.1", "2001:db8:2::1"], router.Addresses.Select(a => a.ToString()));
            foreach (IPAddress address in web.Addresses)
            {
                IPEndPoint seen = await Probe.TransferAsync(desk, web, address, 100_000);
                Assert.Contains(seen.Address, desk.Addresses);
            }

            // Its name is found from the other network as well.
            Assert.Contains(await desk.Pool.GetAddressInfoAsync("web", 80), r => r.Address.ToIPAddress().Equals(web.Address));
            Assert.True(router.Counters.PacketsForwarded > 100);
        });
    }

    [Fact]
    public async Task Every_hop_takes_one_from_the_time_to_live_and_says_when_it_is_used_up()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = Chain(sim, 4);
            for (int version = 0; version < 2; version++)
            {
                IPAddress to = nodes[1].Addresses[version];
                string type = version == 0 ? "11/0" : "3/0";
                for (int hop = 1; hop <= 4; hop++)
                {
                    IPAddress router = sim.Network.Routers[hop - 1].Addresses[version];
                    Assert.Equal($"{type} from {router}", await Probe.SendDatagramAsync(nodes[0], to, timeToLive: hop));
                }

                string end = version == 0 ? "3/3" : "1/4";
                Assert.Equal($"{end} from {to}", await Probe.SendDatagramAsync(nodes[0], to, timeToLive: 5));
            }
        });
    }

    [Fact]
    public async Task A_network_without_a_route_and_a_host_that_does_not_answer_are_told_apart()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = Chain(sim, 2);
            SimulatedRouter near = sim.Network.Routers[0], far = sim.Network.Routers[1];
            Assert.Equal($"3/0 from {near.Addresses[0]}", await Probe.SendDatagramAsync(nodes[0], IPAddress.Parse("203.0.113.1")));
            Assert.Equal($"1/0 from {near.Addresses[1]}", await Probe.SendDatagramAsync(nodes[0], IPAddress.Parse("2001:db8:ffff::1")));
            TimeSpan start = sim.Elapsed;
            Assert.Equal($"3/1 from {far.Addresses[0]}", await Probe.SendDatagramAsync(nodes[0], IPAddress.Parse("10.10.2.200")));
            Assert.InRange((sim.Elapsed - start).TotalSeconds, 3, 3.1);
            Assert.Equal($"1/3 from {far.Addresses[1]}", await Probe.SendDatagramAsync(nodes[0], IPAddress.Parse("2001:db8:2::200")));
            Assert.Equal(2, far.Counters.NeighborUnreachable);
            Assert.Equal(1, near.Counters.NoRoute + far.Counters.NoRoute - 1);
        });
    }

    [Fact]
    public async Task A_narrow_link_fragments_what_may_be_fragmented_and_tells_its_mtu_of_the_rest()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedSwitch wide = sim.Network.AddSwitch("wide", "192.0.2.0/24", "2001:db8:1::/64");
            SimulatedSwitch narrow = sim.Network.AddSwitch("narrow", 1300, "198.51.100.0/24", "2001:db8:2::/64");
            SimulatedRouter router = sim.Network.AddRouter("r", wide, narrow);
            SimulatedNode desk = sim.Network.AddNode("desk", wide), web = sim.Network.AddNode("web", narrow);
            Assert.Equal($"3/4 from {router.Addresses[0]} mtu 1300", await Probe.SendDatagramAsync(desk, web.Addresses[0], length: 1400, dontFragment: true));
            Assert.Equal(0, router.Counters.FragmentsSent);
            Assert.Equal($"2/0 from {router.Addresses[1]} mtu 1300", await Probe.SendDatagramAsync(desk, web.Addresses[1], length: 1400));
            SimulatedNode other = sim.Network.AddNode("other", wide);
            Assert.Equal($"3/3 from {web.Addresses[0]}", await Probe.SendDatagramAsync(other, web.Addresses[0], length: 1400));
            Assert.Equal(2, router.Counters.FragmentsSent);
            Assert.Equal(2, router.Counters.PacketTooBig);
            foreach (IPAddress address in web.Addresses)
            {
                await Probe.TransferAsync(other, web, address, 100_000);
            }
        });
    }

    [Fact]
    public async Task Between_two_nodes_over_routers_a_packet_is_looked_at_once_where_it_arrives()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = Chain(sim, 3);
            FaultRule rule = sim.Network.Between(nodes[0], nodes[1]).Delay(TimeSpan.FromMilliseconds(10));
            TimeSpan start = sim.Elapsed;
            await Probe.SendDatagramAsync(nodes[0], nodes[1].Address);
            Assert.Equal(2, rule.FramesSeen);
            start = sim.Elapsed;
            await Probe.SendDatagramAsync(nodes[0], nodes[1].Address);

            // Four links of 0.5 ms, and 10 ms, each way.
            Assert.Equal(TimeSpan.FromMilliseconds(24), sim.Elapsed - start);
            rule.Dispose();
            using (sim.Network.Partition(nodes[0], nodes[1]))
            {
                Assert.Null(await Probe.SendDatagramAsync(nodes[0], nodes[1].Address));
                Assert.StartsWith("3/3", await Probe.SendDatagramAsync(nodes[0], sim.Network.Routers[2].Addresses[2]), StringComparison.Ordinal);
            }

            using (sim.Network.Between(sim.Network.Routers[0], sim.Network.Routers[1]).Cut())
            {
                // The router knows its neighbour, and does not notice before it asks again.
                Assert.Null(await Probe.SendDatagramAsync(nodes[0], nodes[1].Address));
                await sim.DelayAsync(TimeSpan.FromSeconds(30));
                Assert.Null(await Probe.SendDatagramAsync(nodes[0], nodes[1].Address));
                Assert.StartsWith("3/1", await Probe.SendDatagramAsync(nodes[0], nodes[1].Address), StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public async Task A_router_that_is_off_forwards_nothing_and_one_that_is_frozen_later()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = Chain(sim, 1);
            SimulatedRouter router = sim.Network.Routers[0];
            router.Crash();
            Assert.False(router.IsRunning);
            Assert.Null(await Probe.SendDatagramAsync(nodes[0], nodes[1].Address));
            router.Restart();
            Assert.NotNull(await Probe.SendDatagramAsync(nodes[0], nodes[1].Address));
            TimeSpan start = sim.Elapsed;
            router.Freeze().For(TimeSpan.FromSeconds(2));
            Assert.NotNull(await Probe.SendDatagramAsync(nodes[0], nodes[1].Address));
            Assert.InRange((sim.Elapsed - start).TotalSeconds, 2, 2.1);
        });
    }

    [Fact]
    public async Task Own_routes_come_before_the_shortest_way_and_rings_end_by_the_time_to_live()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = Chain(sim, 2);
            SimulatedRouter near = sim.Network.Routers[0], far = sim.Network.Routers[1];
            near.AddRoute("203.0.113.0/24", far.Addresses[0].ToString());
            far.AddRoute("203.0.113.0/24", near.Addresses[2].ToString());
            Assert.StartsWith("11/0", await Probe.SendDatagramAsync(nodes[0], IPAddress.Parse("203.0.113.1")), StringComparison.Ordinal);
            Assert.True(near.RemoveRoute("203.0.113.0/24"));
            Assert.False(near.RemoveRoute("203.0.113.0/24"));
            Assert.StartsWith("3/0", await Probe.SendDatagramAsync(nodes[0], IPAddress.Parse("203.0.113.1")), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Echoes_and_closed_ports_of_a_router_answer_as_a_hosts()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedNode[] nodes = Chain(sim, 2);
            foreach (IPAddress address in sim.Network.Routers[1].Addresses)
            {
                Assert.NotNull(await Probe.SendDatagramAsync(nodes[0], address));
                using PoolSocket client = nodes[0].Pool.CreateSocket(address.AddressFamily);
                PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(async () => await client.ConnectAsync(new IPEndPoint(address, 80)));
                Assert.Equal(Radios.Errno.ECONNREFUSED, e.Errno);
            }

            await nodes[0].RunBlocking(node =>
            {
                foreach (IPAddress address in sim.Network.Routers[1].Addresses)
                {
                    using IcmpEcho echo = new(node.Pool, address.AddressFamily);
                    Assert.Equal(EchoOutcome.Reply, echo.Ping(new Radios.IPSocketAddress(address, 0), 1, "abc"u8, TimeSpan.FromSeconds(5)).Outcome);
                }
            });
        });
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_over_routers()
    {
        await Simulation.CheckTwiceAsync(3, async sim =>
        {
            SimulatedNode[] nodes = Chain(sim, 3);
            sim.Network.On(sim.Network.Switches[2]).Loss(0.05);
            await Probe.TransferAsync(nodes[0], nodes[1], nodes[1].Address, 200_000);
        });
    }

    [Fact]
    public async Task Mistakes_in_a_topology_say_what_is_wrong()
    {
        await Simulation.RunAsync(1, sim =>
        {
            SimulatedNetwork net = sim.Network;
            SimulatedSwitch office = net.AddSwitch("office", "192.0.2.0/24"), bare = net.AddSwitch("bare");
            SimulatedRouter router = net.AddRouter("r", office);
            Assert.Throws<ArgumentException>(() => net.AddSwitch("office"));
            Assert.Throws<ArgumentException>(() => net.AddRouter("r"));
            Assert.Throws<ArgumentException>(() => net.AddNode("r", office));
            Assert.Throws<ArgumentException>(() => router.Connect(office));
            Assert.Throws<ArgumentException>(() => router.Connect(bare));
            Assert.Throws<ArgumentException>(() => net.AddNode("x", bare));
            Assert.Throws<ArgumentException>(() => net.AddNode("x", office, "192.0.2.255/24"));
            Assert.Throws<ArgumentException>(() => net.AddSwitch("thin", 600, "2001:db8::/64"));
            Assert.Throws<FormatException>(() => net.AddNode("x", office, "192.0.2.1/33"));
            Assert.Throws<FormatException>(() => net.AddSwitch("odd", "office"));
            Assert.Throws<ArgumentException>(() => router.AddRoute("0.0.0.0/0", "198.51.100.1"));
            Assert.Throws<ArgumentException>(() => router.AddRoute("::/0", "192.0.2.9"));
            Assert.Throws<KeyNotFoundException>(() => net.FindDevice("x"));
            return Task.CompletedTask;
        });
    }

    /// <summary>Two nodes with a chain of routers between them.</summary>
    private static SimulatedNode[] Chain(Simulation sim, int routers)
    {
        SimulatedSwitch[] switches = [.. Enumerable.Range(0, routers + 1).Select(i => sim.Network.AddSwitch($"s{i}", $"10.10.{i}.0/24", $"2001:db8:{i}::/64"))];
        for (int i = 0; i < routers; i++)
        {
            sim.Network.AddRouter($"r{i}", switches[i], switches[i + 1]);
        }

        return [sim.Network.AddNode("near", switches[0]), sim.Network.AddNode("far", switches[^1])];
    }
}
