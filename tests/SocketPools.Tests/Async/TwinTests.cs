using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>Every call has a twin that holds no thread.</summary>
public sealed class TwinTests
{
    public static TheoryData<AddressFamily> Families => [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    [Theory, MemberData(nameof(Families))]
    public async Task A_connection_is_made_used_and_ended(AddressFamily family)
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener(family);
        ValueTask<PoolSocket> accepting = listener.AcceptAsync();
        using PoolSocket client = pool.Pool.CreateSocket(family);
        await client.ConnectAsync(listener.LocalEndPoint);
        using PoolSocket server = await accepting;
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(Diagnostics.SocketState.Connected, client.State);

        byte[] buffer = new byte[16];
        Task<int> receiving = server.ReceiveIntoAsync(buffer).AsTask();
        Assert.Equal(5, await client.SendAsync("hello"u8.ToArray()));
        Assert.Equal(5, await receiving);
        Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
        await server.SendAllAsync("world"u8.ToArray());
        Assert.Equal(3, await client.ReceiveIntoAsync(buffer, 3));
        (int count, IPSocketAddress remote) = await client.ReceiveFromIntoAsync(buffer);
        Assert.Equal((2, client.RemoteEndPoint), (count, remote.ToIPEndPoint()));

        // Half of it ends, the other goes on.
        ValueTask<int> end = server.ReceiveIntoAsync(buffer);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await end);
        Assert.Equal(0, await server.ReceiveIntoAsync(buffer));
        receiving = client.ReceiveIntoAsync(buffer).AsTask();
        await server.SendAllAsync("x"u8.ToArray());
        Assert.Equal(1, await receiving);
        receiving = client.ReceiveIntoAsync(buffer).AsTask();
        server.Close();
        Assert.Equal(0, await receiving);
    }

    [Theory, MemberData(nameof(Families))]
    public async Task Datagrams_keep_their_sender_and_their_borders(AddressFamily family)
    {
        using TestPool pool = new();
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        byte[] buffer = new byte[4];
        ValueTask<ReceiveFromResult> receiving = two.ReceiveFromIntoAsync(buffer);
        Assert.Equal(6, await one.SendToAsync("longer"u8.ToArray(), two.LocalEndPoint));
        ReceiveFromResult received = await receiving;
        Assert.Equal((4, one.LocalEndPoint), (received.Count, received.Remote.ToIPEndPoint()));
        Assert.Equal(0, await one.SendToAsync(default, (IPSocketAddress)two.LocalEndPoint));
        Assert.Equal(0, (await two.ReceiveFromIntoAsync(buffer, 2)).Count);
        string host = TestPool.Loopback(family).ToString();
        Assert.Equal(1, await one.SendToAsync(new byte[1], host, two.LocalEndPoint.Port));
        Assert.Equal(1, await two.ReceiveIntoAsync(buffer));
        await one.ConnectAsync(host, two.LocalEndPoint.Port);
        Assert.Equal(2, await one.SendAsync(new byte[2]));
        Assert.Equal(2, await two.ReceiveIntoAsync(buffer));
    }

    [Theory, MemberData(nameof(Families))]
    public async Task Errors_come_through_the_task_and_say_what_happened(AddressFamily family)
    {
        using TestPool pool = new();
        using PoolSocket closed = pool.Pool.CreateSocket(family);
        closed.Bind(new IPEndPoint(TestPool.Loopback(family), 0));
        IPEndPoint nobody = closed.LocalEndPoint;
        using PoolSocket socket = pool.Pool.CreateSocket(family);
        PoolSocketException error = await Fails(socket.ConnectAsync(nobody), Errno.ECONNREFUSED);
        Assert.Contains("connect", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{nobody}", error.Message, StringComparison.Ordinal);
        await Fails(socket.ReceiveIntoAsync(new byte[1]), Errno.ENOTCONN);
        await Fails(socket.ReceiveFromIntoAsync(new byte[1]), Errno.ENOTCONN);
        await Fails(socket.SendAsync(new byte[1]), Errno.EPIPE);
        await Fails(socket.SendAllAsync(new byte[1]), Errno.EPIPE);
        await Fails(socket.AcceptAsync(), Errno.EINVAL);
        IPAddress other = family == AddressFamily.InterNetwork ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        await Fails(socket.ConnectAsync(new IPEndPoint(other, 1)), Errno.EAFNOSUPPORT);
        await Fails(pool.Udp(family).SendToAsync(new byte[1], new IPEndPoint(other, 1)), Errno.EAFNOSUPPORT);

        // What a refusal leaves can connect.
        using PoolSocket listener = pool.Listener(family);
        await socket.ConnectAsync(listener.LocalEndPoint);
        await Fails(socket.ConnectAsync(listener.LocalEndPoint), Errno.EISCONN);
        (await listener.AcceptAsync()).Close();
    }

    [Fact]
    public async Task Names_are_looked_up_and_wrong_ones_fail()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        int port = listener.LocalEndPoint.Port;
        IReadOnlyList<AddressInfo> rows = await pool.Pool.GetAddressInfoAsync("localhost", port, AddressFamily.InterNetwork, SocketType.Stream);
        Assert.Equal(listener.LocalEndPoint, rows[0].Address.ToIPEndPoint());
        using PoolSocket client = pool.Pool.CreateSocket();
        client.SetTimeout(30);
        await client.ConnectAsync("localhost", port);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pool.Pool.GetAddressInfoAsync("localhost", 65536));
        await Assert.ThrowsAsync<ArgumentException>(async () => await pool.Pool.GetAddressInfoAsync("local\0host", 1));
        await Assert.ThrowsAsync<AddressInfoException>(async () => await pool.Pool.GetAddressInfoAsync("..", 1));
        await Assert.ThrowsAsync<AddressInfoException>(async () => await pool.Udp().SendToAsync(new byte[1], "..", 1));
    }

    [Fact]
    public async Task With_timeout_0_each_call_says_at_once_that_it_would_wait()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket peer) = pool.TcpPair();
        using PoolSocket listener = pool.Listener();
        using PoolSocket connecting = pool.Pool.CreateSocket();
        PoolSocket udp = pool.Udp();
        foreach (PoolSocket socket in new[] { client, listener, connecting, udp })
        {
            socket.SetTimeout(0);
        }

        await FailsAtOnce(client.ReceiveIntoAsync(new byte[1]), Errno.EAGAIN);
        await FailsAtOnce(udp.ReceiveFromIntoAsync(new byte[1]), Errno.EAGAIN);
        await FailsAtOnce(listener.AcceptAsync(), Errno.EAGAIN);
        byte[] much = new byte[32 << 20];
        Task<int> sending = client.SendAsync(much).AsTask();
        while (sending.IsCompletedSuccessfully)
        {
            Assert.InRange(await sending, 1, much.Length - 1); // the window may grow while it fills
            sending = client.SendAsync(much).AsTask();
        }

        await FailsAtOnce(new ValueTask<int>(sending), Errno.EAGAIN);
        await Fails(client.SendAllAsync(new byte[32 << 20]), Errno.EAGAIN);
        await Fails(connecting.ConnectAsync(listener.LocalEndPoint), Errno.EINPROGRESS);
        peer.Close();
    }

    internal static async Task<PoolSocketException> Fails<T>(ValueTask<T> call, Errno errno)
    {
        PoolSocketException error = await Assert.ThrowsAsync<PoolSocketException>(async () => await call);
        Assert.Equal(errno, error.Errno);
        return error;
    }

    internal static async Task<PoolSocketException> Fails(ValueTask call, Errno errno)
    {
        PoolSocketException error = await Assert.ThrowsAsync<PoolSocketException>(async () => await call);
        Assert.Equal(errno, error.Errno);
        return error;
    }

    private static Task<PoolSocketException> FailsAtOnce<T>(ValueTask<T> call, Errno errno)
    {
        Assert.True(call.IsFaulted);
        return Fails(call, errno);
    }
}
