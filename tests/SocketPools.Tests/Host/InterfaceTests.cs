using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

/// <summary>
/// A host with two interfaces, and behind each a namespace with a host of the same address: only the interface a radio is
/// bound to can tell which one is reached.
/// </summary>
public sealed class InterfaceTests
{
    [Fact]
    public void A_radio_bound_to_one_interface_reaches_only_what_is_behind_it() => NetworkNamespace.Run(() =>
    {
        using FarHost left = new("left");
        using FarHost right = new("right");
        foreach ((string nic, string name, string peer) in new[] { ("left0", "left", FarHost.Address), ("right0", "right", FarHost.Address), ("left0", "left", FarHost.Address6), ("right0", "right", FarHost.Address6) })
        {
            HostNetwork radio = new(nic);
            using SocketPool pool = new(radio);
            Assert.Equal(name, Ask(pool, peer, FarHost.PortOf(peer), SocketType.Stream));
            Assert.Equal(name, Ask(pool, peer, FarHost.PortOf(peer), SocketType.Dgram));
        }
    });

    [Fact]
    public void What_is_behind_another_interface_cannot_be_reached_nor_reach_in() => NetworkNamespace.Run(() =>
    {
        using FarHost left = new("left");
        using FarHost right = new("right");
        NetworkNamespace.Ip("addr add 198.18.1.1/24 dev right0");
        right.Run(() => NetworkNamespace.Ip("addr add 198.18.1.2/24 dev right1"));
        using SocketPool pool = new(new HostNetwork("left0"));
        using PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(0.2);
        Errno errno = Assert.Throws<PoolSocketException>(() => socket.Connect("198.18.1.2", FarHost.PortOf(FarHost.Address))).Errno;
        Assert.True(errno is Errno.ETIMEDOUT or Errno.EHOSTUNREACH or Errno.ENETUNREACH, errno.ToString());

        using PoolSocket listener = pool.CreateSocket();
        listener.Bind("", 0);
        listener.Listen();
        int port = listener.LocalEndPoint.Port;
        Assert.Equal("refused", right.Run(() => TryConnect("198.18.1.1", port)));
        Assert.Equal("connected", left.Run(() => TryConnect("198.18.0.1", port)));
    });

    [Fact]
    public void A_radio_knows_its_interface() => NetworkNamespace.Run(() =>
    {
        using FarHost left = new("left");
        HostNetwork radio = new("left0");
        Assert.Equal("host/left0", radio.Name);
        Assert.Equal("left0", radio.Interface);
        Assert.Contains(IPAddress.Parse("198.18.0.1"), radio.Addresses);
        Assert.DoesNotContain(IPAddress.Loopback, radio.Addresses);
        Assert.True(radio.IsUp);
        Assert.Equal(1400, radio.Mtu);
        Assert.Equal("020000000001", radio.PhysicalAddress.ToString());
        NetworkNamespace.Ip("link set left0 down");
        Assert.False(radio.IsUp);
    });

    [Fact]
    public void An_interface_that_is_not_there_is_refused_with_the_list_of_those_that_are()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new HostNetwork("no-such-nic"));
        Assert.Contains("no-such-nic", error.Message, StringComparison.Ordinal);
        Assert.Contains("lo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_went_away_is_an_error_that_says_so() => NetworkNamespace.Run(() =>
    {
        using FarHost left = new("left");
        using SocketPool pool = new(new HostNetwork("left0"));
        NetworkNamespace.Ip("link del left0");
        PoolSocketException error = Assert.Throws<PoolSocketException>(() => pool.CreateSocket());
        Assert.Equal(Errno.ENODEV, error.Errno);
        Assert.Contains("left0 is gone", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, pool.OpenCount);
    });

    [Fact]
    public void The_default_radio_knows_the_host()
    {
        HostNetwork radio = HostNetwork.Default;
        Assert.Same(radio, HostNetwork.Default);
        Assert.Null(radio.Interface);
        Assert.Contains(IPAddress.Loopback, radio.Addresses);
        Assert.InRange(radio.Mtu, 576, 65536);
    }

    private static string Ask(SocketPool pool, string host, int port, SocketType type)
    {
        using PoolSocket socket = pool.CreateSocket(
            host.Contains(':', StringComparison.Ordinal) ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, type);
        socket.SetTimeout(5);
        socket.Connect(host, port);
        socket.Send("who?"u8);
        byte[] buffer = new byte[16];
        int count = socket.ReceiveInto(buffer);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, count);
    }

    private static string TryConnect(string host, int port)
    {
        using SocketPool pool = new(new HostNetwork());
        using PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(5);
        try
        {
            socket.Connect(host, port);
            return "connected";
        }
        catch (PoolSocketException e) when (e.Errno == Errno.ECONNREFUSED)
        {
            return "refused";
        }
    }
}
