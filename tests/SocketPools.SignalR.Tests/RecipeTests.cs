using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using SocketPools.Tests;

namespace SocketPools.SignalR.Tests;

/// <summary>The code of docs/recipes/signalr.md is the code between the marks here, which runs.</summary>
public sealed class RecipeTests
{
    [Fact]
    public void Every_piece_of_code_on_the_page_is_one_that_runs_here() => PageCode.AssertRunsHere("docs/recipes/signalr.md");

    [Fact]
    public async Task On_the_builder()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        (Uri url, SocketPool pool) = (server.Url, network.Near);

        // {
        await using HubConnection hub = new HubConnectionBuilder().WithUrl(url).UseSocketPool(pool).Build();
        await hub.StartAsync();
        // }
        Assert.Equal("WebSockets", await hub.InvokeAsync<string>("Transport"));
    }

    [Fact]
    public async Task On_the_options()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        (Uri url, SocketPool pool) = (server.Url, network.Near);

        // {
        IHubConnectionBuilder builder = new HubConnectionBuilder().WithUrl(url, HttpTransportType.LongPolling, options =>
        {
            options.Headers["X-Device"] = "7";
            options.UseSocketPool(pool);
        });
        // }
        await using HubConnection hub = builder.Build();
        await hub.StartAsync();
        Assert.Equal("LongPolling", await hub.InvokeAsync<string>("Transport"));
        Assert.Equal("7", await hub.InvokeAsync<string>("Header", "X-Device"));
    }

    [Fact]
    public async Task A_pool_of_one_socket_serves_a_connection_of_one()
    {
        using TwoStacks network = new(maxSockets: 1);
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, HttpTransportType.WebSockets, options => options.SkipNegotiation = true)
            .UseSocketPool(network.Near)
            .Build();
        await hub.StartAsync();
        Assert.Equal("on", await hub.InvokeAsync<string>("Echo", "on"));
    }
}
