using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Tests.Sockets;

/// <summary>A Pico W on the host radio.</summary>
public sealed class PicoWTests : HostCase
{
    private SocketPool Pool => field ??= NewPool(BoardProfiles.PicoW);

    [Fact]
    public void A_refused_connection_is_ECONNRESET_and_the_socket_is_dead()
    {
        using PoolSocket socket = Pool.CreateSocket();
        socket.SetTimeout(5);
        PoolSocketException error = Fails(Errno.ECONNRESET, () => socket.Connect(Nobody()));
        Assert.Contains("never ECONNREFUSED", error.Hint, StringComparison.Ordinal);
        Assert.Contains("make another", Fails(Errno.EBADF, () => socket.Connect(Nobody())).Hint, StringComparison.Ordinal);
        Fails(Errno.EBADF, () => socket.Send("x"u8));
        Fails(Errno.EBADF, () => socket.ReceiveInto(new byte[4]));
    }

    [Fact]
    public void A_time_out_of_connect_is_whole_steps_of_100_ms_and_EINPROGRESS()
    {
        using PoolSocket socket = Pool.CreateSocket();
        socket.SetTimeout(0.25);
        PoolSocketException error = Fails(Errno.EINPROGRESS, () => socket.Connect(new IPEndPoint(IPAddress.Broadcast, 80)));
        Assert.InRange(error.Elapsed.TotalSeconds, 0.2, 5);
        Fails(Errno.EALREADY, () => socket.Connect(Nobody()));
        Fails(Errno.ENOTCONN, () => socket.ReceiveInto(new byte[4]));
        Fails(Errno.EPIPE, () => socket.Send("x"u8));
    }

    [Fact]
    public void A_connect_that_does_not_wait_can_be_sent_on_later()
    {
        using Peer peer = NewPeer(async client => await client.SendAsync(await client.ReceiveOnceAsync()));
        HeldClock clock = new();
        using PoolSocket socket = NewPool(BoardProfiles.PicoW, clock).CreateSocket();
        socket.SetTimeout(0);
        Fails(Errno.EINPROGRESS, () => socket.Connect(peer.EndPoint));
        Fails(Errno.EPIPE, () => socket.Send("x"u8)); // the answer has had no time to come, however long this took
        clock.Advance(TimeSpan.FromSeconds(1));
        socket.SetTimeout(5);
        Assert.True(SpinWait.SpinUntil(() => (socket.Poll(Readiness.Writable, TimeSpan.Zero) & Readiness.Writable) != 0, 230_000));
        Assert.Equal(1, socket.Send("x"u8));
        Assert.Equal(1, socket.ReceiveInto(new byte[4]));
    }

    [Fact]
    public async Task A_receive_takes_one_segment()
    {
        TaskCompletionSource sent = new();
        using Peer peer = NewPeer(async client =>
        {
            await client.SendAsync(new byte[4000]);
            await sent.Task;
        });
        using PoolSocket socket = Connect(Pool, peer);
        byte[] buffer = new byte[4096];
        List<int> counts = [];
        while (counts.Sum() < 4000)
        {
            counts.Add(socket.ReceiveInto(buffer));
        }

        Assert.All(counts, count => Assert.InRange(count, 1, 1460));
        Assert.True(counts.Count >= 3);
        sent.SetResult();
        await peer.Script;
    }

    [Fact]
    public async Task Nothing_is_sent_after_the_end_of_the_peer_and_the_end_is_told_each_time()
    {
        TaskCompletionSource done = new();
        using Peer peer = NewPeer(async client =>
        {
            client.Shutdown(SocketShutdown.Send);
            await done.Task;
        });
        using PoolSocket socket = Pool.CreateSocket();
        socket.Connect(peer.EndPoint);
        socket.SetTimeout(5);
        Assert.Equal(0, socket.ReceiveInto(new byte[4]));
        Assert.Equal(0, socket.ReceiveInto(new byte[4]));
        Assert.Contains("does not send after", Fails(Errno.EPIPE, () => socket.Send("x"u8)).Hint, StringComparison.Ordinal);
        done.SetResult();
        await peer.Script;
    }

    [Fact]
    public async Task A_reset_while_a_receive_waits_is_told_once()
    {
        TaskCompletionSource waits = new();
        using Peer peer = NewPeer(async client =>
        {
            await waits.Task;
            client.LingerState = new LingerOption(true, 0);
        });
        using PoolSocket socket = Connect(Pool, peer);
        Task<PoolSocketException> receive = Task.Run(() => Assert.Throws<PoolSocketException>(() => socket.ReceiveInto(new byte[4])));
        Assert.True(SpinWait.SpinUntil(() => receive.Status == TaskStatus.Running, 5000));
        // The receive may not have begun to wait: then it finds a closed socket, as between two calls.
        waits.SetResult();
        Assert.Contains((await receive).Errno, new[] { Errno.ECONNRESET, Errno.EBADF });
        Fails(Errno.EBADF, () => socket.ReceiveInto(new byte[4]));
        Fails(Errno.EBADF, () => socket.Send("x"u8));
    }

