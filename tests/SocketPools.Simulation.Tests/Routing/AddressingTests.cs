using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Configuration;

namespace SocketPools.Simulation.Tests.Routing;

public class AddressingTests
{
    [Fact]
    public async Task Nodes_of_a_site_get_addresses_a_router_and_names_and_reach_the_internet()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedInternet internet = sim.Network.AddInternet();
            SimulatedSite home = sim.Network.AddSite("home", internet);
            SimulatedNode desk = sim.Network.AddNode("desk", home.Switch);
            SimulatedNode shop = sim.Network.AddNode("shop", internet.Switch);
            Assert.Empty(desk.Addresses);
            Assert.Throws<InvalidOperationException>(() => desk.Address);
            Assert.Equal(IPAddress.Parse("192.168.1.100"), await desk.WaitForAddressAsync());
            await sim.DelayAsync(TimeSpan.FromSeconds(5));
            Assert.Contains(desk.Addresses, a => a.ToString().StartsWith("2001:db8:100:1:", StringComparison.Ordinal));
            Assert.Equal("desk", Assert.Single(home.Dhcp.Leases).Value!.Name);
            Assert.Contains(await desk.Pool.GetAddressInfoAsync("shop", 80), r => r.Address.ToIPAddress().Equals(shop.Address));
            Assert.Contains(await shop.Pool.GetAddressInfoAsync("desk", 80), r => r.Address.ToIPAddress().Equals(desk.Address));
            Assert.Equal(home.Router.AddressAt(internet.Switch), (await Probe.TransferAsync(desk, shop, shop.Address, 50_000)).Address);

            // IPv6 is not translated, in either direction.
            IPAddress inside = desk.Addresses.First(a => a.AddressFamily == AddressFamily.InterNetworkV6);
            IPAddress outside = shop.Addresses.First(a => a.AddressFamily == AddressFamily.InterNetworkV6);
            Assert.Equal(inside, (await Probe.TransferAsync(desk, shop, outside, 50_000)).Address);
            Assert.Equal(outside, (await Probe.TransferAsync(shop, desk, inside, 50_000)).Address);

            // Every other address is the internet's node.
            foreach (string world in (string[])["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
            {
                await Probe.TransferAsync(desk, internet.Node, IPAddress.Parse(world), 10_000, port: 443);
            }

            Assert.StartsWith("3/3 from 1.1.1.1", await Probe.SendDatagramAsync(desk, IPAddress.Parse("1.1.1.1")), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Two_sites_with_the_same_network_do_not_meet_and_each_has_its_own_hosts()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedInternet internet = sim.Network.AddInternet();
            SimulatedSite one = sim.Network.AddSite("one", internet), two = sim.Network.AddSite("two", internet);
            SimulatedNode a = sim.Network.AddNode("a", one.Switch), b = sim.Network.AddNode("b", two.Switch);
            Assert.Equal(await a.WaitForAddressAsync(), await b.WaitForAddressAsync());
            two.Nat.Forward(80, new IPEndPoint(b.Address, 80));
            IPEndPoint seen = await Probe.TransferAsync(a, b, two.Nat.Address, 10_000);
            Assert.Equal(one.Nat.Address, seen.Address);
            for (int i = 0; i < 600; i++)
            {
                await sim.DelayAsync(TimeSpan.FromMilliseconds(10)); // errors of a stack are limited per second
                Assert.StartsWith("3/3", await Probe.SendDatagramAsync(a, new IPAddress([100, 64, (byte)(i >> 8), (byte)i])), StringComparison.Ordinal);
            }

            Assert.True(internet.Node.Interface.Addresses.Count <= 520);
        });
    }

    [Fact]
    public async Task A_lease_is_renewed_at_half_its_time_and_lost_when_the_server_is_silent()
    {
        await RunAsync(new DhcpServerOptions { LeaseTime = TimeSpan.FromMinutes(10) }, async (sim, router, node) =>
        {
            IPAddress address = await node.WaitForAddressAsync();
            SimulatedDhcpServer server = router.DhcpServers[0];
            await sim.DelayAsync(TimeSpan.FromMinutes(30));
            Assert.InRange(server.AcksSent, 6, 8);
            Assert.Equal(address, node.Address);
            using (server.Outage())
            {
                await sim.DelayAsync(TimeSpan.FromMinutes(11));
                Assert.Empty(node.Addresses);
            }

            Assert.Equal(address, await node.WaitForAddressAsync());
        });
    }

