using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Links;
using SocketPools.Stack.Tests.Names;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Interfaces;

/// <summary>A link's carrier is lost and comes back: Linux's neigh_carrier_down, RFC 2131, section 3.2, RFC 4861, section 6.3.7.</summary>
public sealed class CarrierTests
{
    [Fact]
    public void A_lost_carrier_is_shown_and_what_is_sent_meanwhile_is_dropped_and_counted()
    {
        LinkPair cable = LinkPair.Create();
        using StackRadio radio = new();
        using FaultyLink around = new(cable.A, new FaultyLinkOptions { Seed = 1 });
        StackInterface one = radio.AddInterface(new CapturingLink(around, Stream.Null));
        one.AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        Assert.True(one.HasCarrier);
        cable.SetCarrier(false);
        Assert.False(one.HasCarrier);
        InterfaceInfo row = radio.GetSnapshot().Interfaces[1];
        Assert.False(row.Carrier);
        Assert.Contains("pair/a (no carrier)", radio.GetSnapshot().ToString(), StringComparison.Ordinal);
        Assert.False(StackSnapshot.FromJson(radio.GetSnapshot().ToJson()).Interfaces[1].Carrier);
        using (SocketPool pool = new(radio))
        using (PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram))
        {
            socket.SendTo("x"u8, new IPEndPoint(IPAddress.Parse("224.0.0.251"), 5353)); // as on Linux: sent, and gone
        }

