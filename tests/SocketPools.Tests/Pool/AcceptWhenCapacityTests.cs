using SocketPools.Radios;

namespace SocketPools.Tests.Pool;

/// <summary>A server that waits for a place in place of failing when its pool is full.</summary>
public sealed class AcceptWhenCapacityTests
{
    [Fact(Timeout = 240_000)]
    public async Task A_connection_waits_for_a_place_and_is_accepted_when_there_is_one()
    {
        using TestPool servers = new(maxSockets: 2);
        using TestPool clients = new();
        using PoolSocket listener = servers.Listener();
        using PoolSocket holder = servers.Pool.CreateSocket();
        using PoolSocket client = clients.Pool.CreateSocket();
        client.Connect(listener.LocalEndPoint);
        Task<PoolSocket> accepting = listener.AcceptWhenCapacityAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(1, servers.Pool.CapacityWaitCount);
        Assert.Equal(0, servers.Pool.ExhaustedCount);
        Assert.False(accepting.IsCompleted);
        holder.Close();
        using PoolSocket server = await accepting;
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
    }

    [Fact(Timeout = 240_000)]
    public async Task The_timeout_ends_the_wait_and_a_full_pool_says_who_holds_the_places()
    {
        using TestPool servers = new(maxSockets: 2);
        using PoolSocket listener = servers.Listener();
        listener.SetTimeout(0.03);
        PoolSocketException nobody = await Assert.ThrowsAsync<PoolSocketException>(() => listener.AcceptWhenCapacityAsync().AsTask());
        Assert.Equal(Errno.ETIMEDOUT, nobody.Errno);
        using PoolSocket holder = servers.Pool.CreateSocket();
        PoolSocketException full = await Assert.ThrowsAsync<PoolSocketException>(() => listener.AcceptWhenCapacityAsync().AsTask());
        Assert.Equal(Errno.ETIMEDOUT, full.Errno);
        Assert.Contains("Holders:", full.Message, StringComparison.Ordinal);
        listener.SetTimeout(0);
        Assert.Equal(Errno.EAGAIN, (await Assert.ThrowsAsync<PoolSocketException>(() => listener.AcceptWhenCapacityAsync().AsTask())).Errno);
        holder.Close();
        Assert.Equal(Errno.EAGAIN, (await Assert.ThrowsAsync<PoolSocketException>(() => listener.AcceptWhenCapacityAsync().AsTask())).Errno);
    }

    [Fact(Timeout = 240_000)]
    public async Task The_token_and_a_close_end_the_wait()
    {
        using TestPool servers = new(maxSockets: 2);
        using PoolSocket listener = servers.Listener();
        foreach (double? timeout in (double?[])[null, 20])
        {
            listener.SetTimeout(timeout);
            using CancellationTokenSource source = new();
            Task accepting = listener.AcceptWhenCapacityAsync(source.Token).AsTask();
            await source.CancelAsync();
            Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting)).CancellationToken);
        }

        Task closed = listener.AcceptWhenCapacityAsync(TestContext.Current.CancellationToken).AsTask();
        listener.Close();
        Assert.Equal(Errno.EBADF, (await Assert.ThrowsAsync<PoolSocketException>(() => closed)).Errno);
    }
}
