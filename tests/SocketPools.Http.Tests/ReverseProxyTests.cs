using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketPools.Streams;
using SocketPools.Tests;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace SocketPools.Http.Tests;

/// <summary>YARP's connections to what it forwards to, from a pool.</summary>
public sealed class ReverseProxyTests
{
    [Fact]
    public void The_code_of_the_recipe_is_the_one_that_runs_here() => PageCode.AssertRunsHere("docs/recipes/yarp.md");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Yarp_forwards_over_the_pool(bool isHttp2)
    {
        await using WebServer server = await WebServer.StartAsync();
        using TestPool made = new();
        SocketPool pool = made.Pool;
        await using WebApplication proxy = Build(pool, isHttp2 ? server.Http2 : server.Http1, isHttp2);
        await proxy.StartAsync();
        using HttpClient client = new();
        Assert.Equal("hello yarp", await client.GetStringAsync(new Uri(new Uri(proxy.Urls.Single()), "yarp")));
        Assert.Equal(1, pool.TotalOpened);
    }

    [Fact]
    public async Task Yarp_forwards_websockets_over_the_pool()
    {
        await using WebSocketTests.Server server = await WebSocketTests.Server.StartAsync();
        using TestPool made = new();
        await using WebApplication proxy = Build(made.Pool, server.HttpUrl);
        await proxy.StartAsync();
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri(proxy.Urls.Single().Replace("http", "ws", StringComparison.Ordinal)), CancellationToken.None);
        Assert.Equal("hello"u8.ToArray(), await WebSocketTests.EchoAsync(socket, "hello"u8.ToArray()));
        Assert.Equal(1, made.Pool.TotalOpened);
    }

    private static WebApplication Build(SocketPool pool, Uri destination, bool isHttp2 = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        RouteConfig[] routes = [new RouteConfig { RouteId = "all", ClusterId = "lab", Match = new RouteMatch { Path = "{**rest}" } }];
        ClusterConfig[] clusters =
        [
            new ClusterConfig
            {
                ClusterId = "lab",
                HttpRequest = isHttp2 ? new ForwarderRequestConfig { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact } : null,
                Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = destination.ToString() } },
            },
        ];

        // {
        builder.Services.AddReverseProxy().LoadFromMemory(routes, clusters).ConfigureHttpClient((_, handler) => handler.UseSocketPool(pool));
        // }
        WebApplication app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