    [Fact]
    public async Task A_revoked_lease_is_refused_at_the_next_renewal_and_the_node_gets_another_one()
    {
        await RunAsync(new DhcpServerOptions(), async (sim, router, node) =>
        {
            await node.WaitForAddressAsync();
            SimulatedDhcpServer server = router.DhcpServers[0];
            Assert.True(server.Revoke(node));
            Assert.False(server.Revoke(node));
            Assert.NotEmpty(node.Addresses);
            node.DhcpClient!.Renew();
            await sim.DelayAsync(TimeSpan.FromMilliseconds(10));
            Assert.Empty(node.Addresses);
            Assert.Equal(1, server.NaksSent);
            await node.WaitForAddressAsync();
            Assert.Equal(DhcpState.Bound, node.DhcpClient.State);
        });
    }

    [Fact]
    public async Task A_router_that_restarts_knows_no_leases_and_gives_them_again_to_those_who_have_them()
    {
        await RunAsync(new DhcpServerOptions { LeaseTime = TimeSpan.FromMinutes(10) }, async (sim, router, node) =>
        {
            IPAddress address = await node.WaitForAddressAsync();
            router.Restart();
            Assert.Empty(router.DhcpServers[0].Leases);
            await sim.DelayAsync(TimeSpan.FromMinutes(10));
            Assert.Equal(address, node.Address);
            Assert.Single(router.DhcpServers[0].Leases);
        });
    }

    [Fact]
    public async Task The_pool_is_bounded_and_skips_addresses_that_are_in_use()
    {
        await RunAsync(new DhcpServerOptions { FirstAddress = IPAddress.Parse("192.0.2.9"), AddressCount = 3 }, async (sim, router, node) =>
        {
            SimulatedSwitch lan = router.Switches[0];
            SimulatedNode fixedNode = sim.Network.AddNode("fixed", lan, "192.0.2.10/24");
            SimulatedNode second = sim.Network.AddNode("second", lan), third = sim.Network.AddNode("third", lan);
            await sim.DelayAsync(TimeSpan.FromSeconds(60));
            Assert.Equal("192.0.2.9", node.Address.ToString());
            Assert.Equal("192.0.2.11", second.Address.ToString());
            Assert.Empty(third.Addresses);
            node.Crash();
            await sim.DelayAsync(TimeSpan.FromHours(1.1));
            Assert.Equal("192.0.2.9", third.Address.ToString());
        });
    }

    [Fact]
    public async Task An_address_that_another_host_has_is_declined_and_not_given_again()
    {
        await RunAsync(new DhcpServerOptions(), async (sim, router, node) =>
        {
            SimulatedNode squatter = sim.Network.AddNode("squatter", router.Switches[0], "192.0.2.200/24");
            squatter.Interface.AddAddress(IPAddress.Parse("192.0.2.101"), 24);
            await node.WaitForAddressAsync();
            SimulatedNode second = sim.Network.AddNode("second", router.Switches[0]);
            Assert.Equal("192.0.2.102", (await second.WaitForAddressAsync()).ToString());
            Assert.Equal(1, second.DhcpClient!.DeclinesSent);
        });
    }

