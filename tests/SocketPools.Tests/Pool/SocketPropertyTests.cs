using System.Net;
using System.Net.Sockets;
using SocketPools.Host.Portable;
using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

/// <summary>The properties and overloads that programs for System.Net.Sockets look for, with System.Net.Sockets as the oracle.</summary>
public sealed class SocketPropertyTests
{
    public static TheoryData<bool> Backends => [false, true];

    [Theory, MemberData(nameof(Backends))]
    public void Properties_have_the_defaults_of_the_systems_sockets_and_keep_what_was_set(bool isPortable)
    {
        using TestPool test = Make(isPortable);
        using PoolSocket ours = test.Pool.CreateSocket();
        using Socket theirs = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Equal(theirs.NoDelay, ours.NoDelay);
        Assert.Equal(theirs.LingerState!.Enabled, ours.LingerState.Enabled);
        Assert.Equal(theirs.ReceiveBufferSize, ours.ReceiveBufferSize);
        Assert.Equal(theirs.SendBufferSize, ours.SendBufferSize);
        Assert.Equal(theirs.ExclusiveAddressUse, ours.ExclusiveAddressUse);
        Assert.Equal((int)theirs.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!, ours.KeepAliveTime.TotalSeconds);
        Assert.Equal((int)theirs.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!, ours.KeepAliveInterval.TotalSeconds);
        Assert.Equal((int)theirs.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!, ours.KeepAliveRetryCount);
        ours.NoDelay = true;
        ours.LingerState = new LingerOption(true, 7);
        ours.KeepAlive = true;
        ours.KeepAliveTime = TimeSpan.FromSeconds(60.5);
        ours.KeepAliveInterval = TimeSpan.FromSeconds(9);
        ours.KeepAliveRetryCount = 4;
        theirs.ReceiveBufferSize = ours.ReceiveBufferSize = 30_000;
        theirs.SendBufferSize = ours.SendBufferSize = 40_000;
        Assert.True(ours.NoDelay);
        Assert.Equal((true, 7), (ours.LingerState.Enabled, ours.LingerState.LingerTime));
        Assert.True(ours.KeepAlive);
        Assert.Equal(TimeSpan.FromSeconds(61), ours.KeepAliveTime);
        Assert.Equal(TimeSpan.FromSeconds(9), ours.KeepAliveInterval);
        Assert.Equal(4, ours.KeepAliveRetryCount);
        Assert.Equal(theirs.ReceiveBufferSize, ours.ReceiveBufferSize);
        Assert.Equal(theirs.SendBufferSize, ours.SendBufferSize);
        Assert.Equal(Errno.EINVAL, Assert.Throws<PoolSocketException>(() => ours.KeepAliveTime = TimeSpan.Zero).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<PoolSocketException>(() => ours.KeepAliveInterval = TimeSpan.FromSeconds(-1)).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<PoolSocketException>(() => ours.KeepAliveRetryCount = 128).Errno);
    }

    [Theory, MemberData(nameof(Backends))]
    public void An_IPv6_socket_says_whether_it_takes_IPv4_and_can_be_told(bool isPortable)
    {
        using TestPool test = Make(isPortable);
        using PoolSocket dual = test.Pool.CreateSocket(AddressFamily.InterNetworkV6);
        dual.DualMode = true;
        Assert.True(dual.DualMode);
        dual.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        dual.Listen();
        using PoolSocket client = test.Pool.CreateSocket();
        client.Connect(new IPEndPoint(IPAddress.Loopback, dual.LocalEndPoint.Port));
        using PoolSocket only = test.Pool.CreateSocket(AddressFamily.InterNetworkV6);
        only.DualMode = false;
        Assert.False(only.DualMode);
        Assert.False(client.DualMode);
        Assert.Throws<PoolSocketException>(() => client.DualMode = true);
    }

