using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Tests;

namespace SocketPools.Forwarding.Tests;

/// <summary>UDP through a forwarder.</summary>
public sealed class DatagramTests
{
    private static readonly SocketForwarderOptions s_udp = new() { Protocol = ProtocolType.Udp };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65507)]
    public async Task Datagrams_and_their_answers_arrive_one_by_one(int length)
    {
        using TwoStacks network = new();
        using PoolSocket server = Bind(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", server.LocalEndPoint.Port, s_udp);
        using Socket client = Client(forwarder);
        byte[] data = new byte[length];
        new Random(17).NextBytes(data);
        await client.SendAsync(data);
        byte[] buffer = new byte[65536];
        ReceiveFromResult received = await server.ReceiveFromIntoAsync(buffer);
        Assert.Equal(data, buffer[..received.Count]);
        await server.SendToAsync(data, received.Remote);
        await server.SendToAsync("two"u8.ToArray(), received.Remote);
        Assert.Equal(data, await ReceiveAsync(client));
        Assert.Equal("two"u8.ToArray(), await ReceiveAsync(client));
        ForwarderCounters counters = forwarder.GetCounters();
        Assert.Equal((1, 1L, (long)length, 0L), (counters.ActiveConnections, counters.ConnectionsOpened, counters.BytesToTarget, counters.DatagramsDropped));
    }

    [Fact]
    public async Task Each_client_hears_its_own_answers()
    {
        using TwoStacks network = new();
        using PoolSocket server = Bind(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", server.LocalEndPoint.Port, s_udp);
        using Socket one = Client(forwarder);
        using Socket two = Client(forwarder);
        byte[] buffer = new byte[100];
        await one.SendAsync("one"u8.ToArray());
        ReceiveFromResult first = await server.ReceiveFromIntoAsync(buffer);
        await two.SendAsync("two"u8.ToArray());
        ReceiveFromResult second = await server.ReceiveFromIntoAsync(buffer);
        Assert.NotEqual(first.Remote, second.Remote);
        await server.SendToAsync("to two"u8.ToArray(), second.Remote);
        await server.SendToAsync("to one"u8.ToArray(), first.Remote);
        Assert.Equal("to one"u8.ToArray(), await ReceiveAsync(one));
        Assert.Equal("to two"u8.ToArray(), await ReceiveAsync(two));
    }

    [Fact]
    public async Task A_mapping_that_is_idle_ends_and_the_next_datagram_makes_another()
    {
        using TwoStacks network = new();
        using PoolSocket server = Bind(network);
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            network.Near, "192.0.2.2", server.LocalEndPoint.Port,
            new SocketForwarderOptions { Protocol = ProtocolType.Udp, UdpIdleTimeout = TimeSpan.FromSeconds(0.2), Observer = log });
        using Socket client = Client(forwarder);
        byte[] buffer = new byte[100];
        await client.SendAsync("one"u8.ToArray());
        ReceiveFromResult first = await server.ReceiveFromIntoAsync(buffer);
        Assert.Null((await log.NextAsync("closed")).Reason);
        await client.SendAsync("two"u8.ToArray());
        ReceiveFromResult second = await server.ReceiveFromIntoAsync(buffer);
        Assert.NotEqual(first.Remote, second.Remote);
    }

    [Fact]
    public async Task What_would_need_one_mapping_too_many_is_dropped_and_counted()
    {
        using TwoStacks network = new();
        using PoolSocket server = Bind(network);
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            network.Near, "192.0.2.2", server.LocalEndPoint.Port, new SocketForwarderOptions { Protocol = ProtocolType.Udp, MaxConnections = 1 });
        using Socket one = Client(forwarder);
        using Socket two = Client(forwarder);
        await one.SendAsync("one"u8.ToArray());
        byte[] buffer = new byte[100];
        await server.ReceiveFromIntoAsync(buffer);
        await two.SendAsync("two"u8.ToArray());
        await one.SendAsync("three"u8.ToArray());
        Assert.Equal("three"u8.ToArray(), buffer[..(await server.ReceiveFromIntoAsync(buffer)).Count]);
        Assert.Equal((1, 1L), (forwarder.GetCounters().ActiveConnections, forwarder.GetCounters().DatagramsDropped));
    }

    [Fact]
    public async Task A_target_that_refuses_may_come_back()
    {
        using TestPool pool = new();
        PoolSocket gone = pool.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        gone.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0)); // where no other test takes a port
        IPEndPoint target = gone.LocalEndPoint;
        gone.Close();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool.Pool, "127.0.0.9", target.Port, s_udp);
        using Socket client = Client(forwarder);
        await client.SendAsync("lost"u8.ToArray());
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (forwarder.GetCounters().ConnectionsOpened == 0)
        {
            await timer.WaitForNextTickAsync();
        }

        await client.SendAsync("lost too"u8.ToArray());
        using PoolSocket server = pool.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        server.Bind(target);
        server.SetTimeout(0.1);
        byte[] buffer = new byte[100];
        for (int i = 0; ; i++)
        {
            Assert.InRange(i, 0, 300);
            await client.SendAsync("here"u8.ToArray());
            try
            {
                ReceiveFromResult received = await server.ReceiveFromIntoAsync(buffer);
                await server.SendToAsync("back"u8.ToArray(), received.Remote);
                break;
            }
            catch (PoolSocketException e) when (e.Errno == Errno.ETIMEDOUT)
            {
                // The error of the datagram before was this one's.
            }
        }

        Assert.Equal("back"u8.ToArray(), await ReceiveAsync(client));
    }

    [Theory]
    [InlineData(63, false)]
    [InlineData(64, true)]
    public async Task An_error_about_an_answer_ends_nobodys_forwarding(int failures, bool ends)
    {
        using TestPool test = new();
        int left = failures;
        using SocketPool wrapped = new(new WrappedRadio(new HostNetwork(), (radio, inner) => new FailingSocket(radio, inner, () => Interlocked.Decrement(ref left) >= 0)));
        using PoolSocket server = test.Udp();
        await using SocketForwarder forwarder = SocketForwarder.Start(
            wrapped, new IPEndPoint(IPAddress.Loopback, 0), test.Pool, "127.0.0.1", server.LocalEndPoint.Port, s_udp);
        if (ends)
        {
            PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => forwarder.Completion.WaitAsync(TimeSpan.FromSeconds(120)));
            Assert.Equal(Errno.EHOSTUNREACH, e.Errno);
            return;
        }

        using Socket client = Client(forwarder);
        await client.SendAsync("one"u8.ToArray());
        byte[] buffer = new byte[10];
        Assert.Equal(3, (await server.ReceiveFromIntoAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(120))).Count);
    }

    [Fact]
    public async Task A_target_whose_name_does_not_resolve_is_a_failure()
    {
        using TestPool pool = new();
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            pool.Pool, "nowhere.invalid", 9, new SocketForwarderOptions { Protocol = ProtocolType.Udp, Observer = log });
        using Socket client = Client(forwarder);
        await client.SendAsync("lost"u8.ToArray());
        Assert.IsType<AddressInfoException>((await log.NextAsync("failed")).Reason);
        Assert.Equal((0, 1L), (forwarder.GetCounters().ActiveConnections, forwarder.GetCounters().DatagramsDropped));
    }

    [Fact]
    public async Task Disposing_ends_the_mappings()
    {
        using TwoStacks network = new();
        using PoolSocket server = Bind(network);
        SocketForwarder forwarder = SocketForwarder.FromLoopback(network.Near, "192.0.2.2", server.LocalEndPoint.Port, s_udp);
        using Socket client = Client(forwarder);
        await client.SendAsync("one"u8.ToArray());
        await server.ReceiveFromIntoAsync(new byte[100]);
        await forwarder.DisposeAsync();
        Assert.Equal(0, network.Near.OpenCount);
        Assert.Equal(0, forwarder.GetCounters().ActiveConnections);
    }

    private static PoolSocket Bind(TwoStacks network)
    {
        PoolSocket server = network.Far.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        server.Bind(new IPEndPoint(TwoStacks.FarAddress, 0));
        return server;
    }

    private static Socket Client(SocketForwarder forwarder)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(forwarder.LocalEndPoint);
        return client;
    }

    private static async Task<byte[]> ReceiveAsync(Socket client)
    {
        byte[] buffer = new byte[65536];
        return buffer[..await client.ReceiveAsync(buffer)];
    }

    /// <summary>As a chip that reports a peer that it did not find to whoever receives next.</summary>
    private sealed class FailingSocket(WrappedRadio radio, RadioSocket inner, Func<bool> fails) : WrappedSocket(radio, inner)
    {
        public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
        {
            remote = default;
            return fails() ? Errno.EHOSTUNREACH : base.TryReceiveFrom(buffer, out remote);
        }
    }
}
