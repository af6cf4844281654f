using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Simulation.Tests.Routing;

public class NatTests
{
    private static readonly IPAddress s_outside = IPAddress.Parse("203.0.113.1");

    [Fact]
    public async Task Hosts_outside_see_the_routers_address_and_the_same_port_and_nobody_gets_in()
    {
        await RunAsync(new NatOptions(), async (sim, home, desk, web) =>
        {
            IPEndPoint seen = await Probe.TransferAsync(desk, web, web.Address, 100_000);
            Assert.Equal(s_outside, seen.Address);
            Assert.Contains(home.Nat!.Mappings, m => m.Protocol == "TCP" && m.Outside.Port == seen.Port && m.Inside.Port == seen.Port);
            using PoolSocket client = web.Pool.CreateSocket();
            client.SetTimeout(5);
            Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(async () => await client.ConnectAsync(new IPEndPoint(s_outside, 80)))).Errno);
            Assert.True(home.Counters.NatNoMapping > 0);
        });
    }

    [Fact]
    public async Task Two_hosts_with_the_same_port_get_two_ports_outside()
    {
        await RunAsync(new NatOptions(), async (sim, home, desk, web) =>
        {
            SimulatedNode other = sim.Network.AddNode("other", home.Switches[0]);
            using PoolSocket server = Udp(web, 9);
            using PoolSocket one = Udp(desk, 5000), two = Udp(other, 5000);
            byte[] buffer = new byte[10];
            await one.SendToAsync(new byte[1], new IPEndPoint(web.Address, 9));
            IPEndPoint first = (await server.ReceiveFromIntoAsync(buffer)).Remote.ToIPEndPoint();
            await two.SendToAsync(new byte[1], new IPEndPoint(web.Address, 9));
            IPEndPoint second = (await server.ReceiveFromIntoAsync(buffer)).Remote.ToIPEndPoint();
            Assert.Equal(new IPEndPoint(s_outside, 5000), first);
            Assert.NotEqual(first, second);
            await server.SendToAsync("2"u8.ToArray(), second);
            Assert.Equal(1, await two.ReceiveIntoAsync(buffer));
            Assert.Equal((byte)'2', buffer[0]);
        });
    }

    [Theory]
    [InlineData(NatFiltering.AddressAndPortDependent, 1)]
    [InlineData(NatFiltering.AddressDependent, 2)]
    [InlineData(NatFiltering.EndpointIndependent, 3)]
    public async Task The_filtering_decides_who_may_answer(NatFiltering filtering, int received)
    {
        await RunAsync(new NatOptions { Filtering = filtering }, async (sim, home, desk, web) =>
        {
            SimulatedNode stranger = sim.Network.AddNode("stranger", home.Switches[1]);
            using PoolSocket client = Udp(desk, 5000), asked = Udp(web, 9), sameHost = Udp(web, 10), other = Udp(stranger, 9);
            await client.SendToAsync(new byte[1], new IPEndPoint(web.Address, 9));
            await asked.ReceiveFromIntoAsync(new byte[1]);
            foreach (PoolSocket sender in (PoolSocket[])[asked, sameHost, other])
            {
                await sender.SendToAsync(new byte[1], new IPEndPoint(s_outside, 5000));
            }

            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(received, Count(client));
            Assert.Equal(3 - received, home.Counters.NatFiltered);
        });
    }

    [Fact]
    public async Task A_mapping_ends_after_its_time_and_packets_from_inside_keep_it()
    {
        await RunAsync(new NatOptions { UdpTimeout = TimeSpan.FromSeconds(30) }, async (sim, home, desk, web) =>
        {
            using PoolSocket client = Udp(desk, 5000), server = Udp(web, 9);
            IPEndPoint to = new(web.Address, 9), back = new(s_outside, 5000);
            for (int i = 0; i < 3; i++)
            {
                await client.SendToAsync(new byte[1], to);
                await sim.DelayAsync(TimeSpan.FromSeconds(25));
            }

            await server.SendToAsync(new byte[1], back);
            await sim.DelayAsync(TimeSpan.FromSeconds(4));
            Assert.Equal(1, Count(client));

            // What comes from outside does not keep it.
            await sim.DelayAsync(TimeSpan.FromSeconds(2));
            await server.SendToAsync(new byte[1], back);
            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(0, Count(client));
            Assert.Empty(home.Nat!.Mappings);
        });
    }

    [Fact]
    public async Task Established_connections_keep_their_mapping_for_two_hours_and_closed_ones_four_minutes()
    {
        await RunAsync(new NatOptions(), async (sim, home, desk, web) =>
        {
            (PoolSocket client, PoolSocket server) = await ConnectAsync(desk, web, web.Address);
            await sim.DelayAsync(TimeSpan.FromMinutes(120));
            await server.SendAllAsync(new byte[1]);
            Assert.Equal(1, await client.ReceiveIntoAsync(new byte[1]));
            client.Close();
            server.Close();
            await sim.DelayAsync(TimeSpan.FromMinutes(3));
            Assert.Single(home.Nat!.Mappings);
            await sim.DelayAsync(TimeSpan.FromMinutes(2));
            Assert.Empty(home.Nat.Mappings);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flushed_table_leaves_connections_half_open_unless_they_are_picked_up(bool picksUp)
    {
        await RunAsync(new NatOptions { PicksUpTcp = picksUp }, async (sim, home, desk, web) =>
        {
            (PoolSocket client, PoolSocket server) = await ConnectAsync(desk, web, web.Address);
            server.SetTimeout(60);
            home.Nat!.Flush();
            await client.SendAllAsync(new byte[1]);
            if (picksUp)
            {
                Assert.Equal(1, await server.ReceiveIntoAsync(new byte[1]));
                return;
            }

            Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(async () => await server.ReceiveIntoAsync(new byte[1]))).Errno);
            Assert.True(home.Counters.NatNoMapping > 3);

            // New connections work.
            await Probe.TransferAsync(desk, web, web.Address, 1000, port: 81);
        });
    }

    [Fact]
    public async Task A_forwarded_port_is_reached_from_outside_and_by_its_outside_address_from_inside()
    {
        await RunAsync(new NatOptions(), async (sim, home, desk, web) =>
        {
            home.Nat!.Forward(8080, new IPEndPoint(desk.Address, 80));
            Assert.Equal(web.Address, await ReachAsync(web));
            Assert.Equal(s_outside, await ReachAsync(sim.Network.AddNode("other", home.Switches[0])));
            home.Nat.Flush();
            Assert.Equal(web.Address, await ReachAsync(web));
            Assert.True(home.Nat.RemoveForward(8080));
            Assert.False(home.Nat.RemoveForward(8080));
            await Assert.ThrowsAsync<PoolSocketException>(() => ReachAsync(web));

            async Task<IPAddress> ReachAsync(SimulatedNode from)
            {
                using PoolSocket listener = desk.Pool.CreateSocket();
                listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                listener.Bind(new IPEndPoint(IPAddress.Any, 80));
                listener.Listen();
                using PoolSocket client = from.Pool.CreateSocket();
                client.SetTimeout(5);
                await client.ConnectAsync(new IPEndPoint(s_outside, 8080));
                using PoolSocket server = await listener.AcceptAsync();
                await client.SendAllAsync(new byte[1]);
                Assert.Equal(1, await server.ReceiveIntoAsync(new byte[1]));
                return server.RemoteEndPoint.Address;
            }
        });
    }

    [Fact]
    public async Task Errors_from_outside_reach_the_socket_inside_that_they_are_about()
    {
        await RunAsync(new NatOptions(), async (sim, home, desk, web) =>
        {
            Assert.Equal($"3/3 from {web.Address}", await Probe.SendDatagramAsync(desk, web.Address));
            Assert.Equal($"11/0 from {home.AddressAt(home.Switches[0])}", await Probe.SendDatagramAsync(desk, web.Address, timeToLive: 1));

            // A connected socket hears of it, which only works if the quote was translated: the stack looks for the socket.
            using PoolSocket client = desk.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            await client.ConnectAsync(new IPEndPoint(web.Address, 9));
            await client.SendAsync(new byte[8]);
            client.SetTimeout(5);
            Assert.Equal(Errno.ECONNREFUSED, (await Assert.ThrowsAsync<PoolSocketException>(async () => await client.ReceiveIntoAsync(new byte[1]))).Errno);

            // From inside to outside: the host inside has closed its port.
            using PoolSocket sender = Udp(desk, 6000), peer = web.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
            peer.Bind(new IPEndPoint(IPAddress.Any, 11));
            await sender.SendToAsync(new byte[1], new IPEndPoint(web.Address, 11));
            await peer.ReceiveFromIntoAsync(new byte[1]);
            sender.Close();
            await peer.ConnectAsync(new IPEndPoint(s_outside, 6000));
            await peer.SendAsync(new byte[1]);
            peer.SetTimeout(5);
            Assert.Equal(Errno.ECONNREFUSED, (await Assert.ThrowsAsync<PoolSocketException>(async () => await peer.ReceiveIntoAsync(new byte[1]))).Errno);
        });
    }

    [Fact]
    public async Task Echoes_pass_and_are_told_apart_by_their_identifiers()
    {
        await RunAsync(new NatOptions(), async (sim, home, desk, web) =>
        {
            SimulatedNode other = sim.Network.AddNode("other", home.Switches[0]);
            Task[] both = [.. ((SimulatedNode[])[desk, other]).Select(node => node.RunBlocking(n =>
            {
                using IcmpEcho echo = new(n.Pool, AddressFamily.InterNetwork);
                for (ushort i = 0; i < 5; i++)
                {
                    EchoResult result = echo.Ping(new IPSocketAddress(web.Address, 0), i, System.Text.Encoding.ASCII.GetBytes(n.Name), TimeSpan.FromSeconds(5));
                    Assert.Equal(EchoOutcome.Reply, result.Outcome);
                    Assert.Equal(web.Address, result.From.ToIPAddress());
                }

                Assert.Equal(EchoOutcome.Reply, echo.Ping(new IPSocketAddress(s_outside, 0), 9, default, TimeSpan.FromSeconds(5)).Outcome);
            }))];
            await Task.WhenAll(both);
            Assert.Equal(2, home.Nat!.Mappings.Count(m => m.Protocol == "ICMP"));
        });
    }

    [Fact]
    public async Task A_long_datagram_passes_in_fragments_in_both_directions()
    {
        await RunAsync(new NatOptions(), async (sim, home, desk, web) =>
        {
            using PoolSocket client = Udp(desk, 5000), server = Udp(web, 9);
            byte[] text = new byte[4000];
            sim.CreateRandom("text").NextBytes(text);
            await client.SendToAsync(text, new IPEndPoint(web.Address, 9));
            byte[] buffer = new byte[5000];
            ReceiveFromResult received = await server.ReceiveFromIntoAsync(buffer);
            Assert.Equal(text, buffer[..received.Count]);
            await server.SendToAsync(text, received.Remote);
            Assert.Equal(text, buffer[..await client.ReceiveIntoAsync(buffer)]);
        });
    }

    [Fact]
    public async Task The_table_is_bounded_and_counts_what_it_refuses()
    {
        await RunAsync(new NatOptions { MaxMappings = 10 }, async (sim, home, desk, web) =>
        {
            using PoolSocket server = Udp(web, 9);
            for (int i = 0; i < 15; i++)
            {
                using PoolSocket client = Udp(desk, 5000 + i);
                await client.SendToAsync(new byte[1], new IPEndPoint(web.Address, 9));
            }

            await sim.DelayAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(10, home.Nat!.Mappings.Count);
            Assert.Equal(5, home.Counters.NatMappingLimit);
            Assert.Equal(10, Count(server));
        });
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_over_a_nat()
    {
        await Simulation.CheckTwiceAsync(5, sim => BuildAsync(sim, new NatOptions(), async (_, _, desk, web) =>
        {
            sim.Network.At(web).Loss(0.05);
            await Probe.TransferAsync(desk, web, web.Address, 200_000);
        }));
    }

    private static Task RunAsync(NatOptions options, Func<Simulation, SimulatedRouter, SimulatedNode, SimulatedNode, Task> body) =>
        Simulation.RunAsync(1, sim => BuildAsync(sim, options, body));

    private static Task BuildAsync(Simulation sim, NatOptions options, Func<Simulation, SimulatedRouter, SimulatedNode, SimulatedNode, Task> body)
    {
        SimulatedSwitch inside = sim.Network.AddSwitch("inside", "192.168.1.0/24"), outside = sim.Network.AddSwitch("outside", "203.0.113.0/24");
        SimulatedRouter home = sim.Network.AddRouter("home", inside, outside);
        home.EnableNat(outside, options);
        return body(sim, home, sim.Network.AddNode("desk", inside), sim.Network.AddNode("web", outside));
    }

    private static PoolSocket Udp(SimulatedNode node, int port)
    {
        PoolSocket socket = node.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    /// <summary>Takes all datagrams that are there.</summary>
    private static int Count(PoolSocket socket)
    {
        int count = 0;
        while (socket.Poll(Readiness.Readable, TimeSpan.Zero) != Readiness.None)
        {
            socket.ReceiveInto(new byte[10]);
            count++;
        }

        return count;
    }

    private static async Task<(PoolSocket Client, PoolSocket Server)> ConnectAsync(SimulatedNode from, SimulatedNode to, IPAddress address)
    {
        using PoolSocket listener = to.Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen();
        PoolSocket client = from.Pool.CreateSocket();
        await client.ConnectAsync(new IPEndPoint(address, 80));
        return (client, await listener.AcceptAsync());
    }
}
