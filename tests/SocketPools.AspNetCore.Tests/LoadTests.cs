using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SocketPools.AspNetCore.Tests;

/// <summary>Many at once, and more than there is room for.</summary>
public sealed class LoadTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Speed", "Slow")]
    public async Task Ten_thousand_requests_over_a_hundred_connections_are_all_answered(bool clientOnPool)
    {
        using SocketPool clients = new(new HostNetwork());
        ConcurrentDictionary<int, int> seen = [];
        await using TestServer server = await TestServer.StartAsync(app => app.MapPost("/{n:int}", async (int n, HttpContext context) =>
        {
            using StreamReader body = new(context.Request.Body);
            seen.AddOrUpdate(n, 1, (_, count) => count + 1);
            return $"{n}:{await body.ReadToEndAsync()}";
        }));
        using HttpClient client = server.CreateClient(maxConnections: 100, pool: clientOnPool ? clients : null);
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is int n and <= 10_000)
            {
                using HttpResponseMessage response = await client.PostAsync($"/{n}", new StringContent($"body {n}"));
                Assert.Equal($"{n}:body {n}", await response.Content.ReadAsStringAsync());
            }
        }));
        Assert.Equal(10_000, seen.Count);
        Assert.All(seen.Values, count => Assert.Equal(1, count));
        Assert.InRange(server.Pool.HighWaterMark, 2, 101);
        Assert.InRange(clients.HighWaterMark, clientOnPool ? 2 : 0, clientOnPool ? 100 : 0);
    }

    [Fact]
    public async Task A_pool_of_eight_serves_two_hundred_clients_one_after_the_other()
    {
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapGet("/{n:int}", (int n) => n), new ServerSetup { MaxSockets = 8 });
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async n =>
        {
            using HttpClient client = server.CreateClient();
            client.DefaultRequestHeaders.ConnectionClose = true;
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal($"{n}", await client.GetStringAsync($"/{n}"));
            }
        }));
        Assert.Equal(8, server.Pool.MaxSockets);
        Assert.InRange(server.Pool.HighWaterMark, 2, 8);
        Assert.Equal(1001, server.Pool.TotalOpened);
    }

    [Fact]
    public async Task While_the_pool_is_full_connections_wait_and_are_served_when_a_place_is_free()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"), new ServerSetup { MaxSockets = 3 });
        using RawClient first = await RawClient.ConnectAsync(server.EndPoint);
        using RawClient second = await RawClient.ConnectAsync(server.EndPoint);
        await first.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await first.ReceiveUntilAsync("hello");
        await second.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await second.ReceiveUntilAsync("hello");
        Assert.Equal(3, server.Pool.OpenCount);

        // The system connects it, and nobody accepts it.
        using RawClient third = await RawClient.ConnectAsync(server.EndPoint);
        await third.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        ValueTask<int> answer = third.Socket.ReceiveAsync(new byte[1], SocketFlags.Peek, TestContext.Current.CancellationToken);
        await second.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await second.ReceiveUntilAsync("hello");
        Assert.False(answer.IsCompleted);
        Assert.Equal(3, server.Pool.OpenCount);

        first.Dispose();
        Assert.Equal(1, await answer);
        await third.ReceiveUntilAsync("hello");
        Assert.Equal(3, server.Pool.HighWaterMark);
        Assert.Equal(0, server.Pool.ExhaustedCount);
    }

    [Fact]
    public async Task A_budget_that_grows_lets_those_who_wait_in()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"), new ServerSetup { MaxSockets = 2 });
        using HttpClient first = server.CreateClient();
        Assert.Equal("hello", await first.GetStringAsync("/"));
        using HttpClient second = server.CreateClient();
        Task<string> waiting = second.GetStringAsync("/");
        Assert.Equal("hello", await first.GetStringAsync("/"));
        Assert.False(waiting.IsCompleted);
        server.Pool.Radio.MaxSockets = 3;
        Assert.Equal("hello", await waiting);
    }

    [Fact]
    public async Task Connections_that_end_give_their_places_back()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"));
        List<RawClient> clients = [];
        for (int i = 0; i < 20; i++)
        {
            RawClient client = await RawClient.ConnectAsync(server.EndPoint);
            clients.Add(client);
            if (i % 2 == 0)
            {
                await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                await client.ReceiveUntilAsync("hello");
            }
        }

        for (int i = 0; i < clients.Count; i++)
        {
            if (i % 3 == 0)
            {
                clients[i].Reset();
            }
            else
            {
                clients[i].Dispose();
            }
        }

        await server.OnlyOpenAsync(1);
        Assert.Equal(1, server.Pool.OpenCount);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, 0)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, 100)]
    public async Task Kestrels_own_limits_hold(HttpStatusCode expected, long limit)
    {
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapPost("/", async (HttpContext context) =>
            {
                using StreamReader body = new(context.Request.Body);
                return await body.ReadToEndAsync();
            }),
            new ServerSetup
            {
                Kestrel = kestrel => kestrel.Limits.MaxRequestBodySize = limit == 0 ? null : limit,
                MayLogErrors = limit > 0,
            });
        using HttpClient client = server.CreateClient();
        using HttpResponseMessage response = await client.PostAsync("/", new StringContent(new string('x', 1000)));
        Assert.Equal(expected, response.StatusCode);
    }
}
