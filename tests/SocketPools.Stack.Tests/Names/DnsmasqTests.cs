using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Stack.Configuration;

namespace SocketPools.Stack.Tests.Names;

/// <summary>Names and addresses from Debian's dnsmasq.</summary>
[SupportedOSPlatform("linux")]
public sealed class DnsmasqTests
{
    private static readonly IPEndPoint s_server = new(IPAddress.Parse("192.0.2.1"), 53);

    [Fact]
    public void Names_are_what_dnsmasq_says() => Dnsmasq.Run((_, radio) =>
    {
        AddStatic(radio);
        radio.SetNameServers(s_server);
        Assert.Equal("192.0.2.80", Dnsmasq.LookUp(radio, "www.example.test"));
        Assert.Equal("2001:db8:1::80", Dnsmasq.LookUp(radio, "WWW.example.test", AddressFamily.InterNetworkV6));
        Assert.Equal("2001:db8:1::80 192.0.2.80", Dnsmasq.LookUp(radio, "www.example.test", AddressFamily.Unspecified));
        Assert.Equal("192.0.2.80", Dnsmasq.LookUp(radio, "second.example.test"));
        Assert.Equal("NoName", Dnsmasq.LookUp(radio, "nobody.example.test"));
        Assert.Equal("NoData", Dnsmasq.LookUp(radio, "four.example.test", AddressFamily.InterNetworkV6));
        Assert.Equal("Fail", Dnsmasq.LookUp(radio, "www.elsewhere.test")); // it refuses: it has nobody to ask
        long questions = radio.DnsCounters.QueriesSent;
        Assert.Equal("192.0.2.80", Dnsmasq.LookUp(radio, "www.example.test"));
        Assert.Equal(questions, radio.DnsCounters.QueriesSent);
        AddressLookup named = radio.Resolve(
            new AddressQuery("second.example.test", null, AddressFamily.InterNetwork, SocketType.Stream, Flags: AddressInfoFlags.CanonicalName),
            new Deadline(radio.TimeProvider, TimeSpan.FromSeconds(20)));
        Assert.Equal("www.example.test", named.Rows[0].CanonicalName);
        Assert.Equal(0, radio.DnsCounters.LookupsTimedOut);
    });

    [Fact]
    public void An_answer_too_long_for_UDP_comes_over_TCP() => Dnsmasq.Run((_, radio) =>
    {
        AddStatic(radio);
        radio.SetNameServers(s_server);
        Assert.Equal(120, Dnsmasq.LookUp(radio, "big.example.test").Split(' ').Distinct().Count());
        Assert.Equal(1, radio.DnsCounters.TcpQueriesSent);
    });

    [Fact]
    public void A_dead_server_and_a_closed_port_are_passed_over() => Dnsmasq.Run((_, radio) =>
    {
        AddStatic(radio);
        radio.SetNameServers(new IPEndPoint(IPAddress.Parse("192.0.2.99"), 53), new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5353), s_server);
        Assert.Equal("192.0.2.80", Dnsmasq.LookUp(radio, "www.example.test"));
        Assert.Equal(1, radio.DnsCounters.LookupsTimedOut); // the closed port says so itself
        Assert.Equal("192.0.2.25", Dnsmasq.LookUp(radio, "four.example.test"));
        Assert.Equal(1, radio.DnsCounters.LookupsTimedOut);
    });

    [Fact]
    public void A_lease_is_given_used_renewed_and_given_back() => Dnsmasq.Run(
        (server, radio) =>
        {
            using DhcpClient client = radio.Interfaces[1].StartDhcp(new DhcpOptions { HostName = "desk" });
            DhcpLease lease = client.WaitAsync().WaitAsync(TimeSpan.FromSeconds(120)).GetAwaiter().GetResult();
            server.Await("DHCPACK");
            Assert.StartsWith("192.0.2.1", $"{lease.Address}", StringComparison.Ordinal);
            Assert.Equal((24, "192.0.2.1", "example.test", 1400, 120), (lease.PrefixLength, $"{lease.Server}", lease.DomainName, lease.Mtu, lease.Duration.TotalSeconds));
            Assert.Equal("192.0.2.1:53", Assert.Single(radio.NameServers).ToString());
            Assert.Equal($"{lease.Address}", Dnsmasq.LookUp(radio, "desk.example.test"));

            client.Renew();
            server.Await("DHCPREQUEST");
            server.Await("DHCPACK");
            Assert.Equal("192.0.2.25", Dnsmasq.LookUp(radio, "four.example.test")); // comes behind the answer
            Assert.Equal((DhcpState.Bound, lease.Address), (client.State, client.Lease!.Address));
            Assert.NotSame(lease, client.Lease);
            client.Dispose();
            server.Await("DHCPRELEASE");
            Assert.Empty(radio.Interfaces[1].Addresses);
        },
        "--dhcp-range=192.0.2.100,192.0.2.150,255.255.255.0,2m",
        "--dhcp-option=option:mtu,1400",
        "--dhcp-authoritative",
        "--domain=example.test");

    [Fact]
    public void A_router_gives_an_address_a_route_and_a_name_server() => Dnsmasq.Run(
        (_, radio) =>
        {
            StackInterface one = radio.Interfaces[1];
            one.EnableIPv6();
            Assert.True(SpinWait.SpinUntil(() => one.Addresses.Any(a => $"{a.Address}".StartsWith("2001:db8:1:", StringComparison.Ordinal)), TimeSpan.FromSeconds(120)));
            Assert.Contains(radio.Network.Routes.Routes, r => r.Network.Length == 0 && r.Gateway.IsLinkLocal);
            Assert.NotEmpty(radio.NameServers);
            Assert.Equal("2001:db8:1::80", Dnsmasq.LookUp(radio, "www.example.test", AddressFamily.InterNetworkV6));
        },
        "--enable-ra",
        "--dhcp-range=2001:db8:1::,ra-only");

    private static void AddStatic(StackRadio radio)
    {
        radio.Interfaces[1].AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        radio.Interfaces[1].AddAddress(IPAddress.Parse("2001:db8:1::2"), 64, skipDuplicateAddressDetection: true);
    }
}