    [Fact]
    public void Exclusive_use_of_a_port_is_what_dotnet_makes_of_it_on_this_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SO_REUSEPORT is asked for by Linux's number");
        using TestPool test = new();
        foreach (bool isExclusive in (bool[])[false, true])
        {
            using PoolSocket ours = test.Pool.CreateSocket();
            using Socket theirs = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            theirs.ExclusiveAddressUse = ours.ExclusiveAddressUse = isExclusive;
            Assert.Equal(isExclusive, ours.ExclusiveAddressUse);
            Assert.Equal(isExclusive, theirs.ExclusiveAddressUse);
            foreach (int option in (int[])[2, 15]) // SO_REUSEADDR, SO_REUSEPORT
            {
                byte[] expected = new byte[4], actual = new byte[4];
                theirs.GetRawSocketOption(1, option, expected);
                ours.GetRawSocketOption(1, option, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory, MemberData(nameof(Backends))]
    public void Two_sockets_share_a_port_where_neither_uses_it_exclusively(bool isPortable)
    {
        using TestPool test = Make(isPortable);
        using PoolSocket one = test.Pool.CreateSocket(), two = test.Pool.CreateSocket(), three = test.Pool.CreateSocket();
        one.ExclusiveAddressUse = two.ExclusiveAddressUse = false;
        one.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        one.Listen();
        two.Bind(one.LocalEndPoint);
        two.Listen();
        Assert.Equal(Errno.EADDRINUSE, Assert.Throws<PoolSocketException>(() => three.Bind(one.LocalEndPoint)).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<PoolSocketException>(() => one.ExclusiveAddressUse = true).Errno);
    }

    [Theory, MemberData(nameof(Backends))]
    public void Available_and_Connected_follow_the_connection(bool isPortable)
    {
        using TestPool test = Make(isPortable);
        (PoolSocket client, PoolSocket server) = test.TcpPair();
        using PoolSocket fresh = test.Pool.CreateSocket();
        Assert.Equal((false, true, true), (fresh.Connected, client.Connected, server.Connected));
        Assert.Equal(0, server.Available);
        client.SendAll(new byte[300]);
        server.Poll(Readiness.Readable, TimeSpan.FromSeconds(20));
        Assert.Equal(300, server.Available);
        server.ReceiveInto(new byte[100]);
        Assert.Equal(200, server.Available);
        client.Close();
        Assert.False(client.Connected);
        Assert.Equal(Errno.EBADF, Assert.Throws<PoolSocketException>(() => client.Available).Errno);
        using PoolSocket listener = test.Listener();
        Assert.Equal(Errno.EINVAL, Assert.Throws<PoolSocketException>(() => listener.Available).Errno);
    }

    [Theory(Timeout = 240_000), MemberData(nameof(Backends))]
    public async Task A_socket_connects_to_any_end_point_that_names_a_host(bool isPortable)
    {
        using TestPool test = Make(isPortable);
        using PoolSocket listener = test.Listener();
        int port = listener.LocalEndPoint.Port;
        EndPoint[] peers = [listener.LocalEndPoint, new DnsEndPoint("127.0.0.1", port), new DnsEndPoint("localhost", port, AddressFamily.InterNetwork)];
        foreach (EndPoint peer in peers)
        {
            using PoolSocket blocking = test.Pool.CreateSocket(), asynchronous = test.Pool.CreateSocket();
            blocking.SetTimeout(20);
            asynchronous.SetTimeout(20);
            blocking.Connect(peer);
            await asynchronous.ConnectAsync(peer, TestContext.Current.CancellationToken);
            Assert.Equal(listener.LocalEndPoint, blocking.RemoteEndPoint);
            Assert.Equal(listener.LocalEndPoint, asynchronous.RemoteEndPoint);
            listener.Accept().Close();
            listener.Accept().Close();
        }

        using PoolSocket other = test.Pool.CreateSocket();
        Assert.Equal(("::1", "::1", "[x]", "a.test"), (
            PoolSocket.HostOf(new DnsEndPoint("[::1]", port)), PoolSocket.HostOf(new DnsEndPoint("::1", port)),
            PoolSocket.HostOf(new DnsEndPoint("[x]", port)), PoolSocket.HostOf(new DnsEndPoint("a.test", port))));
        DnsEndPoint foreign = new("localhost", port, AddressFamily.InterNetworkV6);
        Assert.Equal(Errno.EAFNOSUPPORT, Assert.Throws<PoolSocketException>(() => other.Connect(foreign)).Errno);
        Assert.Equal(Errno.EAFNOSUPPORT, (await Assert.ThrowsAsync<PoolSocketException>(() => other.ConnectAsync(foreign).AsTask())).Errno);
        UnixDomainSocketEndPoint file = new("/tmp/no-such-socket");
        Assert.Contains("UnixDomainSocketEndPoint", Assert.Throws<ArgumentException>(() => other.Connect(file)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await other.ConnectAsync(file));
        Assert.Throws<ArgumentNullException>(() => other.Connect((EndPoint)null!));
    }

    [Fact]
    public void A_detached_socket_is_a_handle_that_the_systems_socket_takes_and_that_closes_its_descriptor()
    {
        using TestPool test = new();
        (PoolSocket client, PoolSocket server) = test.TcpPair();
        server.SetTimeout(20);
        using (Socket socket = new(client.Detach()))
        {
            Assert.True(socket.Blocking);
            Assert.Equal(3, socket.Send([1, 2, 3]));
            Assert.Equal(3, server.ReceiveInto(new byte[10]));
        }

        Assert.Equal(0, server.ReceiveInto(new byte[10]));
        Assert.Equal(Errno.EBADF, Assert.Throws<PoolSocketException>(client.Detach).Errno);
        using (SafeSocketHandle handle = server.Detach())
        {
            Assert.False(handle.IsInvalid);
        }

        Assert.Equal(0, test.Pool.OpenCount);
    }

    [Fact(Timeout = 240_000)]
    public async Task Sockets_and_pools_are_disposed_asynchronously_and_a_socket_that_lingers_holds_no_thread()
    {
        SocketPool pool = new(new HostNetwork());
        await using (pool)
        {
            await using PoolSocket listener = pool.CreateSocket();
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.ReceiveBufferSize = 2048;
            listener.Listen();
            PoolSocket client = pool.CreateSocket();
            client.SendBufferSize = 1 << 20;
            client.Connect(listener.LocalEndPoint);
            PoolSocket server = listener.Accept();
            client.LingerState = new LingerOption(true, 30);
            client.SetTimeout(0);
            client.Send(new byte[500_000]); // the peer does not read: close(2) waits for it
            ValueTask disposing = client.DisposeAsync();
            Assert.False(disposing.IsCompleted);
            server.Close(); // with bytes unread: a reset ends the wait
            await disposing;
            await client.DisposeAsync();
            Assert.True(client.IsReleased);
            Assert.Equal(1, pool.OpenCount);
        }

        await pool.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => pool.CreateSocket());
        await using SocketPool next = new(pool.Radio);
    }

    private static TestPool Make(bool isPortable) => isPortable ? new TestPool(new HostNetwork(null, new PortableBackend())) : new TestPool();
}
