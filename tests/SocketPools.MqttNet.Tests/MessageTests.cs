using System.Security.Cryptography;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace SocketPools.MqttNet.Tests;

/// <summary>What MQTT promises, with both sides on a pool, and with one of them on MQTTnet's own sockets.</summary>
public sealed class MessageTests
{
    public static TheoryData<Sides> AllSides => [.. Enum.GetValues<Sides>()];

    public static MatrixTheoryData<Sides, MqttQualityOfServiceLevel> AllSidesAndQualities =>
        new(Enum.GetValues<Sides>(), Enum.GetValues<MqttQualityOfServiceLevel>());

    [Theory]
    [MemberData(nameof(AllSidesAndQualities))]
    public async Task Messages_arrive_once_and_in_order(Sides sides, MqttQualityOfServiceLevel quality)
    {
        const int Count = 50;
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(sides.ForServer(pool)))
        await using (TestClient subscriber = await TestClient.ConnectAsync(sides.ForClient(pool), broker.Port))
        await using (TestClient publisher = await TestClient.ConnectAsync(sides.ForClient(pool), broker.Port))
        {
            await subscriber.SubscribeAsync("numbers/+", quality);
            for (int i = 0; i < Count; i++)
            {
                await publisher.PublishAsync($"numbers/{i}", [(byte)i], quality);
            }

            await publisher.PublishAsync("numbers/end", [], quality);
            for (int i = 0; i < Count; i++)
            {
                MqttApplicationMessage message = await subscriber.NextAsync();
                Assert.Equal($"numbers/{i}", message.Topic);
                Assert.Equal((byte)i, message.Payload.FirstSpan[0]);
                Assert.Equal(quality, message.QualityOfServiceLevel);
            }

            Assert.Equal("numbers/end", (await subscriber.NextAsync()).Topic);
        }

        pool.Pool.AssertNoLeaks();
    }

    [Theory]
    [MemberData(nameof(AllSides))]
    public async Task A_retained_message_reaches_who_comes_later(Sides sides)
    {
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(sides.ForServer(pool)))
        {
            await using (TestClient publisher = await TestClient.ConnectAsync(sides.ForClient(pool), broker.Port))
            {
                await publisher.PublishAsync("state", "on"u8.ToArray(), retain: true);
            }

            await using TestClient late = await TestClient.ConnectAsync(sides.ForClient(pool), broker.Port);
            await late.SubscribeAsync("state");
            MqttApplicationMessage message = await late.NextAsync();
            Assert.True(message.Retain);
            Assert.Equal("on", message.ConvertPayloadToString());
        }

        pool.Pool.AssertNoLeaks();
    }

    [Theory]
    [MemberData(nameof(AllSides))]
    public async Task The_will_is_told_when_the_connection_is_reset_and_not_after_a_goodbye(Sides sides)
    {
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(sides.ForServer(pool)))
        await using (TestClient heir = await TestClient.ConnectAsync(sides.ForClient(pool), broker.Port))
        {
            await heir.SubscribeAsync("wills/#");
            await using (await TestClient.ConnectAsync(sides.ForClient(pool), broker.Port, o => o.WithWillTopic("wills/polite").WithWillPayload("no")))
            {
            }

            TestClient rude = await TestClient.ConnectAsync(
                sides.ForClient(pool), broker.Port, o => o.WithWillTopic("wills/rude").WithWillPayload("gone"));
            rude.Client.Dispose(); // the options' LingerState makes it a reset
            MqttApplicationMessage will = await heir.NextAsync();
            Assert.Equal("wills/rude", will.Topic);
            Assert.Equal("gone", will.ConvertPayloadToString());
        }

        pool.Pool.AssertNoLeaks();
    }

    [Theory]
    [MemberData(nameof(AllSides))]
    public async Task A_large_payload_arrives_as_it_was_sent(Sides sides)
    {
        byte[] payload = TemporaryDirectory.Bytes(8 << 20);
        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(sides.ForServer(pool)))

        // MQTTnet's own sockets have buffers of 8 KiB in the kernel: seconds for 8 MiB.
        await using (TestClient client = await TestClient.ConnectAsync(sides.ForClient(pool), broker.Port, o => o.WithTcpServer(tcp => tcp.BufferSize = 1 << 18)))
        {
            await client.SubscribeAsync("large");
            await client.PublishAsync("large", payload);
            Assert.Equal(SHA256.HashData(payload), SHA256.HashData(await client.NextPayloadAsync()));
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task A_payload_in_many_pieces_arrives_as_one()
    {
        byte[] payload = TemporaryDirectory.Bytes(100_000);
        PacketPieces pieces = new();
        for (int start = 0; start < payload.Length; start += 1000)
        {
            pieces.Add(new(payload, start, 1000));
        }

        using TestPool pool = new();
        await using (Broker broker = await Broker.StartAsync(pool.Pool))
        await using (TestClient client = await TestClient.ConnectAsync(pool.Pool, broker.Port))
        {
            await client.SubscribeAsync("pieces");
            await client.Client.PublishSequenceAsync("pieces", pieces.Whole, MqttQualityOfServiceLevel.ExactlyOnce);
            Assert.Equal(payload, await client.NextPayloadAsync());
        }

        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Every_endpoint_tells_both_addresses_to_the_server()
    {
        TaskCompletionSource<ValidatingConnectionEventArgs> seen = new();
        using TestPool pool = new();
        await using Broker broker = await Broker.StartAsync(pool.Pool, listen: server => server.ValidatingConnectionAsync += e =>
        {
            seen.TrySetResult(e);
            return Task.CompletedTask;
        });
        await using TestClient client = await TestClient.ConnectAsync(
            pool.Pool, broker.Port, o => o.WithTcpServer(tcp => tcp.LocalEndpoint = new System.Net.IPEndPoint(System.Net.IPAddress.Parse("127.0.0.2"), 0)));
        ValidatingConnectionEventArgs e = await seen.Task;
        Assert.StartsWith("127.0.0.2:", $"{e.RemoteEndPoint}", StringComparison.Ordinal);
        Assert.Equal($"127.0.0.1:{broker.Port}", $"{e.ChannelAdapter.LocalEndPoint}");
        Assert.False(e.IsSecureConnection);
        Assert.Null(e.ClientCertificate);
    }
}
