using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

/// <summary>The kernel has one timeout for all calls of a direction; each call has its own.</summary>
public sealed class TimeoutTests
{
    private static readonly Deadline s_forever = new(TimeProvider.System, Timeout.InfiniteTimeSpan);

    [Fact]
    public async Task A_send_without_a_limit_waits_for_everything_also_after_sends_that_had_one()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using PoolSocket silent = pool.Udp();
        client.SetTimeout(0.001);
        client.SendAll("x"u8);
        client.SetTimeout(null);
        byte[] data = new byte[32 << 20];
        Task<int> sending = OnThread(() => client.Send(data));

        // The old limit passes while nobody reads.
        silent.Poll(Readiness.Readable, TimeSpan.FromMilliseconds(100));
        Task<int> receiving = OnThread(() => ReceiveToTheEnd(server));
        Assert.Equal(data.Length, await sending);
        client.Close();
        Assert.Equal(data.Length + 1, await receiving);
    }

    [Fact]
    public async Task A_connection_keeps_its_own_time_whatever_its_listener_had_when_it_came()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        PoolSocket client = pool.Pool.CreateSocket();
        client.Connect(listener.LocalEndPoint);
        listener.SetTimeout(0.05);
        PoolSocket server = listener.Accept();
        Task<Errno> receiving = OnThread(() => Assert.Throws<PoolSocketException>(() => server.ReceiveInto(new byte[1])).Errno);
        Assert.Equal(Errno.ETIMEDOUT, await receiving.WaitAsync(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_long_timeout_is_as_exact_as_a_short_one()
    {
        // The kernel's timers for seconds have steps of up to an eighth of them; how late one is depends on when it starts. On a busy machine
        // all are late, so what is wrong has to show again.
        TimeSpan asked = TimeSpan.FromSeconds(2.1);
        TimeSpan[] took = [];
        for (int attempt = 0; attempt < 5 && (attempt == 0 || took[4] - asked >= TimeSpan.FromMilliseconds(80)); attempt++)
        {
            took = await WaitEightTimes(asked);
            Assert.True(took[0] >= asked, string.Join(' ', took));
        }

        Assert.True(took[4] - asked < TimeSpan.FromMilliseconds(80), string.Join(' ', took));
    }

    /// <summary>How long eight receives with the same timeout lasted that began one after the other, from the shortest to the longest.</summary>
    private static async Task<TimeSpan[]> WaitEightTimes(TimeSpan timeout)
    {
        using TestPool pool = new();
        using PoolSocket silent = pool.Udp();
        List<Task<TimeSpan>> waits = [];
        for (int i = 0; i < 8; i++)
        {
            PoolSocket socket = pool.Udp();
            socket.Timeout = timeout;
            waits.Add(OnThread(() => Assert.Throws<PoolSocketException>(() => socket.ReceiveInto(new byte[1])).Elapsed));
            silent.Poll(Readiness.Readable, TimeSpan.FromMilliseconds(33));
        }

        TimeSpan[] took = await Task.WhenAll(waits);
        Array.Sort(took);
        return took;
    }

    [Fact]
    public async Task A_receive_ends_in_its_time_while_another_waits_without_a_limit()
    {
        using TestPool pool = new();
        RadioSocket socket = Open(pool, SocketType.Dgram);
        socket.GetLocalAddress(out IPSocketAddress self);
        Task<RadioResult> waiting = OnThread(() => socket.Receive(new byte[8], s_forever));
        Assert.Equal(Errno.ETIMEDOUT, await OnThread(() => socket.Receive(new byte[8], After(0.05)).Errno));
        socket.TrySendTo("late"u8, self);
        Assert.Equal(4, (await waiting).Count);
        socket.Close();
    }

    [Fact]
    public async Task An_accept_ends_in_its_time_while_another_waits_without_a_limit()
    {
        using TestPool pool = new();
        RadioSocket listener = Open(pool, SocketType.Stream);
        listener.Listen(8);
        listener.GetLocalAddress(out IPSocketAddress address);
        Task<Errno> waiting = OnThread(() => Accept(s_forever));
        Assert.Equal(Errno.ETIMEDOUT, await OnThread(() => Accept(After(0.05))));
        pool.Pool.CreateSocket().Connect(address);
        Assert.Equal(Errno.None, await waiting);
        listener.Close();

        Errno Accept(Deadline deadline)
        {
            RadioResult result = listener.Accept(out RadioSocket? accepted, out _, deadline);
            accepted?.Close();
            return result.Errno;
        }
    }

    private static RadioSocket Open(TestPool pool, SocketType type)
    {
        pool.Radio.OpenSocket(AddressFamily.InterNetwork, type, ProtocolType.Unspecified, out RadioSocket? socket);
        socket!.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static Deadline After(double seconds) => new(TimeProvider.System, TimeSpan.FromSeconds(seconds));

    private static int ReceiveToTheEnd(PoolSocket socket)
    {
        byte[] buffer = new byte[1 << 20];
        int total = 0;
        int count;
        while ((count = socket.ReceiveInto(buffer)) > 0)
        {
            total += count;
        }

        return total;
    }

    private static Task<T> OnThread<T>(Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
