using System.Buffers;
using System.Net;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace SocketPools.MqttNet.Tests;

/// <summary>A client, on a pool or on MQTTnet's own sockets, and what it has received.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly Channel<MqttApplicationMessage> _inbox = Channel.CreateUnbounded<MqttApplicationMessage>();

    private TestClient(IMqttClient client)
    {
        Client = client;
        client.ApplicationMessageReceivedAsync += async e => await _inbox.Writer.WriteAsync(e.ApplicationMessage);
        client.DisconnectedAsync += e =>
        {
            Disconnected.TrySetResult();
            return Task.CompletedTask;
        };
    }

    internal IMqttClient Client { get; }

    /// <summary>Done when the connection has ended, whoever ended it.</summary>
    internal TaskCompletionSource Disconnected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes one that is not connected.</summary>
    internal static TestClient Create(SocketPool? pool) =>
        new(pool is null ? new MqttClientFactory().CreateMqttClient() : new MqttClientFactory().CreateMqttClient(pool));

    internal static async Task<TestClient> ConnectAsync(SocketPool? pool, int port, Action<MqttClientOptionsBuilder>? configure = null)
    {
        TestClient client = Create(pool);
        try
        {
            await client.Client.ConnectAsync(OptionsFor(port, configure));
            return client;
        }
        catch
        {
            client.Client.Dispose();
            throw;
        }
    }

    internal static MqttClientOptions OptionsFor(int port, Action<MqttClientOptionsBuilder>? configure = null)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithEndPoint(new IPEndPoint(IPAddress.Loopback, port)).WithTimeout(TimeSpan.FromSeconds(60));
        configure?.Invoke(builder);
        return builder.Build();
    }

    internal Task SubscribeAsync(string topic, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.ExactlyOnce) =>
        Client.SubscribeAsync(topic, quality);

    internal Task PublishAsync(
        string topic, byte[] payload, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.AtLeastOnce, bool retain = false) =>
        Client.PublishBinaryAsync(topic, payload, quality, retain);

    internal async Task<MqttApplicationMessage> NextAsync() => await _inbox.Reader.ReadAsync();

    internal async Task<byte[]> NextPayloadAsync() => (await NextAsync()).Payload.ToArray();

    internal async Task<string> NextTextAsync() => System.Text.Encoding.UTF8.GetString(await NextPayloadAsync());

    public async ValueTask DisposeAsync()
    {
        await Client.TryDisconnectAsync();
        Client.Dispose();
    }
}
