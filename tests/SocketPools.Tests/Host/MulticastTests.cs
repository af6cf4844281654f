using System.Net;
using System.Net.Sockets;

namespace SocketPools.Tests.Host;

public sealed class MulticastTests
{
    [Fact]
    public void An_interface_is_named_by_an_IPv4_address_and_by_no_other()
    {
        using TestPool pool = new();
        using PoolSocket socket = pool.Pool.CreateSocket(type: SocketType.Dgram);
        IPAddress group = IPAddress.Parse("239.1.2.3");
        ArgumentException error = Assert.Throws<ArgumentException>(() => socket.JoinMulticastGroup(group, IPAddress.IPv6Loopback));
        Assert.Equal("interfaceAddress", error.ParamName);
        socket.JoinMulticastGroup(group, IPAddress.Loopback);
        Assert.Throws<ArgumentException>(() => socket.LeaveMulticastGroup(group, IPAddress.IPv6Loopback));
        socket.LeaveMulticastGroup(group, IPAddress.Loopback);
        Assert.Throws<ArgumentException>(() => socket.JoinMulticastGroup(IPAddress.Parse("ff02::1")));
    }
}
