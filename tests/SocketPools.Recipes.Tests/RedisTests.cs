using System.Net;
using System.Net.Sockets;
using SocketPools.Streams;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace SocketPools.Recipes.Tests;

/// <summary>StackExchange.Redis takes a stream from a tunnel: docs/recipes/redis.md.</summary>
public sealed class RedisTests
{
    [Fact]
    public async Task Commands_and_messages_go_over_the_pool()
    {
        PageCode.AssertRunsHere("docs/recipes/redis.md");
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        ConfigurationOptions options = new() { EndPoints = { { host, port } }, Tunnel = new PoolTunnel(pool), AbortOnConnectFail = false };
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await redis.GetDatabase().StringSetAsync("temperature", "21.5");
        // }
        Assert.Equal("21.5", await redis.GetDatabase().StringGetAsync("temperature"));
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(async n => (string)(await redis.GetDatabase().ExecuteAsync("ECHO", $"{n}"))!));
        Assert.Equal(Enumerable.Range(0, 500).Select(n => $"{n}"), answers);
        byte[] large = new byte[5_000_000];
        new Random(17).NextBytes(large);
        await redis.GetDatabase().StringSetAsync("large", large);
        Assert.Equal(large, (byte[]?)await redis.GetDatabase().StringGetAsync("large"));
        TaskCompletionSource<string> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal("news"), (_, message) => heard.TrySetResult(message!));
        await redis.GetSubscriber().PublishAsync(RedisChannel.Literal("news"), "on");
        Assert.Equal("on", await heard.Task.WaitAsync(TimeSpan.FromSeconds(120)));

        // One connection for commands, and one for subscriptions.
        Assert.Equal(2, pool.OpenCount);
    }

    [Fact]
    public async Task Ten_lost_connections_cost_no_place()
    {
        await using LabServer server = await StartAsync();
        ConfigurationOptions options = new()
        {
            EndPoints = { { LabServer.Host, server.Port } },
            Tunnel = new PoolTunnel(server.Pool),
            ReconnectRetryPolicy = new LinearRetry(50),
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        };
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        for (int i = 0; i < 10; i++)
        {
            await server.CutAsync();
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
            for (bool isBack = false; !isBack;)
            {
                try
                {
                    await redis.GetDatabase().PingAsync().WaitAsync(limit.Token);
                    isBack = true;
                }
                catch (Exception e) when (e is RedisConnectionException or RedisTimeoutException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
                }
            }
        }

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (server.Pool.OpenCount > 2)
        {
            GC.Collect();
            await timer.WaitForNextTickAsync();
        }

        // Streams closed themselves. The library drops one that was cut in its handshake now and then, and reads it no more.
        Assert.InRange(server.Pool.LeakedCount, 0, 3);
        Assert.InRange(server.Pool.TotalOpened, 12, 200);
    }

    private static async Task<LabServer> StartAsync()
    {
        string redis = LabServer.Require("redis-server", "/usr/bin/redis-server");
        LabServer server = new();
        server.Start(redis, ["--port", $"{server.Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", server.Folder]);
        await server.PublishAsync();
        return server;
    }

    // {
    private sealed class PoolTunnel(SocketPool pool) : Tunnel
    {
        // No end point: the library opens no socket of its own.
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => default;

        public override async ValueTask<Stream?> BeforeAuthenticateAsync(
            EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
            await pool.ConnectStreamAsync(endpoint, TimeSpan.FromSeconds(5), cancellationToken);
    }
    // }
}