        Assert.Equal(1, radio.Counters.Dropped(DropReason.NoCarrier));
        Assert.Equal(1, one.Counters.Dropped(DropReason.NoCarrier));
        cable.SetCarrier(true);
        Assert.True(one.HasCarrier);
        cable.B.Dispose();
        Assert.False(one.HasCarrier);
    }

    [Fact]
    public void A_connection_outlives_a_pulled_cable_and_its_bytes_arrive_later()
    {
        VirtualClock clock = new();
        LinkPair cable = LinkPair.Create();
        using StackRadio near = Station(cable.A, clock, "192.0.2.1");
        using StackRadio far = Station(cable.B, clock, "192.0.2.2");
        using SocketPool nearPool = new(near), farPool = new(far);
        using PoolSocket listener = farPool.CreateSocket(AddressFamily.InterNetwork);
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen(1);
        using PoolSocket client = nearPool.CreateSocket(AddressFamily.InterNetwork);
        client.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80));
        using PoolSocket server = listener.Accept();
        server.SetTimeout(0);
        cable.SetCarrier(false);
        Assert.Empty(near.GetSnapshot().Neighbors); // nobody is known on a link that is not there
        Assert.Equal(5, client.Send("hello"u8));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(Errno.EAGAIN, Assert.Throws<PoolSocketException>(() => server.ReceiveInto(new byte[10])).Errno);
        cable.SetCarrier(true);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(5, server.ReceiveInto(new byte[10]));
    }

    [Fact]
    public async Task Who_connects_meanwhile_hears_EHOSTUNREACH_when_no_neighbor_answers()
    {
        VirtualClock clock = new();
        LinkPair cable = LinkPair.Create();
        using StackRadio near = Station(cable.A, clock, "192.0.2.1");
        using SocketPool pool = new(near);
        cable.SetCarrier(false);
        using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork);
        Task connect = socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80), TestContext.Current.CancellationToken).AsTask();
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(Errno.EHOSTUNREACH, (await Assert.ThrowsAsync<PoolSocketException>(() => connect)).Errno);
    }

    [Fact]
    public void DHCP_asks_whether_its_lease_holds_when_the_carrier_is_back_and_keeps_its_address_meanwhile()
    {
        using DhcpBench bench = new();
        bench.Lend();
        Assert.Equal("192.0.2.100/24", bench.Addresses);
        bench.SetCarrier(false);
        bench.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.False(bench.TryTake(out _));
        bench.SetCarrier(true);
        DhcpBench.Said asked = bench.Take(DhcpMessageType.Request);
        Assert.Equal(("192.0.2.100", "0.0.0.0", "0.0.0.0"), (asked.Text(DhcpOption.RequestedAddress), $"{asked.View.ClientAddress}", asked.From));
        Assert.False(asked.View.TryGetAddress(DhcpOption.ServerIdentifier, out _)); // INIT-REBOOT: no server is named
        Assert.Equal((DhcpState.Rebooting, "192.0.2.100/24"), (bench.Client.State, bench.Addresses));
        bench.Answer(asked, DhcpMessageType.Acknowledge);
        Assert.Equal((DhcpState.Bound, "192.0.2.100/24"), (bench.Client.State, bench.Addresses));
    }

    [Fact]
    public void On_another_network_the_server_refuses_and_DHCP_begins_anew_at_once()
    {
        using DhcpBench bench = new();
        bench.Lend();
        bench.SetCarrier(false);
        bench.SetCarrier(true);
        bench.Answer(bench.Take(DhcpMessageType.Request), DhcpMessageType.Refuse, seconds: null);
        Assert.Equal("", bench.Addresses);
        bench.Lend(address: "192.0.2.101");
        Assert.Equal("192.0.2.101/24", bench.Addresses);
    }

    [Fact]
    public void A_lease_without_an_answer_is_used_as_long_as_it_lasts()
    {
        using DhcpBench bench = new();
        bench.Lend(seconds: 600);
        bench.SetCarrier(false);
        bench.SetCarrier(true);
        bench.Clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Equal((DhcpState.Renewing, "192.0.2.100/24"), (bench.Client.State, bench.Addresses));
        bench.Clock.Advance(TimeSpan.FromSeconds(400));
        Assert.Equal("", bench.Addresses);
    }

    [Fact]
    public void A_client_without_a_lease_asks_at_once_and_not_after_its_backoff()
    {
        using DhcpBench bench = new();
        bench.SetCarrier(false);
        bench.Clock.Advance(TimeSpan.FromSeconds(200));
        while (bench.TryTake(out _))
        {
        }

        bench.SetCarrier(true);
        bench.Take(DhcpMessageType.Discover);
    }

    [Fact]
    public void Routers_are_asked_for_again()
    {
        VirtualClock clock = new();
        LinkPair cable = LinkPair.Create();
        using StackRadio radio = new(new StackOptions { TimeProvider = clock, Seed = 1 });
        radio.AddInterface(cable.A).EnableIPv6(new IPv6Options { SkipDuplicateAddressDetection = true });
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(3, Solicitations(cable.B));
        cable.SetCarrier(false);
        cable.SetCarrier(true);
        Assert.Equal(1, Solicitations(cable.B));
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(2, Solicitations(cable.B));
    }

    [Fact]
    public void An_MTU_from_DHCP_is_the_interfaces_in_netstat_and_configured_addresses_are_not_announced_ones()
    {
        using DhcpBench bench = new();
        bench.Lend(more: writer => writer(DhcpOption.InterfaceMtu, [1400 >> 8, 1400 & 255]));
        for (int i = 1; i <= 20; i++)
        {
            bench.Interface.AddAddress(IPAddress.Parse($"198.51.100.{i}"), 24);
        }

        StackSnapshot snapshot = bench.Radio.GetSnapshot();
        Assert.Equal((1400, 1400), (bench.Interface.Mtu, snapshot.Interfaces[1].Mtu));
        Assert.Equal(0, snapshot.Limits.Single(limit => limit.Name == "announced").Used);
    }

    /// <summary>ip-link(8) sets the kernel's end down and up again, and the stack's interface shows it.</summary>
    [Fact]
    [SupportedOSPlatform("linux")]
    public void A_TAP_device_that_is_set_down_has_no_carrier() => NetworkNamespace.Run(() =>
    {
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "/dev/net/tun is missing");
        using StackRadio radio = new();
        TapLink link = TapLink.Open("tap0");
        StackInterface one = radio.AddInterface(link);
        Assert.True(one.HasCarrier);
        NetworkNamespace.Ip($"link set {link.Name} down");
        Assert.True(SpinWait.SpinUntil(() => !one.HasCarrier, TimeSpan.FromSeconds(120)));
        NetworkNamespace.Ip($"link set {link.Name} up");
        Assert.True(SpinWait.SpinUntil(() => one.HasCarrier, TimeSpan.FromSeconds(120)));
        NetworkNamespace.Ip($"link delete {link.Name}");
        Assert.True(SpinWait.SpinUntil(() => !one.HasCarrier, TimeSpan.FromSeconds(120)));
    });

    private static StackRadio Station(ILink link, VirtualClock clock, string address)
    {
        StackRadio radio = new(new StackOptions { TimeProvider = clock, Seed = 1 });
        radio.AddInterface(link).AddAddress(IPAddress.Parse(address), 24);
        return radio;
    }

    private static int Solicitations(LinkPairEnd end)
    {
        int count = 0;
        while (end.TryReceive(out SocketPools.Stack.Buffers.Frame? frame))
        {
            byte[] bytes = Frames.BytesOf(frame);
            count += bytes.Length > 54 && bytes[12] == 0x86 && bytes[20] == 58 && bytes[54] == 133 ? 1 : 0;
        }

        return count;
    }
}
