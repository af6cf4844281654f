namespace SocketPools.Tests.Async;

/// <summary>Waiting for a place in the pool.</summary>
public sealed class RoomTests
{
    [Fact]
    public async Task Where_there_is_room_nobody_waits()
    {
        using TestPool pool = new(maxSockets: 1);
        Assert.True(pool.Pool.WaitForCapacityAsync().AsTask().IsCompletedSuccessfully);
        using (pool.Pool.CreateSocket())
        {
            Assert.False(pool.Pool.WaitForCapacityAsync().AsTask().IsCompleted);
        }

        await pool.Pool.WaitForCapacityAsync();
    }

    [Fact]
    public async Task A_place_that_gets_free_ends_the_wait()
    {
        using TestPool pool = new(maxSockets: 2);
        PoolSocket one = pool.Pool.CreateSocket();
        PoolSocket two = pool.Pool.CreateSocket();
        Task[] waits = [.. Enumerable.Range(0, 5).Select(_ => pool.Pool.WaitForCapacityAsync().AsTask())];
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        one.Close();
        await Task.WhenAll(waits);
        two.Close();
    }

    [Fact]
    public async Task A_larger_budget_ends_the_wait_also_the_first_of_the_pool()
    {
        // The budget may change in the very moment in which somebody begins to wait.
        for (int i = 0; i < 2000; i++)
        {
            using TestPool pool = new(maxSockets: 1);
            using PoolSocket only = pool.Pool.CreateSocket();
            Task raising = Task.Run(() => pool.Radio.MaxSockets = 2);
            await pool.Pool.WaitForCapacityAsync();
            await raising;
        }
    }

    [Fact]
    public async Task Disposing_and_cancelling_end_the_wait()
    {
        TestPool pool = new(maxSockets: 1);
        using PoolSocket only = pool.Pool.CreateSocket(); // one that nothing refers to could be collected, which gives its place back
        using CancellationTokenSource source = new();
        Task cancelled = pool.Pool.WaitForCapacityAsync(source.Token).AsTask();
        Task disposed = pool.Pool.WaitForCapacityAsync().AsTask();
        await source.CancelAsync();
        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled)).CancellationToken);
        Assert.False(disposed.IsCompleted);
        pool.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => disposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pool.Pool.WaitForCapacityAsync());
    }

    [Fact]
    public async Task A_server_that_waits_for_room_loses_no_connection()
    {
        using TestPool clients = new();
        using TestPool pool = new(maxSockets: 4);
        PoolSocket listener = pool.Listener(backlog: 128);
        System.Net.IPEndPoint address = listener.LocalEndPoint;
        const int Total = 300;
        Task[] talking = [.. Enumerable.Range(0, Total).Select(_ => Task.Run(async () =>
        {
            await clients.Pool.WaitForCapacityAsync();
            while (true)
            {
                try
                {
                    using PoolSocket client = clients.Pool.CreateSocket();
                    await client.ConnectAsync(address);
                    Assert.Equal(1, await client.ReceiveIntoAsync(new byte[1]));
                    return;
                }
                catch (OutOfSocketsException)
                {
                    await clients.Pool.WaitForCapacityAsync();
                }
            }
        }))];
        List<Task> serving = [];
        for (int accepted = 0; accepted < Total;)
        {
            try
            {
                PoolSocket connection = await listener.AcceptAsync();
                accepted++;
                serving.Add(Task.Run(async () =>
                {
                    await Task.Yield();
                    await connection.SendAllAsync(new byte[1]);
                    connection.Close();
                }));
            }
            catch (OutOfSocketsException)
            {
                await pool.Pool.WaitForCapacityAsync();
            }
        }

        await Task.WhenAll(serving);
        await Task.WhenAll(talking);
        Assert.Equal(1, pool.Pool.OpenCount);
    }
}
