using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Win32.SafeHandles;
using MQTTnet.Server;
using SocketPools.MqttNet;

namespace SocketPools.Endurance;

/// <summary>A server in a process of its own, whose limits the parent has lowered.</summary>
internal static class ServerProcess
{
    internal static async Task<int> RunAsync(string transport, string protocol, int files, CancellationToken stop)
    {
        SocketPool? pool = transport == "pool" ? SocketPool.For(HostNetwork.Default) : null;
        if (pool is not null)
        {
            pool.Radio.MaxSockets = pool.Radio.MaxSocketsLimit;
        }

        List<SafeFileHandle> held = [];
        Func<Task> end = protocol == "mqtt" ? await StartMqttAsync(pool) : await StartWebAsync(pool, protocol, stop);
        for (int i = 0; i < files; i++)
        {
            held.Add(File.OpenHandle("/dev/null"));
        }

        while (await Console.In.ReadLineAsync(stop) is not null)
        {
        }

        held.ForEach(file => file.Dispose());
        await end();
        return 0;
    }

    private static async Task<Func<Task>> StartWebAsync(SocketPool? pool, string protocol, CancellationToken stop)
    {
        WebApplication app = WebServers.Create(pool, protocol);
        await app.StartAsync(stop);
        Console.WriteLine(WebServers.PortOf(app).ToString(CultureInfo.InvariantCulture));
        return async () =>
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        };
    }

    private static async Task<Func<Task>> StartMqttAsync(SocketPool? pool)
    {
        MqttServerOptions options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(0).Build();
        options.DefaultEndpointOptions.BoundInterNetworkAddress = IPAddress.Loopback;
        options.DefaultEndpointOptions.BoundInterNetworkV6Address = IPAddress.None;
        options.DefaultEndpointOptions.ConnectionBacklog = 1024;
        MqttServerFactory factory = new();
        MqttServer server = pool is null ? factory.CreateMqttServer(options) : factory.CreateMqttServer(options, pool);
        await server.StartAsync();
        Console.WriteLine(options.DefaultEndpointOptions.Port.ToString(CultureInfo.InvariantCulture));
        return async () =>
        {
            await server.StopAsync();
            server.Dispose();
        };
    }
}
