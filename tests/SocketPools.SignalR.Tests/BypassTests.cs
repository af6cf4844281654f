using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.SignalR.Tests;

/// <summary>What would take a part of SignalR's connections past the pool works on it or fails.</summary>
public sealed class BypassTests
{
    private const HttpTransportType All = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.LongPolling)]
    [InlineData(All)]
    public async Task A_handler_alone_is_refused_because_websockets_would_not_use_it(HttpTransportType transports)
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, transports, options => options.HttpMessageHandlerFactory = _ => new SocketsHttpHandler().UseSocketPool(network.Near))
            .Build();
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.StartAsync());
        Assert.Contains("SocketPools.SignalR", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, network.Near.TotalOpened);
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task A_handler_factory_that_replaces_the_pools_is_refused(HttpTransportType transport)
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        int sent = 0;
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, transport, options =>
            {
                options.UseSocketPool(network.Near);
                options.HttpMessageHandlerFactory = _ => new CountingHandler(() => sent++);
            })
            .Build();
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.StartAsync());
        Assert.Contains("HttpMessageHandlerFactory was replaced", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, sent);
    }

    [Fact]
    public async Task A_websocket_factory_that_replaces_the_pools_is_refused()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        int asked = 0;
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, HttpTransportType.WebSockets, options =>
            {
                options.UseSocketPool(network.Near);
                options.WebSocketFactory = (_, _) =>
                {
                    asked++;
                    return default;
                };
            })
            .Build();
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.StartAsync());
        Assert.Contains("WebSocketFactory was replaced", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task A_handler_factory_on_the_builder_holds_in_either_order()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        int sent = 0;
        await using HubConnection hub = new HubConnectionBuilder()
            .UseSocketPool(network.Near)
            .WithUrl(server.Url, HttpTransportType.LongPolling, options => options.HttpMessageHandlerFactory = handler => new CountingHandler(() => sent++) { InnerHandler = handler })
            .Build();
        await hub.StartAsync();
        Assert.Equal("on", await hub.InvokeAsync<string>("Echo", "on"));
        Assert.InRange(sent, 3, 100);
        Assert.InRange(network.Near.TotalOpened, 1, 4);
    }

    [Fact]
    public async Task A_handler_of_the_factorys_own_uses_the_pool()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, HttpTransportType.ServerSentEvents, options => options.HttpMessageHandlerFactory = _ => new SocketsHttpHandler { UseCookies = false })
            .UseSocketPool(network.Near)
            .Build();
        await hub.StartAsync();
        Assert.Equal("on", await hub.InvokeAsync<string>("Echo", "on"));
    }

    [Fact]
    public async Task A_handler_that_no_pool_can_serve_is_refused()
    {
        using TwoStacks network = new();
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(new Uri("http://192.0.2.2/hub"), options => options.HttpMessageHandlerFactory = _ => new DerivedHandler())
            .UseSocketPool(network.Near)
            .Build();
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.StartAsync());
        Assert.Contains(nameof(DerivedHandler), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_websocket_factory_beside_the_pool_on_the_builder_is_refused(bool skipsNegotiation)
    {
        using TwoStacks network = new();
        IHubConnectionBuilder builder = new HubConnectionBuilder()
            .UseSocketPool(network.Near)
            .WithUrl(new Uri("http://192.0.2.2/hub"), HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = skipsNegotiation;
                options.WebSocketFactory = (_, _) => default;
            });
        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Fact]
    public void A_websocket_factory_that_is_there_is_not_replaced()
    {
        using TwoStacks network = new();
        Microsoft.AspNetCore.Http.Connections.Client.HttpConnectionOptions options = new() { WebSocketFactory = (_, _) => default };
        Assert.Throws<InvalidOperationException>(() => options.UseSocketPool(network.Near));
    }

    [Fact]
    public async Task Options_may_be_put_on_the_same_pool_twice_and_on_no_other()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, options =>
            {
                options.UseSocketPool(network.Near).UseSocketPool(network.Near);
                Assert.Throws<InvalidOperationException>(() => options.UseSocketPool(network.Far));
            })
            .UseSocketPool(network.Near)
            .Build();
        await hub.StartAsync();
        Assert.Equal("on", await hub.InvokeAsync<string>("Echo", "on"));
    }

    private sealed class CountingHandler(Action onSend) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            onSend();
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class DerivedHandler : HttpClientHandler;
}
