using System.Net;
using System.Net.Sockets;
using SocketPools.Streams;

namespace SocketPools.Tests.Streams;

/// <summary>A connection as a stream in one call.</summary>
public sealed class ConnectStreamTests
{
    [Fact]
    public async Task A_stream_connects_without_Nagle_and_gives_its_place_back_at_the_peers_end()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        PoolSocketStream stream = await pool.Pool.ConnectStreamAsync("127.0.0.1", listener.LocalEndPoint.Port, TimeSpan.FromSeconds(30));
        Assert.True(stream.Socket.NoDelay);
        Assert.True(stream.Socket.Connected);
        using (PoolSocket server = await listener.AcceptAsync())
        {
            await stream.WriteAsync("ping"u8.ToArray());
            byte[] buffer = new byte[10];
            Assert.Equal(4, await server.ReceiveIntoAsync(buffer));
            server.SendAll("pong"u8);
            Assert.Equal(4, await stream.ReadAsync(buffer));
        }

        Assert.Equal(2, pool.Pool.OpenCount);
        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
        Assert.Equal(1, pool.Pool.OpenCount);
        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
        Assert.Equal(0, stream.Read(new byte[10]));
        await Assert.ThrowsAsync<IOException>(async () => await stream.WriteAsync("late"u8.ToArray()));
        await stream.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_connection_gives_its_place_back(bool isAsync)
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        PoolSocketStream stream = await pool.Pool.ConnectStreamAsync(listener.LocalEndPoint);
        using (PoolSocket server = await listener.AcceptAsync())
        {
            // Closing with a byte unread resets the connection.
            stream.Write("xy"u8);
            Assert.Equal(1, await server.ReceiveIntoAsync(new byte[1]));
        }

        await Assert.ThrowsAsync<IOException>(async () => _ = isAsync ? await stream.ReadAsync(new byte[1]) : stream.Read(new byte[1]));
        Assert.Equal(1, pool.Pool.OpenCount);
    }

    [Fact]
    public async Task A_full_pool_makes_it_wait_and_says_in_vain_who_holds_the_places()
    {
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener();
        using TestPool pool = new(maxSockets: 1);
        using PoolSocket holder = pool.Pool.CreateSocket();
        Task<PoolSocketStream> waiting = pool.Pool.ConnectStreamAsync(listener.LocalEndPoint).AsTask();
        Assert.Equal($"connect to {listener.LocalEndPoint}", Assert.Single(pool.Pool.GetCapacityWaits()).Purpose);
        holder.Close();
        using PoolSocketStream stream = await waiting;
        OutOfSocketsException e = await Assert.ThrowsAsync<OutOfSocketsException>(
            async () => await pool.Pool.ConnectStreamAsync("127.0.0.1", 9, TimeSpan.FromSeconds(0.1)));
        Assert.Equal(stream.Socket.Id, Assert.Single(e.Holders).Id);
    }

    [Fact]
    public async Task An_end_point_of_one_family_takes_the_addresses_of_that_family()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        int port = listener.LocalEndPoint.Port;
        foreach (EndPoint remote in new EndPoint[]
        {
            new DnsEndPoint("localhost", port, AddressFamily.InterNetwork), new DnsEndPoint("127.0.0.1", port, AddressFamily.InterNetwork),
            new DnsEndPoint("localhost", port), new IPEndPoint(IPAddress.Loopback.MapToIPv6(), port),
        })
        {
            await using PoolSocketStream stream = await pool.Pool.ConnectStreamAsync(remote);
            Assert.Equal(port, stream.Socket.RemoteEndPoint.Port);
            Assert.Equal(remote is IPEndPoint ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, stream.Socket.Family);
            listener.Accept().Close();
        }

        using PoolSocket six = pool.Listener(AddressFamily.InterNetworkV6);
        await using PoolSocketStream bracketed = await pool.Pool.ConnectStreamAsync(new DnsEndPoint("[::1]", six.LocalEndPoint.Port, AddressFamily.InterNetworkV6));
        Assert.Equal(six.LocalEndPoint, bracketed.Socket.RemoteEndPoint);
    }

    [Fact]
    public async Task An_end_point_of_another_kind_is_refused()
    {
        using TestPool pool = new();
        await Assert.ThrowsAsync<NotSupportedException>(async () => await pool.Pool.ConnectStreamAsync(new UnixDomainSocketEndPoint("/tmp/x")));
        AddressInfoException e = await Assert.ThrowsAsync<AddressInfoException>(
            async () => await pool.Pool.ConnectStreamAsync(new DnsEndPoint("127.0.0.1", 9, AddressFamily.InterNetworkV6)));
        Assert.Contains("127.0.0.1", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await pool.Pool.ConnectStreamAsync((EndPoint)null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pool.Pool.ConnectStreamAsync("127.0.0.1", 65536));
    }

    [Fact]
    public void Properties_are_the_options_of_the_system()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        Assert.False(client.NoDelay);
        client.NoDelay = true;
        client.KeepAlive = true;
        client.KeepAliveTime = TimeSpan.FromSeconds(6.5);
        client.KeepAliveInterval = TimeSpan.FromSeconds(3);
        client.KeepAliveRetryCount = 4;
        client.SendBufferSize = 32_768;
        client.ReceiveBufferSize = 32_768;
        Assert.False(client.LingerState.Enabled);
        client.LingerState = new LingerOption(true, 5);
        Assert.True(client.LingerState is { Enabled: true, LingerTime: 5 });
        client.LingerState = new LingerOption(false, 0);
        Assert.True(client.NoDelay);
        Assert.True(client.KeepAlive);
        Assert.Equal(TimeSpan.FromSeconds(7), client.KeepAliveTime);
        Assert.Equal(TimeSpan.FromSeconds(3), client.KeepAliveInterval);
        Assert.Equal(4, client.KeepAliveRetryCount);
        Assert.InRange(client.SendBufferSize, 32_768, 65_536);
        Assert.InRange(client.ReceiveBufferSize, 32_768, 65_536);
        Assert.True(server.Connected);
        server.Close();
        Assert.False(server.Connected);
        using PoolSocket six = pool.Pool.CreateSocket(AddressFamily.InterNetworkV6);
        six.DualMode = true;
        Assert.True(six.DualMode);
        six.DualMode = false;
        Assert.False(six.DualMode);
        Assert.False(client.DualMode);
        client.Close();
    }
}
