using System.Net;
using System.Net.Sockets;
using SocketPools.Streams;

namespace SocketPools.Tests.Pool;

/// <summary>Clients that wait for a place in a full pool: their order, their counts, and whoever leaves the line.</summary>
public sealed class CapacityLineTests
{
    [Fact(Timeout = 240_000)]
    public async Task Callers_are_served_in_the_order_in_which_they_came_and_none_is_counted_as_refused()
    {
        using TestPool pool = PoolOf(1);
        Counts counts = new();
        using IDisposable observation = pool.Pool.AddObserver(counts);
        PoolSocket holder = pool.Pool.CreateSocket();
        Task<PoolSocket>[] waiting = [.. Enumerable.Range(0, 40).Select(_ => pool.Pool.CreateSocketWhenCapacityAsync().AsTask())];
        Assert.Equal(40, pool.Pool.CapacityWaitCount);
        foreach (Task<PoolSocket> next in waiting)
        {
            Assert.Equal(1, pool.Pool.OpenCount);
            holder.Close();
            holder = await next;
        }

        holder.Close();
        Assert.Equal((40, 0, 0L), (pool.Pool.TotalCapacityWaits, pool.Pool.CapacityWaitCount, pool.Pool.ExhaustedCount));
        Assert.Equal((40, 40, 0, 0), (counts.Started, counts.Ended, counts.InVain, counts.Refused));
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Fact(Timeout = 240_000)]
    public async Task Connects_that_take_their_turns_on_one_place_are_no_refusals()
    {
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener(backlog: 100);
        using TestPool pool = PoolOf(1);
        Counts counts = new();
        using IDisposable observation = pool.Pool.AddObserver(counts);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(async () =>
        {
            using PoolSocket socket = await pool.Pool.CreateConnectionWhenCapacityAsync("127.0.0.1", listener.LocalEndPoint.Port);
        })));
        Assert.Equal((0, 0), (pool.Pool.ExhaustedCount, counts.Refused));
        Assert.Equal(pool.Pool.TotalCapacityWaits, counts.Started);
        Assert.InRange(counts.Started, 0, 30);
        Assert.Equal((counts.Started, 0), (counts.Ended, counts.InVain));
    }

    [Fact(Timeout = 240_000)]
    public async Task Whoever_leaves_the_line_passes_the_place_on()
    {
        const int seed = 16;
        Random random = new(seed);
        using TestPool pool = PoolOf(2);
        for (int round = 0; round < 50; round++)
        {
            PoolSocket[] holders = [pool.Pool.CreateSocket(), pool.Pool.CreateSocket()];
            using CancellationTokenSource leave = new();
            Task<PoolSocket>[] waiting = [.. Enumerable.Range(0, 12).Select(_ =>
                pool.Pool.CreateSocketWhenCapacityAsync(cancellationToken: random.Next(2) == 0 ? leave.Token : default).AsTask())];
            Task<int>[] closing = [.. waiting.Select(CloseWhenServedAsync)];
            Task[] changes = [Task.Run(leave.Cancel), Task.Run(holders[0].Close), Task.Run(holders[1].Close)];
            await Task.WhenAll(changes);
            int served = (await Task.WhenAll(closing)).Sum();
            Assert.True(served > 0, $"seed {seed}, round {round}");
            Assert.Equal((0, 0), (pool.Pool.OpenCount, pool.Pool.CapacityWaitCount));
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task A_larger_budget_serves_as_many_as_it_has_places_for()
    {
        using TestPool pool = PoolOf(1);
        using PoolSocket holder = pool.Pool.CreateSocket();
        Task<PoolSocket>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => pool.Pool.CreateSocketWhenCapacityAsync().AsTask())];
        pool.Pool.Radio.MaxSockets = 4;
        foreach (Task<PoolSocket> served in waiting[..3])
        {
            _ = await served;
        }

        Assert.Equal(2, pool.Pool.CapacityWaitCount);
        pool.Pool.CloseSockets();
        (await waiting[3]).Close();
        (await waiting[4]).Close();
    }

    [Fact(Timeout = 240_000)]
    public async Task Disposing_one_users_object_ends_its_waits_alone()
    {
        using SocketPool owner = new(new HostNetwork { MaxSockets = 1 });
        SocketPool gone = SocketPool.For(owner.Radio);
        using SocketPool other = SocketPool.For(owner.Radio);
        owner.CapacityTimeout = Timeout.InfiniteTimeSpan;
        PoolSocket holder = owner.CreateSocket();
        Task<PoolSocket> ends = gone.CreateSocketWhenCapacityAsync().AsTask();
        Task<PoolSocket> stays = other.CreateSocketWhenCapacityAsync().AsTask();
        gone.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ends);
        Assert.Equal(1, owner.CapacityWaitCount);
        holder.Close();
        (await stays).Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await gone.CreateSocketWhenCapacityAsync());
    }

    [Fact(Timeout = 240_000)]
    public async Task An_accept_and_a_connect_that_wait_for_the_same_pool_are_both_served()
    {
        using TestPool pool = PoolOf(3);
        using TestPool clients = new();
        using PoolSocket listener = pool.Listener();
        PoolSocket[] holders = [pool.Pool.CreateSocket(), pool.Pool.CreateSocket()];
        using PoolSocket client = clients.Pool.CreateSocket();
        client.Connect(listener.LocalEndPoint);
        Task<PoolSocket> accepting = listener.AcceptWhenCapacityAsync().AsTask();
        Task<PoolSocket> creating = pool.Pool.CreateSocketWhenCapacityAsync().AsTask();
        holders[0].Close();
        holders[1].Close();
        (await accepting).Close();
        (await creating).Close();
        Assert.Equal(0, pool.Pool.ExhaustedCount);
    }

    [Fact(Timeout = 240_000)]
    public async Task An_address_that_refuses_gives_its_place_to_the_next_one()
    {
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener(backlog: 100);
        using TestPool pool = PoolOf(1);
        Counts counts = new();
        using IDisposable observation = pool.Pool.AddObserver(counts);
        PoolSocket holder = pool.Pool.CreateSocket();
        Task<PoolSocket> connecting = pool.Pool.CreateConnectionWhenCapacityAsync("localhost", listener.LocalEndPoint.Port).AsTask();
        Task<PoolSocketStream> behind = pool.Pool.ConnectStreamAsync(new DnsEndPoint("localhost", listener.LocalEndPoint.Port)).AsTask();
        await counts.SecondStarted; // after the lookups
        holder.Close();
        Task first = await Task.WhenAny(connecting, behind);
        await CloseAsync(first);
        await CloseAsync(first == connecting ? behind : connecting);
        Assert.Equal(0, pool.Pool.ExhaustedCount);

        async Task CloseAsync(Task one)
        {
            if (one == connecting)
            {
                (await connecting).Close();
            }
            else
            {
                (await behind).Socket.Close();
            }
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task A_wait_in_vain_is_one_refusal_and_says_what_it_was_for()
    {
        using TestPool pool = PoolOf(1);
        Counts counts = new();
        using IDisposable observation = pool.Pool.AddObserver(counts);
        using PoolSocket holder = pool.Pool.CreateSocket();
        OutOfSocketsException late = await Assert.ThrowsAsync<OutOfSocketsException>(
            async () => await pool.Pool.CreateSocketWhenCapacityAsync(timeout: TimeSpan.FromSeconds(0.01), purpose: "probe the lab"));
        Assert.Equal(holder.Id, Assert.Single(late.Holders).Id);
        Assert.Equal("probe the lab", counts.LastPurpose);
        Assert.Equal((1, 1), (pool.Pool.ExhaustedCount, counts.Refused));
        using CancellationTokenSource cancel = new();
        Task<PoolSocket> waiting = pool.Pool.CreateSocketWhenCapacityAsync(AddressFamily.InterNetworkV6, SocketType.Dgram, cancellationToken: cancel.Token).AsTask();
        await cancel.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.IsType<OutOfSocketsException>(cancelled.InnerException);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pool.Pool.CreateSocketWhenCapacityAsync(cancellationToken: cancel.Token));
        Assert.Equal((1, 2L, 2, 2), (pool.Pool.ExhaustedCount, pool.Pool.TotalCapacityWaits, counts.Ended, counts.InVain));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pool.Pool.CreateSocketWhenCapacityAsync(timeout: TimeSpan.FromSeconds(-3)));
    }

    /// <summary>A small pool in which nothing but the test ends a wait.</summary>
    private static TestPool PoolOf(int maxSockets)
    {
        TestPool pool = new(maxSockets);
        pool.Pool.CapacityTimeout = Timeout.InfiniteTimeSpan;
        return pool;
    }

    private static async Task<int> CloseWhenServedAsync(Task<PoolSocket> waiting)
    {
        try
        {
            (await waiting).Close();
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }

    private sealed class Counts : SocketPoolObserver
    {
        private readonly TaskCompletionSource _secondStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _started;
        private int _ended;
        private int _inVain;
        private int _refused;

        internal Task SecondStarted => _secondStarted.Task;

        internal int Started => _started;

        internal int Ended => _ended;

        internal int InVain => _inVain;

        internal int Refused => _refused;

        internal string? LastPurpose { get; private set; }

        public override void OnExhausted(SocketPool pool) => Interlocked.Increment(ref _refused);

        public override void OnCapacityWaitStarted(SocketPool pool, CapacityWait wait)
        {
            LastPurpose = wait.Purpose;
            if (Interlocked.Increment(ref _started) == 2)
            {
                _secondStarted.TrySetResult();
            }
        }

        public override void OnCapacityWaitEnded(SocketPool pool, CapacityWait wait, Exception? exception, TimeSpan elapsed)
        {
            Interlocked.Increment(ref _ended);
            _ = exception is null ? 0 : Interlocked.Increment(ref _inVain);
        }
    }
}
