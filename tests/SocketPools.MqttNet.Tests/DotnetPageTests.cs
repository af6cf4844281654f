using MQTTnet;
using MQTTnet.Server;

namespace SocketPools.MqttNet.Tests;

/// <summary>The code of docs/dotnet.md about MQTT is the code between the marks here, which runs.</summary>
public sealed class DotnetPageTests
{
    [Fact]
    public async Task The_code_about_MQTT_is_what_runs_here()
    {
        PageCode.AssertRunsHere("docs/dotnet.md", ["## MQTT"]);
        using TestPool test = new();
        SocketPool pool = test.Pool;
        MqttServerOptions options = Broker.OnLoopback();

        // {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient(pool);
        using MqttServer server = new MqttServerFactory().CreateMqttServer(options, pool);
        // }
        await server.StartAsync();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", options.DefaultEndpointOptions.Port).Build());
        Assert.True(client.IsConnected);
        await client.DisconnectAsync();
        await server.StopAsync();
    }
}
