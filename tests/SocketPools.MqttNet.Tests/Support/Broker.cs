using System.Net;
using MQTTnet.Server;

namespace SocketPools.MqttNet.Tests;

/// <summary>A server on loopback at a port of the system's choice: on a pool, or on MQTTnet's own sockets.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private Broker(MqttServer server, MqttServerOptions options)
    {
        Server = server;
        Options = options;
    }

    internal MqttServer Server { get; }

    internal MqttServerOptions Options { get; }

    internal int Port => Options.DefaultEndpointOptions.Port;

    internal int TlsPort => Options.TlsEndpointOptions.Port;

    /// <summary>Starts one.</summary>
    /// <param name="pool">The pool; null for MQTTnet's own sockets.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="listen">Listens to events before the start.</param>
    internal static async Task<Broker> StartAsync(SocketPool? pool, Action<MqttServerOptions>? configure = null, Action<MqttServer>? listen = null)
    {
        MqttServerOptions options = OnLoopback();
        configure?.Invoke(options);
        MqttServerFactory factory = new();
        MqttServer server = pool is null ? factory.CreateMqttServer(options) : factory.CreateMqttServer(options, pool);
        listen?.Invoke(server);
        await server.StartAsync();
        return new Broker(server, options);
    }

    internal static MqttServerOptions OnLoopback()
    {
        MqttServerOptions options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(0).Build();
        foreach (MqttServerTcpEndpointBaseOptions endpoint in (MqttServerTcpEndpointBaseOptions[])[options.DefaultEndpointOptions, options.TlsEndpointOptions])
        {
            endpoint.Port = 0;
            endpoint.BoundInterNetworkAddress = IPAddress.Loopback;
            endpoint.BoundInterNetworkV6Address = IPAddress.None;
        }

        options.KeepAliveOptions.MonitorInterval = TimeSpan.FromMilliseconds(100);
        return options;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync();
        Server.Dispose();
    }
}
