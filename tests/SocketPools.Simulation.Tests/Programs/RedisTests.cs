using System.Net;
using System.Net.Sockets;
using SocketPools.Simulation.Xunit;
using SocketPools.Streams;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>StackExchange.Redis writes from a thread of its own, "StackExchange.Redis Backlog", whenever its connection is busy or not there yet.</summary>
public class RedisTests
{
    [Theory]
    [SimulationSeeds(1, 20)]
    public Task StackExchange_Redis_connects_and_works_over_a_lossy_network(int seed) => Simulation.RunAsync(seed, PlayAsync);

    internal static async Task PlayAsync(Simulation sim)
    {
        SimulatedNode server = sim.Network.AddNode("redis"), desk = sim.Network.AddNode("desk");
        sim.Network.Between(server, desk).Loss(0.1);
        _ = server.Run(new RespServer().ServeAsync);
        ConfigurationOptions options = new() { EndPoints = { { "redis", RespServer.Port } }, Tunnel = new PoolTunnel(desk.Pool), ConnectTimeout = 60_000 };
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
