using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Tests.Sockets;

/// <summary>An ESP32 on the host radio.</summary>
public sealed class Esp32Tests : HostCase
{
    private SocketPool Pool => field ??= NewPool(BoardProfiles.Esp32);

    [Fact]
    public void A_connect_that_does_not_wait_never_counts_as_connected()
    {
        using Peer peer = NewPeer(async client => await client.ReceiveOnceAsync());
        using PoolSocket socket = Pool.CreateSocket();
        socket.SetTimeout(0);
        Fails(Errno.ETIMEDOUT, () => socket.Connect(peer.EndPoint));
        socket.SetTimeout(5);
        Assert.True(SpinWait.SpinUntil(() => (socket.Poll(Readiness.Writable, TimeSpan.Zero) & Readiness.Writable) != 0, 5000));
        Assert.Contains("never counts this socket as connected", Fails(Errno.EPIPE, () => socket.Send("x"u8)).Hint, StringComparison.Ordinal);
        Fails(Errno.EISCONN, () => socket.Connect(peer.EndPoint));
    }

    [Fact]
    public void The_end_is_told_once_and_then_waited_for()
    {
        TaskCompletionSource done = new();
        using Peer peer = NewPeer(async client =>
        {
            client.Shutdown(SocketShutdown.Send);
            await done.Task;
        });
        using PoolSocket socket = Connect(Pool, peer);
        Assert.Equal(0, socket.ReceiveInto(new byte[4]));
        socket.SetTimeout(0.05);
        Fails(Errno.ETIMEDOUT, () => socket.ReceiveInto(new byte[4]));
        Assert.Equal(1, socket.Send("x"u8));
        socket.SetTimeout(0);
        Fails(Errno.ENOTCONN, () => socket.ReceiveInto(new byte[4]));
        Fails(Errno.EPIPE, () => socket.Send("x"u8));
        done.SetResult();
    }

    [Fact]
    public void A_receive_that_would_wait_for_ever_says_so()
    {
        using Peer peer = NewPeer(_ => Task.CompletedTask);
        using PoolSocket socket = Connect(Pool, peer, timeout: null);
        Assert.Equal(0, socket.ReceiveInto(new byte[4]));
        Assert.Contains("waits for ever here", Fails(Errno.ECANCELED, () => socket.ReceiveInto(new byte[4])).Hint, StringComparison.Ordinal);
        using PoolSocket fresh = Pool.CreateSocket();
        Fails(Errno.ECANCELED, () => fresh.ReceiveInto(new byte[4]));
        Fails(Errno.ECANCELED, () => fresh.Accept());
    }

    [Fact]
    public async Task A_reset_is_seen_by_a_send_alone()
    {
        using Peer peer = NewPeer(async client =>
        {
            await client.SendAsync("four"u8.ToArray());
            await client.ReceiveOnceAsync();
            client.LingerState = new LingerOption(true, 0);
        });
        using PoolSocket socket = Connect(Pool, peer);
        socket.Send("x"u8);
        await peer.Script;
        Assert.Equal(4, socket.ReceiveInto(new byte[8]));
        Assert.True(SpinWait.SpinUntil(() => Sends(socket) == Errno.ECONNRESET, 5000));
        Fails(Errno.EPIPE, () => socket.Send("x"u8));
        socket.SetTimeout(0.05);
        Fails(Errno.ETIMEDOUT, () => socket.ReceiveInto(new byte[8]));
    }

    [Fact]
    public void A_full_buffer_is_EAGAIN_at_once_whatever_the_timeout()
    {
        TaskCompletionSource done = new();
        using Peer peer = NewPeer(_ => done.Task);
        using PoolSocket socket = Connect(Pool, peer, timeout: null);
        Assert.Contains("5760 bytes to send from", Fails(Errno.EAGAIN, () => socket.SendAll(new byte[30000])).Hint, StringComparison.Ordinal);
        done.SetResult();
    }

    [Fact]
    public void An_accepted_socket_does_not_wait()
    {
        using PoolSocket listener = Pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(2);
        listener.SetTimeout(5);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint);
        using PoolSocket accepted = listener.Accept();
        Assert.Equal(TimeSpan.Zero, accepted.Timeout);
        Fails(Errno.EAGAIN, () => accepted.ReceiveInto(new byte[4]));
        listener.Listen(3); // lwIP takes a second one
    }

    [Fact]
    public void Six_unread_datagrams_are_kept()
    {
        using PoolSocket socket = Pool.CreateSocket(type: SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (byte i = 1; i <= 9; i++)
        {
            sender.SendTo([i], socket.LocalEndPoint);
        }

        socket.SetTimeout(0);
        byte[] buffer = new byte[8];
        for (byte i = 1; i <= 6; i++)
        {
            Assert.Equal(1, socket.ReceiveInto(buffer));
            Assert.Equal(i, buffer[0]);
        }

        Fails(Errno.EAGAIN, () => socket.ReceiveInto(buffer));
    }

    [Fact]
    public void A_ninth_socket_is_refused_without_a_collection()
    {
        List<PoolSocket> sockets = [.. Enumerable.Range(0, 8).Select(_ => Pool.CreateSocket())];
        Assert.False(Pool.Radio.TryFreeSockets());
        Assert.Throws<OutOfSocketsException>(() => Pool.CreateSocket());
        sockets.ForEach(socket => socket.Close());
    }

    [Fact]
    public void A_closed_socket_takes_a_timeout_and_waits_in_recvfrom()
    {
        PoolSocket socket = Pool.CreateSocket();
        socket.Close();
        socket.SetTimeout(0.05);
        Fails(Errno.ETIMEDOUT, () => socket.ReceiveFromInto(new byte[4], out _));
        Fails(Errno.EBADF, () => socket.ReceiveInto(new byte[4]));
    }

    private static Errno Sends(PoolSocket socket)
    {
        try
        {
            socket.Send("x"u8);
            return Errno.None;
        }
        catch (PoolSocketException e)
        {
            return e.Errno;
        }
    }
}
