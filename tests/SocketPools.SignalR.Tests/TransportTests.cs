using System.Net;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR.Client;
using SocketPools.Tests;
using SocketPools.Tests.Streams;

namespace SocketPools.SignalR.Tests;

/// <summary>
/// SignalR's client on one stack and its hub on the other. The hub's address exists on that cable alone: a byte on any other socket could not
/// arrive.
/// </summary>
public sealed class TransportTests
{
    [Theory]
    [InlineData(HttpTransportType.WebSockets, false)]
    [InlineData(HttpTransportType.ServerSentEvents, false)]
    [InlineData(HttpTransportType.LongPolling, false)]
    [InlineData(HttpTransportType.WebSockets, true)]
    [InlineData(HttpTransportType.ServerSentEvents, true)]
    [InlineData(HttpTransportType.LongPolling, true)]
    public async Task Every_transport_works_over_the_pool(HttpTransportType transport, bool isOnBuilder)
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        HubConnectionBuilder builder = new();
        if (isOnBuilder)
        {
            builder.UseSocketPool(network.Near).WithUrl(server.Url, transport);
        }
        else
        {
            builder.WithUrl(server.Url, transport, options => options.UseSocketPool(network.Near));
        }

        await using (HubConnection hub = builder.Build())
        {
            TaskCompletionSource<string> called = new(TaskCreationOptions.RunContinuationsAsynchronously);
            hub.On<string>("called", text => called.TrySetResult(text));
            await hub.StartAsync();
            Assert.Equal(transport.ToString(), await hub.InvokeAsync<string>("Transport"));
            string text = new('x', 20_000);
            Assert.Equal(text, await hub.InvokeAsync<string>("Echo", text));
            await hub.InvokeAsync("CallBackAsync", "back");
            Assert.Equal("back", await called.Task.WaitAsync(TimeSpan.FromSeconds(120)));
            Assert.InRange(network.Near.OpenCount, 1, 3);
        }

        Assert.InRange(network.Near.TotalOpened, 2, 4);

        // The response of an event stream is ended in the background.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (network.Near.OpenCount > 0)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }

        network.Near.AssertNoLeaks();
    }

    [Fact]
    public async Task The_hub_is_out_of_reach_without_the_pool()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(1));
        await using HubConnection hub = new HubConnectionBuilder().WithUrl(server.Url).Build();
        await Assert.ThrowsAnyAsync<Exception>(() => hub.StartAsync(limit.Token));
        Assert.Equal(0, network.Near.TotalOpened);
    }

    [Fact]
    public async Task A_connection_without_negotiation_works_over_the_pool()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, HttpTransportType.WebSockets, options => options.SkipNegotiation = true)
            .UseSocketPool(network.Near)
            .Build();
        await hub.StartAsync();
        Assert.Equal("WebSockets", await hub.InvokeAsync<string>("Transport"));
        Assert.Equal(1, network.Near.TotalOpened);
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Headers_and_token_arrive_with_every_transport(HttpTransportType transport)
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, transport, options =>
            {
                options.UseSocketPool(network.Near);
                options.Headers["X-Lab"] = "7";
                options.AccessTokenProvider = () => Task.FromResult<string?>("secret");
            })
            .Build();
        await hub.StartAsync();
        Assert.Equal("7", await hub.InvokeAsync<string>("Header", "X-Lab"));
        Assert.Equal("Bearer secret", await hub.InvokeAsync<string>("Header", "Authorization"));
        Assert.StartsWith("Microsoft SignalR/", await hub.InvokeAsync<string>("Header", "User-Agent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_there_before_the_pool_arrives()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, options => options.AccessTokenProvider = () => Task.FromResult<string?>("secret"))
            .UseSocketPool(network.Near)
            .Build();
        await hub.StartAsync();
        Assert.Equal("Bearer secret", await hub.InvokeAsync<string>("Header", "Authorization"));
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Certificates_are_checked_by_the_callbacks_that_SignalR_documents(HttpTransportType transport)
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network, isTls: true);
        int checks = 0;
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, transport, options =>
            {
                options.HttpMessageHandlerFactory = handler =>
                {
                    ((HttpClientHandler)handler).ServerCertificateCustomValidationCallback = (request, certificate, _, _) =>
                    {
                        checks++;
                        return request.RequestUri == server.Url && certificate!.Equals(TestCertificates.ServerCertificate);
                    };
                    return handler;
                };
                options.WebSocketConfiguration = socket => socket.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    checks++;
                    return certificate!.Equals(TestCertificates.ServerCertificate);
                };
            })
            .UseSocketPool(network.Near)
            .Build();
        await hub.StartAsync();
        Assert.Equal(transport.ToString(), await hub.InvokeAsync<string>("Transport"));
        Assert.InRange(checks, transport == HttpTransportType.WebSockets ? 2 : 1, 4);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_ends_the_start()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network, isTls: true);
        await using HubConnection hub = new HubConnectionBuilder().WithUrl(server.Url).UseSocketPool(network.Near).Build();
        await Assert.ThrowsAsync<HttpRequestException>(() => hub.StartAsync());
    }

    [Fact]
    public async Task A_websocket_over_http2_uses_the_pool()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network, protocols: HttpProtocols.Http2);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = true;
                options.WebSocketConfiguration = socket =>
                {
                    socket.HttpVersion = HttpVersion.Version20;
                    socket.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
                };
            })
            .UseSocketPool(network.Near)
            .Build();
        await hub.StartAsync();
        Assert.Equal("HTTP/2", await hub.InvokeAsync<string>("Protocol"));
        Assert.Equal(1, network.Near.TotalOpened);
    }

    [Fact]
    public async Task A_full_pool_is_in_the_exception()
    {
        using TwoStacks network = new(maxSockets: 1);
        await using HubServer server = await HubServer.StartAsync(network);
        network.Near.CapacityTimeout = TimeSpan.FromSeconds(0.1);
        using PoolSocket holder = network.Near.CreateSocket();
        foreach (bool skipsNegotiation in new[] { false, true })
        {
            await using HubConnection hub = new HubConnectionBuilder()
                .WithUrl(server.Url, HttpTransportType.WebSockets, options => options.SkipNegotiation = skipsNegotiation)
                .UseSocketPool(network.Near)
                .Build();
            Exception? e = await Assert.ThrowsAnyAsync<Exception>(() => hub.StartAsync());
            while (e is not null and not OutOfSocketsException)
            {
                e = e.InnerException;
            }

            Assert.Equal(holder.Id, Assert.Single(Assert.IsType<OutOfSocketsException>(e).Holders).Id);
        }
    }

    [Fact]
    public async Task A_hub_that_reconnects_does_so_over_the_pool()
    {
        using TwoStacks network = new();
        await using HubServer server = await HubServer.StartAsync(network);
        await using HubConnection hub = new HubConnectionBuilder()
            .WithUrl(server.Url, HttpTransportType.WebSockets)
            .WithAutomaticReconnect([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1)])
            .UseSocketPool(network.Near)
            .Build();
        TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Reconnected += _ =>
        {
            again.TrySetResult();
            return Task.CompletedTask;
        };
        await hub.StartAsync();
        await hub.SendAsync("Cut");
        await again.Task.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal("on", await hub.InvokeAsync<string>("Echo", "on"));
    }
}