    [Fact]
    public void A_send_takes_no_more_than_the_buffer()
    {
        TaskCompletionSource done = new();
        using Peer peer = NewPeer(_ => done.Task);
        using PoolSocket socket = Connect(Pool, peer);
        Assert.Equal(11680, socket.Send(new byte[30000]));
        done.SetResult();
    }

    [Fact]
    public void One_unread_datagram_is_kept_and_it_is_the_first()
    {
        using PoolSocket socket = Pool.CreateSocket(type: SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        foreach (byte number in (byte[])[1, 2, 3])
        {
            sender.SendTo([number], socket.LocalEndPoint);
        }

        socket.SetTimeout(0.05);
        byte[] buffer = new byte[8];
        Assert.Equal(1, socket.ReceiveInto(buffer));
        Assert.Equal(1, buffer[0]);
        Fails(Errno.ETIMEDOUT, () => socket.ReceiveInto(buffer));
        Assert.Contains("keeps 1 unread datagram", ((BoardRadio)Pool.Radio).TakeNote(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_eighth_socket_is_the_last_and_a_collection_frees_those_that_were_dropped()
    {
        List<PoolSocket> sockets = [.. Enumerable.Range(0, 8).Select(_ => Pool.CreateSocket())];
        Assert.Throws<OutOfSocketsException>(() => Pool.CreateSocket());
        sockets.ForEach(socket => socket.Close());
        DropEight();
        using PoolSocket ninth = Pool.CreateSocket();
    }

    [Fact]
    public void Accept_on_a_full_pool_loses_the_client()
    {
        using PoolSocket listener = Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(2);
        listener.SetTimeout(0.3);
        List<PoolSocket> others = [.. Enumerable.Range(0, 7).Select(_ => Pool.CreateSocket())];
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint);
        Assert.Throws<OutOfSocketsException>(() => listener.Accept());
        others.ForEach(socket => socket.Close());
        Fails(Errno.ETIMEDOUT, () => listener.Accept());
        Assert.False(client.Poll(0, SelectMode.SelectRead)); // connected to nobody
    }

    [Fact]
    public void A_connection_beyond_the_backlog_is_reset()
    {
        using PoolSocket listener = Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        first.Connect(listener.LocalEndPoint);
        second.Connect(listener.LocalEndPoint);
        second.ReceiveTimeout = 10_000;
        Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => second.Receive(new byte[1])).SocketErrorCode);
        listener.SetTimeout(5);
        using PoolSocket accepted = listener.Accept();
        Fails(Errno.ENOMEM, () => listener.Listen(2));
    }

    [Fact]
    public void What_a_slow_peer_has_not_taken_is_reset_a_second_after_close()
    {
        TaskCompletionSource done = new();
        using Peer peer = NewPeer(async client =>
        {
            await done.Task;
            await Assert.ThrowsAsync<SocketException>(async () =>
            {
                while (await client.ReceiveAsync(new byte[65536]) > 0)
                {
                }
            });
        });
        SocketPool pool = NewPool(BoardProfiles.PicoW, new FastClock(factor: 20));
        PoolSocket socket = Connect(pool, peer);
        socket.Send(new byte[1000]);
        socket.Close();
        string? note = null;
        Assert.True(SpinWait.SpinUntil(() => (note ??= ((BoardRadio)pool.Radio).TakeNote()) is not null, 10_000));
        Assert.Contains("resets a closed connection after 1.0 s", note, StringComparison.Ordinal);
        done.SetResult();
    }

    [Fact]
    public void A_lookup_has_one_row_and_one_failure()
    {
        AddressInfo row = Assert.Single(Pool.GetAddressInfo("127.0.0.1", 80, type: SocketType.Dgram));
        Assert.Equal((SocketType.Stream, ProtocolType.Unspecified, ""), (row.Type, row.Protocol, row.CanonicalName));
        Assert.Equal(AddressInfoError.NoName, Assert.Throws<AddressInfoException>(() => Pool.GetAddressInfo("nobody.invalid", 80)).Error);
    }

    [Fact]
    public void A_board_that_is_in_no_network_reaches_nobody()
    {
        ((BoardRadio)Pool.Radio).IsAssociated = false;
        using PoolSocket socket = Pool.CreateSocket();
        Fails(Errno.EHOSTUNREACH, () => socket.Connect(Nobody()));
        Assert.Throws<AddressInfoException>(() => Pool.GetAddressInfo("localhost", 80));
    }

    [Fact]
    public void Loopback_is_not_this_machine_unless_it_is_said()
    {
        ((BoardRadio)Pool.Radio).ReachesThisMachine = false;
        using PoolSocket socket = Pool.CreateSocket();
        Assert.Contains("127.0.0.1 is the board", Fails(Errno.EHOSTUNREACH, () => socket.Connect(Nobody())).Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_no_IPv6() => Fails(Errno.EAFNOSUPPORT, () => Pool.CreateSocket(AddressFamily.InterNetworkV6));

    private void DropEight()
    {
        for (int i = 0; i < 8; i++)
        {
            _ = Pool.CreateSocket();
        }
    }

    /// <summary>Stands still unless it is told to go on; timers are the system's.</summary>
    private sealed class HeldClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        internal void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
