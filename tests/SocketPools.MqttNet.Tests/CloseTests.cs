using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace SocketPools.MqttNet.Tests;

/// <summary>The orderly close of MQTT's connections: a packet that is on its way arrives whole.</summary>
public sealed class CloseTests
{
    private const int PayloadSize = 8 << 20;

    [Theory(Timeout = 240_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_large_message_that_is_under_way_arrives_whole_when_the_server_stops(int seed)
    {
        using TestPool pool = new();
        pool.Pool.LingerTimeout = TimeSpan.FromMinutes(10); // longer than the test may take: nothing waits for its end
        byte[] payload = new byte[PayloadSize];
        new Random(seed).NextBytes(payload);
        MqttServer? server = null;
        await using (Broker broker = await Broker.StartAsync(pool.Pool, listen: s => server = s))
        {
            using Socket client = await SubscribeAsync(broker.Port);
            await server!.InjectApplicationMessage(new InjectedMqttApplicationMessage(
                new MqttApplicationMessageBuilder().WithTopic("t").WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtMostOnce).Build()));

            // The packet has begun, and the rest waits for a client that has not read it.
            byte[] block = new byte[PayloadSize + 64];
            int got = await client.ReceiveAsync(block.AsMemory(0, 1), TestContext.Current.CancellationToken);
            Task stop = server.StopAsync();
            while (await client.ReceiveAsync(block.AsMemory(got), TestContext.Current.CancellationToken) is var count and > 0)
            {
                got += count;

                // A client that keeps sending (PINGREQ) does not lose what it has not received.
                await client.SendAsync(new byte[] { 0xC0, 0 }, TestContext.Current.CancellationToken);
            }

            client.Dispose();
            await stop;
            Assert.True(block.AsSpan(0, got).EndsWith(payload), $"{got} bytes came (seed {seed})");
            // The socket is given back at the end of its close, which goes on beside the stop.
            Assert.True(SpinWait.SpinUntil(() => pool.Pool.OpenCount == 0, TimeSpan.FromSeconds(120)), pool.Pool.Dump());
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task A_client_that_does_not_read_delays_the_stop_no_longer_than_the_limit()
    {
        using TestPool pool = new();
        pool.Pool.LingerTimeout = TimeSpan.FromSeconds(0.3);
        MqttServer? server = null;
        await using Broker broker = await Broker.StartAsync(pool.Pool, listen: s => server = s);
        using Socket client = await SubscribeAsync(broker.Port);
        await server!.InjectApplicationMessage(new InjectedMqttApplicationMessage(
            new MqttApplicationMessageBuilder().WithTopic("t").WithPayload(new byte[64 << 20]).Build()));
        await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken);
        long start = Stopwatch.GetTimestamp();
        await server.StopAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
        // The socket is given back at the end of its close, which goes on beside the stop.
        Assert.True(SpinWait.SpinUntil(() => pool.Pool.OpenCount == 0, TimeSpan.FromSeconds(120)), pool.Pool.Dump());
    }

    /// <summary>A client that reads when the test wants it: CONNECT and SUBSCRIBE to "t", without a keep-alive.</summary>
    private static async Task<Socket> SubscribeAsync(int port)
    {
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 * 1024 };
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.SendAsync(new byte[] { 0x10, 13, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, 1, (byte)'c' });
        await ReceiveAsync(client, 4);
        await client.SendAsync(new byte[] { 0x82, 6, 0, 1, 0, 1, (byte)'t', 0 });
        await ReceiveAsync(client, 5);
        return client;
    }

    private static async Task ReceiveAsync(Socket client, int length)
    {
        byte[] answer = new byte[length];
        for (int got = 0; got < length;)
        {
            int count = await client.ReceiveAsync(answer.AsMemory(got));
            Assert.NotEqual(0, count);
            got += count;
        }
    }
}
