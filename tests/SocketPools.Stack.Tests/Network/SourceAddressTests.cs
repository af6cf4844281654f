using System.Net;
using SocketPools.Radios;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Network;

/// <summary>Which IPv4 address packets come from, as on Linux: one in the network of the next hop (fib_prefsrc, inet_select_addr).</summary>
[Collection(Alone.Name)]
public sealed class SourceAddressTests
{
    [Theory]
    [InlineData("192.168.1.77", "192.168.1.10")] // a neighbour
    [InlineData("10.9.9.9", "10.9.9.1")] // a neighbour in the second network
    [InlineData("10.9.9.129", "10.9.9.130")] // in the longer of two networks
    [InlineData("8.8.8.8", "192.168.1.10")] // behind the default router, though 10/8 shares more bits
    [InlineData("10.1.2.3", "192.168.1.10")]
    [InlineData("172.16.0.1", "10.9.9.1")] // behind another router
    [InlineData("192.168.1.255", "192.168.1.10")]
    [InlineData("255.255.255.255", "192.168.1.10")]
    [InlineData("224.0.0.251", "192.168.1.10")]
    [InlineData("192.168.1.20", "192.168.1.20")] // this host itself
    public void The_source_is_in_the_network_of_the_next_hop(string destination, string expected)
    {
        LinkPair pair = LinkPair.Create();
        using StackRadio radio = new(new StackOptions { Seed = 1 });
        StackInterface one = radio.AddInterface(pair.A);
        one.AddAddress(IPAddress.Parse("192.168.1.10"), 24);
        one.AddAddress(IPAddress.Parse("192.168.1.20"), 24); // the second of its network is never the source
        one.AddAddress(IPAddress.Parse("10.9.9.1"), 24);
        one.AddAddress(IPAddress.Parse("10.9.9.130"), 25);
        radio.AddRoute(IPAddress.Any, 0, IPAddress.Parse("192.168.1.1"));
        radio.AddRoute(IPAddress.Parse("172.16.0.0"), 12, IPAddress.Parse("10.9.9.254"));
        using (radio.Network.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, radio.Network.FindPath(IPAddressValue.Parse(destination), default, out IP.NetworkPath? path));
            Assert.Equal(IPAddressValue.Parse(expected), path!.Local);
        }
    }
}
