using System.Net.Sockets;

namespace SocketPools.Tests.Pool;

/// <summary>Several parts of a program share a radio's pool, and each disposes what it got.</summary>
public sealed class SharedPoolTests
{
    [Fact]
    public void Two_users_do_not_close_each_others_sockets()
    {
        HostNetwork radio = new();
        using SocketPool one = SocketPool.For(radio);
        using PoolSocket socket = one.CreateSocket();
        using (SocketPool two = SocketPool.For(radio))
        {
            Assert.Equal(1, two.OpenCount);
            PoolSocket other = two.CreateSocket();
            two.Dispose();
            Assert.Throws<PoolSocketException>(() => other.Listen());
            Assert.Throws<ObjectDisposedException>(() => two.CreateSocket());
        }

        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        socket.Listen(1);
        using PoolSocket another = one.CreateSocket();
        Assert.Equal(2, one.OpenCount);
    }

    [Fact]
    public void A_user_does_not_close_the_owners_sockets_and_the_owner_closes_all()
    {
        HostNetwork radio = new();
        SocketPool owner = new(radio);
        using PoolSocket socket = owner.CreateSocket();
        SocketPool.For(radio).Dispose();
        Assert.NotEqual(-1, socket.Descriptor);
        SocketPool user = SocketPool.For(radio);
        using PoolSocket used = user.CreateSocket();
        Assert.Same(user, used.Pool);
        owner.Dispose();
        Assert.Equal(-1, used.Descriptor);
        Assert.Throws<ObjectDisposedException>(() => user.CreateSocket());
        using SocketPool next = new(radio);
        user.Dispose();
        Assert.Equal(0, next.OpenCount);
        next.CreateSocket().Close();
    }

    [Fact]
    public void The_last_user_frees_the_radio()
    {
        HostNetwork radio = new();
        SocketPool one = SocketPool.For(radio);
        SocketPool two = SocketPool.For(radio);
        one.Dispose();
        one.Dispose();
        Assert.Throws<InvalidOperationException>(() => new SocketPool(radio));
        two.Dispose();
        Assert.Null(SocketPool.Find(radio));
        new SocketPool(radio).Dispose();
    }

    [Fact]
    public void Looking_at_a_pool_neither_keeps_nor_ends_it()
    {
        HostNetwork radio = new();
        Assert.Null(SocketPool.Find(radio));
        SocketPool user = SocketPool.For(radio);
        SocketPool found = SocketPool.Find(radio)!;
        SocketPool.Find(radio)!.Dispose();
        Assert.Equal(0, found.OpenCount);
        user.CreateSocket().Close();
        user.Dispose();
        Assert.Null(SocketPool.Find(radio));
        Assert.Throws<ObjectDisposedException>(() => found.CreateSocket());
    }

    [Fact]
    public void Settings_counts_and_the_budget_are_shared()
    {
        HostNetwork radio = new() { MaxSockets = 2 };
        using SocketPool one = SocketPool.For(radio);
        using SocketPool two = SocketPool.For(radio);
        one.LingerTimeout = TimeSpan.FromSeconds(7);
        Assert.Equal(TimeSpan.FromSeconds(7), two.LingerTimeout);
        using PoolSocket a = one.CreateSocket();
        using PoolSocket b = two.CreateSocket();
        Assert.Equal(2, Assert.Throws<OutOfSocketsException>(() => one.CreateSocket()).Holders.Count);
        Assert.Equal(1, two.ExhaustedCount);
    }

    [Fact]
    public async Task A_socket_that_is_accepted_belongs_to_its_listeners_user()
    {
        HostNetwork radio = new();
        using SocketPool server = SocketPool.For(radio);
        using SocketPool client = SocketPool.For(radio);
        using PoolSocket listener = server.CreateSocket();
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen(1);
        using PoolSocket near = client.CreateSocket();
        await near.ConnectAsync(listener.LocalEndPoint);
        using PoolSocket far = await listener.AcceptAsync();
        client.Dispose();
        Assert.Equal(-1, near.Descriptor);
        Assert.Equal(0, await far.ReceiveIntoAsync(new byte[1]));
    }

    [Fact]
    public async Task Disposing_a_user_ends_its_waits_and_no_others()
    {
        HostNetwork radio = new() { MaxSockets = 1 };
        using SocketPool one = SocketPool.For(radio);
        using SocketPool two = SocketPool.For(radio);
        PoolSocket holder = one.CreateSocket();
        Task waiting = one.WaitForCapacityAsync().AsTask();
        Task ending = two.WaitForCapacityAsync().AsTask();
        two.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ending);
        Assert.False(waiting.IsCompleted);
        holder.Close();
        await waiting;
    }

    [Fact]
    public async Task Users_may_come_and_go_on_many_threads()
    {
        HostNetwork radio = new();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                using SocketPool pool = SocketPool.For(radio);
                using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
                Assert.NotEqual(-1, socket.Descriptor);
            }
        })));
        Assert.Null(SocketPool.Find(radio));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(null)]
    public async Task A_wait_that_is_cancelled_has_the_holders_inside(double? seconds)
    {
        using TestPool pool = new(maxSockets: 1);
        using PoolSocket holder = pool.Pool.CreateSocket();
        using CancellationTokenSource cancel = new();
        Task wait = pool.Pool.WaitForCapacityAsync(cancel.Token).AsTask();
        Assert.Equal(1, pool.Pool.CapacityWaitCount);
        cancel.CancelAfter(TimeSpan.FromSeconds(seconds ?? 0));
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Equal(holder.Id, Assert.Single(Assert.IsType<OutOfSocketsException>(e.InnerException).Holders).Id);
        Assert.Equal(0, pool.Pool.CapacityWaitCount);
    }

    [Fact]
    public void The_message_is_bounded_however_long_the_names_of_the_holders_are()
    {
        using TestPool pool = new(maxSockets: 64);
        int line = 0;
        pool.Pool.FindCaller = () => new string('x', 100_000) + line++;
        for (int i = 0; i < 64; i++)
        {
            pool.Keep(pool.Pool.CreateSocket());
        }

        OutOfSocketsException e = Assert.Throws<OutOfSocketsException>(() => pool.Pool.CreateSocket());
        Assert.InRange(e.Message.Length, 1, 4500);
        Assert.Equal(SocketError.TooManyOpenSockets, Assert.IsType<SocketException>(e.InnerException).SocketErrorCode);
        Assert.Equal(64, pool.Pool.GetOpenSockets().Count);
    }
}
