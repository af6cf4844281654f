using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Stack.Links;
using SocketPools.Stack.Names;

namespace SocketPools.Stack.Tests.Names;

/// <summary>Name servers that cannot be reached, with the kernel as the router that says so.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnreachableServerTests
{
    /// <summary>glibc sets IP_RECVERR on its sockets and ends the question; QEMU's user network is such a router where the host has no resolver.</summary>
    [Theory]
    [InlineData("route add unreachable 203.0.113.0/24", "203.0.113.53")] // ICMP: host unreachable, a soft error
    [InlineData("route add prohibit 203.0.113.0/24", "203.0.113.53")] // ICMP: administratively prohibited
    [InlineData("route add 203.0.113.0/24 dev lo", "203.0.114.53")] // no route: network unreachable
    [InlineData("-6 route add unreachable 2001:db8:2::/64", "2001:db8:2::53")]
    [InlineData("-6 route add prohibit 2001:db8:2::/64", "2001:db8:2::53")]
    [InlineData("route add 203.0.113.0/24 dev lo", "192.0.2.1")] // port unreachable, from the host itself
    public void A_server_that_a_router_reports_unreachable_ends_the_question_at_once(string route, string server) => NetworkNamespace.Run(() =>
    {
        // Only the router ends the question here. Linux joins the group of solicited neighbors on a work queue after the address was added: the first
        // solicitations of the stack, one a second, may find nobody, and the 2 s of the resolver would pass.
        using StackRadio radio = new(new StackOptions { Seed = 1, Dns = new DnsOptions { Timeout = TimeSpan.FromMinutes(1) } });
        radio.AddInterface(TapLink.Open("tap0"));
        NetworkNamespace.Ip("address add 192.0.2.1/24 dev tap0");
        NetworkNamespace.Ip("address add 2001:db8:1::1/64 dev tap0 nodad");
        NetworkNamespace.Ip(route);
        NetworkNamespace.Command("sysctl", "-qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        radio.Interfaces[1].AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        radio.Interfaces[1].AddAddress(IPAddress.Parse("2001:db8:1::2"), 64, skipDuplicateAddressDetection: true);
        radio.AddRoute(IPAddress.Any, 0, IPAddress.Parse("192.0.2.1"));
        radio.AddRoute(IPAddress.IPv6Any, 0, IPAddress.Parse("2001:db8:1::1"));
        radio.SetNameServers(new IPEndPoint(IPAddress.Parse(server), 53));
        AddressLookup answer = radio.Resolve(
            new AddressQuery("www.example.test", null, AddressFamily.Unspecified, SocketType.Stream), new Deadline(radio.TimeProvider, TimeSpan.FromSeconds(230)));
        Assert.Equal(AddressInfoError.Again, answer.Error);
        Assert.StartsWith($"name server {server} cannot be reached (E", answer.Detail, StringComparison.Ordinal);
        Assert.Equal(0, radio.DnsCounters.LookupsTimedOut);
        Assert.InRange(radio.DnsCounters.QueriesSent, 2, 2);
    });

    /// <summary>A server on the link that does not answer ARP is reported by the stack itself, after its three questions (RFC 4861, 7.2.2; Linux).</summary>
    [Fact]
    public async Task A_server_that_has_no_neighbor_and_one_without_a_route_are_passed_over()
    {
        using NameBench bench = new(servers: ["192.0.2.53"]);
        bench.Near.SetNameServers(
            new IPEndPoint(IPAddress.Parse("203.0.113.1"), 53), new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53));
        Task<AddressLookup> lookup = bench.LookUp("www.example");
        NameBench.Asked asked = bench.Take();
        bench.Answer(asked, new Reply(asked, code: 3).NotThere(1).Bytes());
        Assert.Equal("NoName", await NameBench.Text(lookup));
        bench.Near.SetNameServers(new IPEndPoint(IPAddress.Parse("203.0.113.1"), 53));
        AddressLookup answer = await bench.LookUp("www.example").WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        Assert.Equal((AddressInfoError.Again, "name server 203.0.113.1 cannot be reached (ENETUNREACH)"), (answer.Error, answer.Detail));
    }
}
