using System.Net.Sockets;

namespace SocketPools.Tests.Pool;

public sealed class PoolTests
{
    [Fact]
    public void A_radio_has_one_pool_and_a_second_is_refused_with_the_way_out()
    {
        HostNetwork radio = new();
        using SocketPool pool = new(radio);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => new SocketPool(radio));
        Assert.Contains("SocketPool.For", error.Message, StringComparison.Ordinal);
        using SocketPool shared = SocketPool.For(radio);
        Assert.Same(radio, shared.Radio);
    }

    [Fact]
    public void Disposing_a_pool_closes_its_sockets_and_frees_the_radio()
    {
        HostNetwork radio = new();
        SocketPool pool = SocketPool.For(radio);
        PoolSocket socket = pool.CreateSocket();
        pool.Dispose();
        pool.Dispose();
        Assert.Equal(0, pool.OpenCount);
        Assert.Equal(Radios.Errno.EBADF, Assert.Throws<PoolSocketException>(() => socket.Listen()).Errno);
        Assert.Throws<ObjectDisposedException>(() => pool.CreateSocket());
        Assert.Throws<ObjectDisposedException>(() => pool.GetAddressInfo("127.0.0.1", 80));
        using SocketPool next = new(radio);
        next.CreateSocket().Close();
    }

    [Fact]
    public void The_defaults_are_the_documentations()
    {
        using TestPool pool = new();
        using PoolSocket socket = pool.Pool.CreateSocket();
        Assert.Equal(AddressFamily.InterNetwork, socket.Family);
        Assert.Equal(SocketType.Stream, socket.Type);
        Assert.Equal(ProtocolType.Tcp, socket.Protocol);
        Assert.Null(socket.Timeout);
        Assert.True(socket.Blocking);
        Assert.Equal(128, pool.Pool.MaxSockets);
    }

    [Fact]
    public void A_full_pool_says_who_holds_the_sockets()
    {
        using TestPool pool = new(maxSockets: 3);
        using PoolSocket listener = pool.Listener();
        using PoolSocket udp = pool.Udp();
        using PoolSocket idle = pool.Pool.CreateSocket(AddressFamily.InterNetworkV6);
        OutOfSocketsException error = Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        Assert.StartsWith("Out of sockets", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.Holders.Count);
        Assert.Contains(listener.LocalEndPoint.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("udp4", error.Message, StringComparison.Ordinal);
        Assert.Contains("tcp6", error.Message, StringComparison.Ordinal);
        Assert.Contains("Listening", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, pool.Pool.ExhaustedCount);
        udp.Close();
        pool.Pool.CreateSocket().Close();
        Assert.Equal(3, pool.Pool.HighWaterMark);
    }

    [Fact]
    public void The_table_shows_states_and_peers_and_with_tracking_the_line()
    {
        using TestPool pool = new();
        pool.Pool.TrackCallers = true;
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        string table = pool.Pool.Dump();
        Assert.Contains($"{client.LocalEndPoint}", table, StringComparison.Ordinal);
        Assert.Contains("Connected", table, StringComparison.Ordinal);
        Assert.Contains("TestPool.cs:", table, StringComparison.Ordinal);
        Assert.Contains("2 of 128 sockets open, at most 3, 3 made", table, StringComparison.Ordinal);
        client.Close();
        server.Close();
        Assert.Contains("0 of 128", pool.Pool.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_budget_can_be_lowered_and_raised_within_the_process_limit()
    {
        using TestPool pool = new(maxSockets: 2);
        using PoolSocket one = pool.Pool.CreateSocket();
        using PoolSocket two = pool.Pool.CreateSocket();
        pool.Radio.MaxSockets = 1;
        two.Close();
        Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        pool.Radio.MaxSockets = 2;
        pool.Pool.CreateSocket().Close();
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Radio.MaxSockets = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Radio.MaxSockets = pool.Radio.MaxSocketsLimit + 1);
    }

    [Fact]
    public void A_connection_that_finds_the_pool_full_stays_in_the_backlog()
    {
        using TestPool servers = new(maxSockets: 2);
        using TestPool clients = new();
        using PoolSocket listener = servers.Listener();
        PoolSocket first = Connect();
        PoolSocket accepted = listener.Accept();
        PoolSocket second = Connect();
        second.Send("kept"u8);
        listener.SetTimeout(5);
        Assert.Throws<OutOfSocketsException>(() => listener.Accept());
        Assert.Throws<OutOfSocketsException>(() => listener.Accept());
        accepted.Close();
        using PoolSocket late = listener.Accept(out Radios.IPSocketAddress remote);
        byte[] buffer = new byte[8];
        Assert.Equal(4, late.ReceiveInto(buffer));
        Assert.Equal(second.LocalEndPoint, remote.ToIPEndPoint());
        first.Close();
        second.Close();

        PoolSocket Connect()
        {
            PoolSocket socket = clients.Pool.CreateSocket();
            socket.Connect(listener.LocalEndPoint);
            return socket;
        }
    }

    [Fact]
    public void A_full_pool_with_nobody_waiting_times_out_instead_of_complaining()
    {
        using TestPool pool = new(maxSockets: 1);
        using PoolSocket listener = pool.Listener();
        listener.SetTimeout(0.05);
        Assert.Equal(Radios.Errno.ETIMEDOUT, Assert.Throws<PoolSocketException>(() => listener.Accept()).Errno);
        listener.SetTimeout(0);
        Assert.Equal(Radios.Errno.EAGAIN, Assert.Throws<PoolSocketException>(() => listener.Accept()).Errno);
    }

    [Fact]
    public void A_full_pool_does_not_hide_that_a_socket_cannot_accept()
    {
        using TestPool pool = new(maxSockets: 1);
        PoolSocket listener = pool.Listener();
        listener.SetTimeout(0);
        listener.Close();
        using PoolSocket socket = pool.Pool.CreateSocket();
        Assert.Equal(Radios.Errno.EBADF, Assert.Throws<PoolSocketException>(() => listener.Accept()).Errno);
        Assert.Equal(Radios.Errno.EINVAL, Assert.Throws<PoolSocketException>(() => socket.Accept()).Errno);
        socket.SetTimeout(0);
        Assert.Equal(Radios.Errno.EINVAL, Assert.Throws<PoolSocketException>(() => socket.Accept()).Errno);
    }

    [Fact]
    public void The_hash_and_identity_survive_closing()
    {
        using TestPool pool = new();
        PoolSocket socket = pool.Pool.CreateSocket();
        HashSet<PoolSocket> set = [socket];
        int hash = socket.GetHashCode();
        socket.Close();
        socket.Close();
        Assert.Contains(socket, set);
        Assert.Equal(hash, socket.GetHashCode());
        Assert.Equal(Diagnostics.SocketState.Closed, socket.State);
        Assert.Equal(-1, socket.Descriptor);
    }
}
