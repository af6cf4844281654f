#:project ../src/SocketPools.MqttNet/SocketPools.MqttNet.csproj

// An MQTT server and a client of it, both MQTTnet's, on one pool: the client subscribes, publishes and prints what comes back.
//
//   dotnet run samples/mqtt.cs                   both, on loopback
//   dotnet run samples/mqtt.cs -- serve 1883     the server, until Enter
//   dotnet run samples/mqtt.cs -- HOST 1883      the client

using System.Globalization;
using System.Net;
using MQTTnet;
using MQTTnet.Server;
using SocketPools;
using SocketPools.MqttNet;

using SocketPool pool = SocketPool.For(HostNetwork.Default);
switch (args)
{
    case ["serve", string port]:
        using (MqttServer server = await StartAsync(IPAddress.Any, int.Parse(port, CultureInfo.InvariantCulture)))
        {
            Console.WriteLine($"serving at port {port}; Enter stops");
            Console.ReadLine();
        }

        break;

    case [string host, string port]:
        await PublishAsync(host, int.Parse(port, CultureInfo.InvariantCulture));
        break;

    default:
        MqttServerOptions options = OptionsFor(IPAddress.Loopback, 0);
        using (MqttServer server = new MqttServerFactory().CreateMqttServer(options, pool))
        {
            await server.StartAsync();
            await PublishAsync("127.0.0.1", options.DefaultEndpointOptions.Port); // the port that 0 has become
            await server.StopAsync();
        }

        pool.AssertNoLeaks();
        break;
}

async Task<MqttServer> StartAsync(IPAddress address, int port)
{
    MqttServer server = new MqttServerFactory().CreateMqttServer(OptionsFor(address, port), pool);
    await server.StartAsync();
    return server;
}

static MqttServerOptions OptionsFor(IPAddress address, int port) => new MqttServerOptionsBuilder()
    .WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(address).WithDefaultEndpointPort(port)
    .WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build();

async Task PublishAsync(string host, int port)
{
    TaskCompletionSource<string> came = new();
    using IMqttClient client = new MqttClientFactory().CreateMqttClient(pool);
    client.ApplicationMessageReceivedAsync += e =>
    {
        came.TrySetResult($"{e.ApplicationMessage.Topic}: {e.ApplicationMessage.ConvertPayloadToString()}");
        return Task.CompletedTask;
    };
    await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer(host, port).WithTimeout(TimeSpan.FromSeconds(10)).Build());
    await client.SubscribeAsync("room/temperature");
    await client.PublishStringAsync("room/temperature", "21.5");
    Console.WriteLine(await came.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    await client.DisconnectAsync();
}
