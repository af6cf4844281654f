using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>
/// IPv6 sockets that speak IPv4, too: ipv6(7), IPV6_V6ONLY; RFC 3493, sections 3.7 and 5.3. The same bodies run on the kernel's loopback
/// and on a stack's.
/// </summary>
public sealed class DualStackTests
{
    private static readonly IPAddress s_mapped = IPAddress.Loopback.MapToIPv6();

    public static TheoryData<bool, SocketType> Kinds => new()
    {
        { false, SocketType.Stream },
        { false, SocketType.Dgram },
        { true, SocketType.Stream },
        { true, SocketType.Dgram },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_listener_on_any_takes_both_versions_and_sees_IPv4_peers_as_mapped(bool isHost) => Run(isHost, pool =>
    {
        using PoolSocket listener = pool.CreateSocket(AddressFamily.InterNetworkV6);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen(4);
        int port = listener.LocalEndPoint.Port;
        foreach ((AddressFamily family, IPAddress to, IPAddress seen) in ((AddressFamily, IPAddress, IPAddress)[])
            [
                (AddressFamily.InterNetwork, IPAddress.Loopback, s_mapped),
                (AddressFamily.InterNetworkV6, s_mapped, s_mapped),
                (AddressFamily.InterNetworkV6, IPAddress.IPv6Loopback, IPAddress.IPv6Loopback),
            ])
        {
            using PoolSocket client = pool.CreateSocket(family);
            client.SetTimeout(20);
            client.Connect(new IPEndPoint(to, port));
            using PoolSocket server = listener.Accept();
            server.SetTimeout(20);
            Assert.Equal(seen, server.RemoteEndPoint.Address);
            Assert.Equal(seen, server.LocalEndPoint.Address);
            Assert.Equal(new IPEndPoint(to, port), client.RemoteEndPoint);
            Assert.Equal(to, client.LocalEndPoint.Address);
            Assert.Equal(AddressFamily.InterNetworkV6, server.Family);
            client.SendAll("ping"u8);
            Assert.Equal(4, server.ReceiveInto(new byte[10]));
            server.SendAll("pong"u8);
            Assert.Equal(4, client.ReceiveInto(new byte[10]));
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_datagram_socket_on_any_hears_both_and_answers_both(bool isHost) => Run(isHost, pool =>
    {
        using PoolSocket server = pool.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram);
        server.SetTimeout(20);
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        foreach ((AddressFamily family, IPAddress to) in ((AddressFamily, IPAddress)[])
            [(AddressFamily.InterNetwork, IPAddress.Loopback), (AddressFamily.InterNetworkV6, s_mapped), (AddressFamily.InterNetworkV6, IPAddress.IPv6Loopback)])
        {
            using PoolSocket client = pool.CreateSocket(family, SocketType.Dgram);
            client.SetTimeout(20);
            client.SendTo("ping"u8, new IPEndPoint(to, server.LocalEndPoint.Port));
            byte[] buffer = new byte[10];
            Assert.Equal(4, server.ReceiveFromInto(buffer, out IPSocketAddress from));
            Assert.Equal(to.AddressFamily == AddressFamily.InterNetwork ? s_mapped : to, from.ToIPAddress());
            server.SendTo("pong!"u8, from);
            Assert.Equal(5, client.ReceiveFromInto(buffer, out from));
            Assert.Equal(to, from.ToIPAddress());
            client.Connect(new IPEndPoint(to, server.LocalEndPoint.Port));
            Assert.Equal((to, to), (client.LocalEndPoint.Address, client.RemoteEndPoint.Address));
        }
    });

    /// <summary>Linux, line by line: bind, connect and sendto with IPV6_V6ONLY, across versions, and beside other sockets of the port.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_refused_is_refused_as_by_Linux(bool isHost, SocketType type) => Run(isHost, pool =>
    {
        IPEndPoint mapped = new(s_mapped, 9);
        Assert.Equal(Errno.EINVAL, Try(Only(), s => s.Bind(new IPEndPoint(s_mapped, 0))));
        Assert.Equal(Errno.ENETUNREACH, Try(Only(), s => s.Connect(mapped)));
        Assert.Equal(Errno.ENETUNREACH, Try(Bound(IPAddress.IPv6Loopback), s => s.Connect(mapped)));
        Assert.Equal(Errno.EAFNOSUPPORT, Try(Bound(s_mapped), s => s.Connect(new IPEndPoint(IPAddress.IPv6Loopback, 9))));
        Assert.Equal(Errno.EADDRNOTAVAIL, Try(New(), s => s.Bind(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.99"), 0))));
        Assert.Equal(Errno.EINVAL, Try(Bound(IPAddress.IPv6Any), s => SetOnly(s, true)));
        using (PoolSocket bound = Bound(s_mapped))
        {
            Assert.Equal(s_mapped, bound.LocalEndPoint.Address);
        }

        using (PoolSocket bound = Bound(IPAddress.Any.MapToIPv6()))
        {
            Assert.Equal(IPAddress.Any.MapToIPv6(), bound.LocalEndPoint.Address);
        }

        using (PoolSocket any = Bound(IPAddress.IPv6Any))
        {
            int port = any.LocalEndPoint.Port;
            Assert.Equal(Errno.EADDRINUSE, Try(Four(), s => s.Bind(new IPEndPoint(IPAddress.Any, port))));
            Assert.Equal(Errno.EADDRINUSE, Try(Four(), s => s.Bind(new IPEndPoint(IPAddress.Loopback, port))));
            Assert.Equal(Errno.EADDRINUSE, Try(New(), s => s.Bind(new IPEndPoint(s_mapped, port))));
        }

        using (PoolSocket only = Only())
        {
            only.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            Assert.Equal(Errno.None, Try(Four(), s => s.Bind(new IPEndPoint(IPAddress.Any, only.LocalEndPoint.Port))));
        }

        using (PoolSocket four = Four())
        {
            four.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            int port = four.LocalEndPoint.Port;
            Assert.Equal(Errno.EADDRINUSE, Try(New(), s => s.Bind(new IPEndPoint(IPAddress.IPv6Any, port))));
            Assert.Equal(Errno.None, Try(New(), s => s.Bind(new IPEndPoint(IPAddress.IPv6Loopback, port))));
            Assert.Equal(Errno.None, Try(Only(), s => s.Bind(new IPEndPoint(IPAddress.IPv6Any, port))));
        }

        if (type == SocketType.Dgram)
        {
            Assert.Equal(Errno.ENETUNREACH, Try(Only(), s => s.SendTo("x"u8, mapped)));
            Assert.Equal(Errno.ENETUNREACH, Try(Bound(IPAddress.IPv6Loopback), s => s.SendTo("x"u8, mapped)));
            Assert.Equal(Errno.EAFNOSUPPORT, Try(Bound(s_mapped), s => s.SendTo("x"u8, new IPEndPoint(IPAddress.IPv6Loopback, 9))));
        }

        PoolSocket New() => pool.CreateSocket(AddressFamily.InterNetworkV6, type);

        PoolSocket Four() => pool.CreateSocket(AddressFamily.InterNetwork, type);

        PoolSocket Only()
        {
            PoolSocket socket = New();
            SetOnly(socket, true);
            Assert.Equal(1, GetOnly(socket));
            return socket;
        }

        PoolSocket Bound(IPAddress address)
        {
            PoolSocket socket = New();
            Assert.Equal(0, GetOnly(socket));
            socket.Bind(new IPEndPoint(address, 0));
            return socket;
        }
    });

    [Fact]
    public void IPv4_of_its_own_goes_before_a_dual_socket_that_shares_the_port() => Run(isHost: false, pool =>
    {
        using PoolSocket six = Bound(AddressFamily.InterNetworkV6, IPAddress.IPv6Any, 0);
        using PoolSocket four = Bound(AddressFamily.InterNetwork, IPAddress.Any, six.LocalEndPoint.Port);
        using PoolSocket client = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        client.SendTo("x"u8, new IPEndPoint(IPAddress.Loopback, six.LocalEndPoint.Port));
        Assert.Equal(1, four.ReceiveInto(new byte[10]));

        PoolSocket Bound(AddressFamily family, IPAddress address, int port)
        {
            PoolSocket socket = pool.CreateSocket(family, SocketType.Dgram);
            socket.SetTimeout(20);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Options_of_IPv4_on_an_IPv6_socket_are_for_its_mapped_packets_and_flags_read_back(bool isHost) => Run(isHost, pool =>
    {
        using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, 7);
        socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.HopLimit, 8);
        Assert.Equal(7, Read(socket, SocketOptionLevel.IP, SocketOptionName.IpTimeToLive));
        Assert.Equal(8, Read(socket, SocketOptionLevel.IPv6, SocketOptionName.HopLimit));
        foreach (SocketType type in (SocketType[])[SocketType.Stream, SocketType.Dgram])
        {
            using PoolSocket any = pool.CreateSocket(AddressFamily.InterNetwork, type);
            foreach (SocketOptionName name in (SocketOptionName[])[SocketOptionName.Broadcast, SocketOptionName.KeepAlive, SocketOptionName.ReuseAddress])
            {
                Assert.Equal(0, Read(any, SocketOptionLevel.Socket, name));
                any.SetSocketOption(SocketOptionLevel.Socket, name, true);
                Assert.Equal(1, Read(any, SocketOptionLevel.Socket, name));
            }
        }
    });

    /// <summary>Linux: 832 bytes of 212,992 for a datagram of up to 128 bytes, 1280 for one of 512, 2304 for one of 1472.</summary>
    [Theory]
    [InlineData(1, 256)]
    [InlineData(128, 256)]
    [InlineData(512, 166)]
    [InlineData(1472, 92)]
    public void A_default_buffer_holds_as_many_small_datagrams_as_the_kernels(int size, int expected) => Run(isHost: false, pool =>
    {
        using PoolSocket receiver = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        using PoolSocket sender = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        receiver.SetTimeout(0);
        for (int i = 0; i < 600; i++)
        {
            sender.SendTo(new byte[size], receiver.LocalEndPoint);
        }

        int count = 0;
        while (Try(receiver, s => s.ReceiveInto(new byte[2000]), dispose: false) == Errno.None)
        {
            count++;
        }

        Assert.Equal(expected, count);
    });

    /// <summary>RFC 4942, section 2.2; Linux drops such packets on the way in.</summary>
    [Fact]
    public void A_mapped_source_on_the_wire_is_dropped()
    {
        LinkPair cable = LinkPair.Create();
        using StackRadio radio = new();
        radio.AddInterface(cable.A).AddAddress(IPAddress.Parse("2001:db8::1"), 64, skipDuplicateAddressDetection: true);
        using SocketPool pool = new(radio);
        using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 7));
        byte[] packet = Links.Packets.Complete(Links.Packets.IPv6("::ffff:127.0.0.1", "2001:db8::1", 17, Links.Packets.Udp(9, 7, [1])));
        cable.B.TrySend(SocketPools.Stack.Buffers.Frame.Copy(Links.Packets.Ethernet(cable.A.HardwareAddress.GetAddressBytes(), [2, 0, 0, 0, 0, 11], 0x86DD, packet)));
        Assert.Equal(1, radio.Counters.Dropped(SocketPools.Stack.Core.DropReason.MartianSource));
    }

    private static void Run(bool isHost, Action<SocketPool> body)
    {
        if (isHost)
        {
            // A network of its own, in which no other process has the ports.
            NetworkNamespace.Run(() =>
            {
                using SocketPool pool = new(new HostNetwork());
                body(pool);
            });
        }
        else
        {
            using StackRadio radio = new();
            using SocketPool pool = new(radio);
            body(pool);
        }
    }

    private static Errno Try(PoolSocket socket, Action<PoolSocket> action, bool dispose = true)
    {
        try
        {
            action(socket);
            return Errno.None;
        }
        catch (PoolSocketException e)
        {
            return e.Errno;
        }
        finally
        {
            if (dispose)
            {
                socket.Dispose();
            }
        }
    }

    private static void SetOnly(PoolSocket socket, bool value) => socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, value);

    private static int GetOnly(PoolSocket socket) => Read(socket, SocketOptionLevel.IPv6, SocketOptionName.IPv6Only);

    private static int Read(PoolSocket socket, SocketOptionLevel level, SocketOptionName name) => socket.GetSocketOption(level, name);
}