    [Fact]
    public async Task Prefixes_end_with_their_lifetime_when_the_router_is_gone()
    {
        await Simulation.RunAsync(1, async sim =>
        {
            SimulatedSwitch lan = sim.Network.AddSwitch("six", "2001:db8:6::/64");
            SimulatedRouter router = sim.Network.AddRouter("r", lan).EnableRouterAdvertisements(lan, new RouterAdvertisementOptions
            {
                Interval = TimeSpan.FromSeconds(100),
                RouterLifetime = TimeSpan.FromSeconds(300),
                ValidLifetime = TimeSpan.FromSeconds(400),
                PreferredLifetime = TimeSpan.FromSeconds(400),
            });
            SimulatedNode node = sim.Network.AddNode("n", lan);
            IPAddress address = await node.WaitForAddressAsync();
            await sim.DelayAsync(TimeSpan.FromHours(1));
            Assert.Equal(address, node.Address);
            Assert.NotNull(node.Interface.GetDefaultGateway(AddressFamily.InterNetworkV6));
            router.Crash();
            await sim.DelayAsync(TimeSpan.FromSeconds(310));
            Assert.Null(node.Interface.GetDefaultGateway(AddressFamily.InterNetworkV6));
            Assert.Single(node.Addresses);
            await sim.DelayAsync(TimeSpan.FromSeconds(100));
            Assert.Empty(node.Addresses);
            router.Restart();
            await node.WaitForAddressAsync();
        });
    }

    [Fact]
    public async Task Mistakes_in_what_is_given_say_what_is_wrong()
    {
        await Simulation.RunAsync(1, sim =>
        {
            SimulatedSwitch lan = sim.Network.AddSwitch("s", "192.0.2.0/24"), six = sim.Network.AddSwitch("six", "2001:db8:6::/64");
            SimulatedRouter router = sim.Network.AddRouter("r", lan, six);
            Assert.Throws<ArgumentException>(() => router.EnableDhcp(six));
            Assert.Throws<ArgumentException>(() => router.EnableNat(six));
            Assert.Throws<ArgumentException>(() => router.EnableNat(sim.Network.Lan));
            Assert.Throws<ArgumentException>(() => router.EnableRouterAdvertisements(lan));
            Assert.Throws<ArgumentException>(() => router.EnableDhcp(lan, new DhcpServerOptions { FirstAddress = IPAddress.Parse("198.51.100.1") }));
            Assert.Throws<ArgumentException>(() => router.EnableDhcp(lan, new DhcpServerOptions { FirstAddress = IPAddress.Parse("192.0.2.200"), AddressCount = 100 }));
            Assert.Throws<ArgumentException>(() => router.EnableDhcp(lan, new DhcpServerOptions { FirstAddress = IPAddress.IPv6Loopback }));
            Assert.Throws<ArgumentOutOfRangeException>(() => new DhcpServerOptions { LeaseTime = TimeSpan.Zero });
            Assert.Throws<ArgumentOutOfRangeException>(() => new DhcpServerOptions { AddressCount = 0 });
            Assert.Throws<ArgumentOutOfRangeException>(() => new NatOptions { MaxMappings = 0 });
            router.EnableDhcp(lan);
            Assert.Throws<ArgumentException>(() => router.EnableDhcp(lan));
            router.EnableNat(lan);
            Assert.Throws<InvalidOperationException>(() => router.EnableNat(lan));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_with_leases_and_advertisements()
    {
        await Simulation.CheckTwiceAsync(4, async sim =>
        {
            SimulatedInternet internet = sim.Network.AddInternet();
            SimulatedSite home = sim.Network.AddSite("home", internet);
            SimulatedNode[] nodes = [.. Enumerable.Range(0, 5).Select(i => sim.Network.AddNode($"n{i}", home.Switch))];
            sim.Network.On(home.Switch).Loss(0.05);
            await sim.DelayAsync(TimeSpan.FromMinutes(2));
            await Task.WhenAll(nodes.Select((n, i) => Probe.TransferAsync(n, internet.Node, IPAddress.Parse("9.9.9.9"), 20_000, port: 1000 + i)));
        });
    }

    private static Task RunAsync(DhcpServerOptions options, Func<Simulation, SimulatedRouter, SimulatedNode, Task> body) => Simulation.RunAsync(1, async sim =>
    {
        SimulatedSwitch lan = sim.Network.AddSwitch("s", "192.0.2.0/24");
        SimulatedRouter router = sim.Network.AddRouter("r", lan);
        router.EnableDhcp(lan, options);
        await body(sim, router, sim.Network.AddNode("node", lan));
    });
}
