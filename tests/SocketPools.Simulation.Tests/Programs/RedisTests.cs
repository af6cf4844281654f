using System.Net;
using System.Net.Sockets;
using SocketPools.Simulation.Xunit;
using SocketPools.Streams;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>StackExchange.Redis over a tunnel. It decides by <c>Environment.TickCount</c>, which is real, when to connect again: docs/simulated-programs.md.</summary>
public class RedisTests
{
    [Theory]
    [SimulationSeeds(1, 10)]
    public async Task StackExchange_Redis_takes_the_same_time_twice_over_a_lossy_network(int seed) =>
        Assert.Equal(await Simulation.RunAsync(seed, PlayAsync), await Simulation.RunAsync(seed, PlayAsync));

    [Theory]
    [SimulationSeeds(1, 10)]
    public async Task StackExchange_Redis_connects_although_the_first_attempts_fail_and_again_after_a_crash(int seed) =>
        Assert.Equal(await Simulation.RunAsync(seed, ConnectLateAsync), await Simulation.RunAsync(seed, ConnectLateAsync));

    private static async Task<TimeSpan> ConnectLateAsync(Simulation sim)
    {
        SimulatedNode server = sim.Network.AddNode("redis"), desk = sim.Network.AddNode("desk");
        _ = server.Run(new RespServer().ServeAsync);
        sim.Network.Partition(server, desk).For(TimeSpan.FromSeconds(20));
        ConfigurationOptions options = CreateOptions(desk);
        options.AbortOnConnectFail = false;
        options.ReconnectRetryPolicy = new EachHeartbeat();
        options.BacklogPolicy = BacklogPolicy.FailFast;
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await PersistAsync(() => redis.GetDatabase().StringSetAsync("temperature", "21.5"));
        Assert.InRange(sim.Elapsed.TotalSeconds, 20, 60);
        server.Crash();
        server.Restart();
        await PersistAsync(() => redis.GetDatabase().PingAsync());
        return sim.Elapsed;
    }

    // A command ends with an error while there is no connection.
    private static async Task PersistAsync(Func<Task> command)
    {
        while (true)
        {
            try
            {
                await command();
                return;
            }
            catch (Exception e) when (e is RedisConnectionException or RedisTimeoutException)
            {
                await Task.Delay(500);
            }
        }
    }

    private static ConfigurationOptions CreateOptions(SimulatedNode desk) => new() { EndPoints = { { "redis", RespServer.Port } }, Tunnel = new PoolTunnel(desk.Pool) };

    private static async Task<TimeSpan> PlayAsync(Simulation sim)
    {
        SimulatedNode server = sim.Network.AddNode("redis"), desk = sim.Network.AddNode("desk");
        sim.Network.Between(server, desk).Loss(0.1);
        _ = server.Run(new RespServer().ServeAsync);
        ConfigurationOptions options = CreateOptions(desk);
        options.ConnectTimeout = 60_000;
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        IDatabase database = redis.GetDatabase();
        await database.StringSetAsync("temperature", "21.5");
        Assert.Equal("21.5", await database.StringGetAsync("temperature"));
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async n => (string)(await database.ExecuteAsync("ECHO", $"{n}"))!));
        Assert.Equal(Enumerable.Range(0, 50).Select(n => $"{n}"), answers);
        TaskCompletionSource<string> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal("news"), (_, message) => heard.TrySetResult(message!));
        await redis.GetSubscriber().PublishAsync(RedisChannel.Literal("news"), "on");
        Assert.Equal("on", await heard.Task);
        return sim.Elapsed;
    }

    private sealed class EachHeartbeat : IReconnectRetryPolicy
    {
        public bool ShouldRetry(long currentRetryCount, int timeElapsedMillisecondsSinceLastRetry) => true;
    }

    private sealed class PoolTunnel(SocketPool pool) : Tunnel
    {
        // No end point: the library opens no socket of its own.
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => default;

        public override async ValueTask<Stream?> BeforeAuthenticateAsync(
            EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
            await pool.ConnectStreamAsync(endpoint, TimeSpan.FromSeconds(60), cancellationToken);
    }
}
