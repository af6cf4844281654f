using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Radios;
using SocketPools.Tests;

namespace SocketPools.Forwarding.Tests;

/// <summary>TCP through a forwarder: from ordinary sockets of this computer to a stack, and back.</summary>
public sealed class StreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public async Task Both_directions_arrive_whole_and_end_one_by_one(int length)
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port);
        using Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        (byte[] up, byte[] down) = (Bytes(17, length), Bytes(4711, length));

        // The client ends first, and still hears everything.
        Task<byte[]> received = ReadToEndAsync(server);
        await SendAllAsync(client, up);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(up, await received);
        Task<byte[]> answered = ReadToEndAsync(client);
        await server.SendAllAsync(down);
        Assert.False(answered.IsCompleted, answered.Exception?.ToString());
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(down, await answered);
        ForwarderCounters counters = await SettleAsync(forwarder);
        Assert.Equal((length, length, 1, 0, 0), ((int)counters.BytesToTarget, (int)counters.BytesToClient, (int)counters.ConnectionsOpened, counters.ActiveConnections, (int)counters.ConnectionsAborted));
        await network.Near.WaitForCapacityAsync();
        Assert.Equal(0, network.Near.OpenCount);
    }

    [Fact]
    public async Task The_target_may_end_first()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port);
        using Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        server.Shutdown(SocketShutdown.Send);
        Assert.Empty(await ReadToEndAsync(client));
        await SendAllAsync(client, "more"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("more"u8.ToArray(), await ReadToEndAsync(server));
        Assert.Equal(0, (await SettleAsync(forwarder)).ConnectionsAborted);
    }

    [Fact]
    public async Task A_server_of_this_computer_is_reached_from_a_stack()
    {
        using TwoStacks network = new();
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using SocketForwarder forwarder = SocketForwarder.ToLoopback(network.Far, new IPEndPoint(TwoStacks.FarAddress, 80), ((IPEndPoint)listener.LocalEndPoint!).Port);
        Assert.Equal(80, forwarder.LocalEndPoint.Port);
        using PoolSocket client = await network.Near.CreateConnectionAsync("192.0.2.2", 80);
        using Socket server = await listener.AcceptAsync();
        await client.SendAllAsync("hello"u8.ToArray());
        byte[] buffer = new byte[5];
        await server.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
        Assert.Equal("hello"u8.ToArray(), buffer);
    }

    [Fact]
    public async Task A_reset_of_the_client_resets_the_target()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port, new SocketForwarderOptions { Observer = log });
        Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(async () => await server.ReceiveIntoAsync(new byte[1]));
        Assert.Equal(Errno.ECONNRESET, e.Errno);
        (_, Exception? reason) = await log.NextAsync("closed");
        Assert.Equal(Errno.ECONNRESET, Assert.IsType<PoolSocketException>(reason).Errno);
        Assert.Equal(1, forwarder.GetCounters().ConnectionsAborted);
    }

    [Fact]
    public async Task A_reset_of_the_target_resets_the_client()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port);
        using Socket client = await ConnectAsync(forwarder);
        PoolSocket server = await listener.AcceptAsync();
        server.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, 1, 0);
        server.Close();
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task A_client_that_has_ended_its_direction_may_still_reset_the_target()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port);
        Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server.ReceiveIntoAsync(new byte[1]));
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await WaitForEndAsync(forwarder);
        Assert.Equal(1, forwarder.GetCounters().ConnectionsAborted);
        Assert.Equal(0, network.Near.OpenCount);
    }

    [Fact]
    public async Task A_target_that_has_ended_its_direction_may_still_reset_the_client()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port);
        using Socket client = await ConnectAsync(forwarder);
        PoolSocket server = await listener.AcceptAsync();
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
        server.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, 1, 0);
        server.Close();
        await WaitForEndAsync(forwarder);
        Assert.Equal(1, forwarder.GetCounters().ConnectionsAborted);
        Assert.Equal(0, network.Near.OpenCount);
    }

    [Fact]
    public async Task A_target_that_refuses_is_a_reset_for_the_client()
    {
        using TwoStacks network = new();
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", 9, new SocketForwarderOptions { Observer = log });

        // The reset may come before the end of the connect.
        SocketException e = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using Socket client = await ConnectAsync(forwarder);
            await client.ReceiveAsync(new byte[1]);
        });
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        (ForwardedConnection connection, Exception? reason) = await log.NextAsync("failed");
        Assert.Equal("192.0.2.2:9", connection.Target);
        Assert.Equal(Errno.ECONNREFUSED, Assert.IsType<PoolSocketException>(reason).Errno);
        Assert.Equal((1, 0), ((int)forwarder.GetCounters().ConnectionsFailed, forwarder.GetCounters().ActiveConnections));
    }

    [Fact]
    public async Task A_full_pool_is_waited_for_and_then_a_failure_that_names_the_holders()
    {
        using TwoStacks network = new(maxSockets: 1);
        using PoolSocket listener = Listen(network);
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            network.Near, "192.0.2.2", listener.LocalEndPoint.Port, new SocketForwarderOptions { Observer = log, ConnectTimeout = TimeSpan.FromSeconds(0.2) });
        using PoolSocket holder = network.Near.CreateSocket();
        using Socket refused = await ConnectAsync(forwarder);
        Assert.Equal(holder.Id, Assert.Single(Assert.IsType<OutOfSocketsException>((await log.NextAsync("failed")).Reason).Holders).Id);
        holder.Close();
        using Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        await log.NextAsync("opened");
    }

    [Fact]
    public async Task A_target_that_does_not_read_holds_the_client_up()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port);
        using Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        byte[] data = Bytes(7, 64 * 1024 * 1024);
        Task sending = SendAllAsync(client, data);

        // Until no more is taken: what the kernel, the forwarder's one buffer and the stacks hold.
        for (long before = -1; forwarder.GetCounters().BytesToTarget is var now && now != before; before = now)
        {
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(0.5)));
        }

        Assert.False(sending.IsCompleted);
        Assert.InRange(forwarder.GetCounters().BytesToTarget, 1, 16 * 1024 * 1024);
        Task<byte[]> received = ReadToEndAsync(server);
        await sending;
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(data, await received);
    }

    [Fact]
    public async Task More_clients_than_there_may_be_wait_in_the_backlog()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            network.Near, "192.0.2.2", listener.LocalEndPoint.Port, new SocketForwarderOptions { MaxConnections = 2 });
        using Socket one = await ConnectAsync(forwarder);
        using Socket two = await ConnectAsync(forwarder);
        using Socket three = await ConnectAsync(forwarder);
        using PoolSocket first = await listener.AcceptAsync();
        using PoolSocket second = await listener.AcceptAsync();
        await SendAllAsync(three, "third"u8.ToArray());
        ValueTask<PoolSocket> third = listener.AcceptAsync();
        Assert.False(third.IsCompleted);
        Assert.Equal(2, forwarder.GetCounters().ActiveConnections);
        one.Shutdown(SocketShutdown.Send);
        first.Shutdown(SocketShutdown.Send);
        second.Shutdown(SocketShutdown.Send);
        two.Shutdown(SocketShutdown.Send);
        using PoolSocket served = await third;
        byte[] buffer = new byte[10];
        Assert.Equal("third"u8.ToArray(), buffer[..await served.ReceiveIntoAsync(buffer)]);
    }

    [Fact]
    public async Task One_pool_on_both_sides_never_waits_for_itself()
    {
        using TestPool pool = new(maxSockets: 5);
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener();
        await using SocketForwarder forwarder = SocketForwarder.Start(
            pool.Pool, new IPEndPoint(IPAddress.Loopback, 0), pool.Pool, "127.0.0.1", listener.LocalEndPoint.Port);
        Task serving = Task.Run(async () =>
        {
            for (int i = 0; i < 6; i++)
            {
                using PoolSocket server = await listener.AcceptAsync();
                await server.SendAllAsync("served"u8.ToArray());
            }
        });
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using Socket client = await ConnectAsync(forwarder);
            byte[] got = new byte[6];
            int count = await client.ReceiveAsync(got.AsMemory(), SocketFlags.None);
            return System.Text.Encoding.ASCII.GetString(got, 0, count);
        }));
        Assert.Equal(Enumerable.Repeat("served", 6), answers);
        await serving;
        Assert.InRange(pool.Pool.HighWaterMark, 3, 5);
        Assert.Equal(0, forwarder.GetCounters().ConnectionsFailed);
    }

    [Fact]
    public async Task A_connection_that_is_silent_for_too_long_is_reset()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            network.Near, "192.0.2.2", listener.LocalEndPoint.Port, new SocketForwarderOptions { Observer = log, TcpIdleTimeout = TimeSpan.FromSeconds(0.2) });
        using Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        Assert.IsType<TimeoutException>((await log.NextAsync("closed")).Reason);
    }

    [Fact]
    public async Task One_direction_keeps_the_other_from_being_idle()
    {
        FakeTimeProvider time = new();
        using TwoStacks network = new(timeProvider: time);
        using PoolSocket listener = Listen(network);
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.Start(
            network.Near,
            new IPEndPoint(IPAddress.Any, 80),
            network.Near,
            "192.0.2.2",
            listener.LocalEndPoint.Port,
            new SocketForwarderOptions { TcpIdleTimeout = TimeSpan.FromSeconds(2), Observer = log });
        using PoolSocket client = await network.Far.CreateConnectionAsync("192.0.2.1", 80);
        using PoolSocket server = await listener.AcceptAsync();
        byte[] buffer = new byte[1];
        for (int i = 0; i < 40; i++)
        {
            time.Advance(TimeSpan.FromSeconds(0.25));
            await server.SendAllAsync("x"u8.ToArray());
            Assert.Equal(1, await client.ReceiveIntoAsync(buffer));
        }

        Task<(ForwardedConnection Connection, Exception? Reason)> closed = log.NextAsync("closed");
        Assert.False(closed.IsCompleted);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (!closed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.25));
            await timer.WaitForNextTickAsync();
        }

        Assert.IsType<TimeoutException>((await closed).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_resets_both_ends_and_leaves_no_socket(bool isPool)
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", listener.LocalEndPoint.Port);
        using Socket client = await ConnectAsync(forwarder);
        using PoolSocket server = await listener.AcceptAsync();
        if (isPool)
        {
            network.Near.Dispose();
            SocketException e = await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]));
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
            await Assert.ThrowsAsync<SocketException>(async () =>
            {
                using Socket late = await ConnectAsync(forwarder);
                await late.ReceiveAsync(new byte[1]);
            });
        }

        await forwarder.DisposeAsync();
        await forwarder.DisposeAsync();
        Assert.True(forwarder.Completion.IsCompletedSuccessfully);
        Assert.Equal(0, network.Near.OpenCount);
        if (!isPool)
        {
            await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]));
            PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(async () => await server.ReceiveIntoAsync(new byte[1]));
            Assert.Equal(Errno.ECONNRESET, e.Errno);
        }

        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(forwarder));
    }

    [Fact]
    public void Arguments_and_settings_are_checked()
    {
        using TestPool pool = new();
        SocketForwarderOptions options = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => SocketForwarder.FromLoopback(pool.Pool, "lab", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SocketForwarder.FromLoopback(pool.Pool, "lab", 65536));
        Assert.Throws<ArgumentException>(() => SocketForwarder.FromLoopback(pool.Pool, "", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Protocol = ProtocolType.Icmp);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxConnections = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.BufferSize = 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.ConnectTimeout = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.UdpIdleTimeout = Timeout.InfiniteTimeSpan);
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    private static async Task WaitForEndAsync(SocketForwarder forwarder)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (forwarder.GetCounters().ActiveConnections > 0)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private static PoolSocket Listen(TwoStacks network)
    {
        PoolSocket listener = network.Far.CreateSocket();
        listener.Bind(new IPEndPoint(TwoStacks.FarAddress, 0));
        listener.Listen(16);
        return listener;
    }

    private static async Task<Socket> ConnectAsync(SocketForwarder forwarder)
    {
        Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, forwarder.LocalEndPoint.Port));
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> data)
    {
        while (!data.IsEmpty)
        {
            data = data[await socket.SendAsync(data, SocketFlags.None)..];
        }
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[65536];
        while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    private static async Task<byte[]> ReadToEndAsync(PoolSocket socket)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[65536];
        while (await socket.ReceiveIntoAsync(buffer) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    /// <summary>Waits until the last connection is closed, which follows its last byte.</summary>
    private static async Task<ForwarderCounters> SettleAsync(SocketForwarder forwarder)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (forwarder.GetCounters().ActiveConnections > 0)
        {
            await timer.WaitForNextTickAsync();
        }

        return forwarder.GetCounters();
    }

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
