using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Radios;

namespace SocketPools.Tests.Async;

/// <summary>The socket's timeout holds for asynchronous calls, on the radio's clock.</summary>
public sealed class TimeLimitTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    public static TheoryData<double> Timeouts => [0.0005, 0.25, 3, 86_400];

    [Theory, MemberData(nameof(Timeouts))]
    public async Task A_call_ends_when_the_radios_clock_says_so_and_not_before(double seconds)
    {
        FakeTimeProvider clock = new();
        using SocketPool pool = new(new HookedRadio(clock: clock));
        (PoolSocket client, PoolSocket peer) = await Pair(pool);
        PoolSocket listener = Listener(pool);
        PoolSocket udp = pool.CreateSocket(type: SocketType.Dgram);
        udp.Bind("127.0.0.1", 0);
        using PoolSocket full = FullListener(pool);
        PoolSocket connecting = pool.CreateSocket();
        foreach (PoolSocket socket in new[] { client, listener, udp, connecting })
        {
            socket.SetTimeout(seconds);
        }

        TimeSpan limit = TimeSpan.FromSeconds(seconds);
        Task[] calls =
        [
            client.ReceiveIntoAsync(new byte[1]).AsTask(),
            listener.AcceptAsync().AsTask(),
            udp.ReceiveFromIntoAsync(new byte[1]).AsTask(),
            client.SendAllAsync(new byte[32 << 20]).AsTask(),
            connecting.ConnectAsync(full.LocalEndPoint).AsTask(),
        ];

        // The timers of the system count in milliseconds, and so does the clock below.
        clock.Advance(limit - s_tick);
        Assert.All(calls, call => Assert.False(call.IsCompleted));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        foreach (Task call in calls)
        {
            PoolSocketException error = await Assert.ThrowsAsync<PoolSocketException>(() => call);
            Assert.Equal(Errno.ETIMEDOUT, error.Errno);
            Assert.True(error.Elapsed >= limit);
        }

        peer.Close(); // not collected before, which would be an end of the stream
    }

    [Fact]
    public async Task The_time_of_one_call_is_not_that_of_the_next()
    {
        FakeTimeProvider clock = new();
        using SocketPool pool = new(new HookedRadio(clock: clock));
        (PoolSocket client, PoolSocket server) = await Pair(pool);
        client.SetTimeout(1);
        byte[] buffer = new byte[1];
        for (int i = 0; i < 10; i++)
        {
            ValueTask<int> receiving = client.ReceiveIntoAsync(buffer);
            clock.Advance(TimeSpan.FromSeconds(0.9));
            Assert.False(receiving.IsCompleted);
            await server.SendAsync(buffer);
            Assert.Equal(1, await receiving);
        }

        // A shorter timeout after a longer one, whose timer is still set.
        client.SetTimeout(0.1);
        Task<int> late = client.ReceiveIntoAsync(buffer).AsTask();
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(() => late)).Errno);
        client.SetTimeout(5);
        late = client.ReceiveIntoAsync(buffer).AsTask();
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(late.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(() => late)).Errno);
        ValueTask<int> last = client.ReceiveIntoAsync(buffer);
        await server.SendAsync(buffer);
        Assert.Equal(1, await last);
    }

    [Fact]
    public async Task The_deadline_covers_the_lookup_and_the_connect_together()
    {
        FakeTimeProvider clock = new();
        TaskCompletionSource<AddressLookup> answer = new();
        HookedRadio radio = new(clock: clock) { Answering = token => answer.Task.WaitAsync(token) };
        using SocketPool pool = new(radio);
        using PoolSocket full = FullListener(pool);
        PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(1);
        Task connecting = socket.ConnectAsync("far.example", full.LocalEndPoint.Port).AsTask();
        clock.Advance(TimeSpan.FromSeconds(0.7));
        answer.SetResult(new AddressLookup([new AddressInfo(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, "", new IPSocketAddress(IPAddress.Loopback, 0))]));
        while (socket.State != Diagnostics.SocketState.Connecting)
        {
            await Task.Yield();
        }

        clock.Advance(TimeSpan.FromSeconds(0.29));
        Assert.False(connecting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.01));
        Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(() => connecting)).Errno);

        // And the lookup alone.
        answer = new();
        using PoolSocket other = pool.CreateSocket(type: SocketType.Dgram);
        other.SetTimeout(1);
        Task[] calls =
        [
            other.SendToAsync(new byte[1], "far.example", 9).AsTask(),
            other.ConnectAsync("far.example", 9).AsTask(),
            pool.GetAddressInfoAsync("far.example", 9, timeout: TimeSpan.FromSeconds(1)).AsTask(),
        ];
        clock.Advance(TimeSpan.FromSeconds(0.99));
        Assert.All(calls, call => Assert.False(call.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(0.01));
        foreach (Task call in calls)
        {
            Assert.Equal(Errno.ETIMEDOUT, (await Assert.ThrowsAsync<PoolSocketException>(() => call)).Errno);
        }
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.0375)]
    public async Task The_hosts_clock_is_kept_too(double seconds)
    {
        using TestPool pool = new();
        PoolSocket udp = pool.Udp();
        udp.SetTimeout(seconds);
        long start = Stopwatch.GetTimestamp();
        PoolSocketException error = await TwinTests.Fails(udp.ReceiveFromIntoAsync(new byte[1]), Errno.ETIMEDOUT);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, seconds, 20);
        Assert.InRange(error.Elapsed.TotalSeconds, seconds, 20);
    }

    [Fact]
    public async Task A_timeout_may_be_set_where_no_context_flows()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SetTimeout(60);
        Task<int> receiving;
        using (ExecutionContext.SuppressFlow())
        {
            receiving = client.ReceiveIntoAsync(new byte[1]).AsTask();
        }

        server.Send([1]);
        Assert.Equal(1, await receiving);
    }

    internal static PoolSocket Listener(SocketPool pool)
    {
        PoolSocket listener = pool.CreateSocket();
        listener.Bind("127.0.0.1", 0);
        listener.Listen();
        return listener;
    }

    internal static async Task<(PoolSocket Client, PoolSocket Server)> Pair(SocketPool pool)
    {
        using PoolSocket listener = Listener(pool);
        PoolSocket client = pool.CreateSocket();
        await client.ConnectAsync(listener.LocalEndPoint);
        return (client, await listener.AcceptAsync());
    }

    /// <summary>Drops every further connection, as a host that is away.</summary>
    internal static PoolSocket FullListener(SocketPool pool)
    {
        PoolSocket listener = pool.CreateSocket();
        listener.Bind("127.0.0.1", 0);
        listener.Listen(0);
        pool.CreateSocket().Connect(listener.LocalEndPoint);
        return listener;
    }
}
