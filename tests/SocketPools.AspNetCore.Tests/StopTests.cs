using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SocketPools.Endurance;

namespace SocketPools.AspNetCore.Tests;

/// <summary>The orderly close of connections: what was sent arrives, and no place is held for longer than the limit.</summary>
public sealed class StopTests
{
    private const int Megabytes = 8 << 20;

    [Theory(Timeout = 240_000)]
    [InlineData("h2c", 1)]
    [InlineData("h2c", 2)]
    [InlineData("tls", 3)]
    public async Task Bodies_that_are_under_way_arrive_whole_when_the_server_stops(string protocol, int seed) =>
        Assert.Equal(0, await StopRun.RunAsync(protocol, onPool: true, seed));

    [Fact(Timeout = 240_000)]
    public async Task A_client_that_still_sends_receives_all_of_an_answer_after_which_the_server_closes()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", async (HttpContext context) =>
        {
            context.Response.Headers.Connection = "close";
            context.Response.ContentLength = Megabytes;
            await context.Response.Body.WriteAsync(new byte[Megabytes]);
        }));
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        long got = 0;
        byte[] block = new byte[64 * 1024];
        while (await client.Socket.ReceiveAsync(block) is var count and > 0)
        {
            got += count;
            await client.SendAsync("x");
        }

        Assert.InRange(got, Megabytes + 1, Megabytes + 1000);
        client.Dispose();
        await server.OnlyOpenAsync(1);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_client_that_neither_reads_nor_closes_holds_its_place_no_longer_than_the_limit()
    {
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapGet("/", (HttpContext context) =>
            {
                context.Response.Headers.Connection = "close";
                return "hello";
            }),
            new ServerSetup { Transport = transport => transport.LingerTimeout = TimeSpan.FromSeconds(0.5) });
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Contains("hello", await client.ReceiveToEndAsync(), StringComparison.Ordinal);
        long start = Stopwatch.GetTimestamp();

        // A client that drips does not win time: the limit is for all of it.
        Task drip = Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await client.SendAsync("x");
                }
            }
            catch (SocketException)
            {
                // Closed.
            }
        });
        await server.OnlyOpenAsync(1);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 30);
        await drip;
    }

    [Fact(Timeout = 240_000)]
    public async Task An_abort_does_not_linger()
    {
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapGet("/", async (HttpContext context) =>
            {
                await context.Response.WriteAsync("begun");
                await context.Response.Body.FlushAsync();
                context.Abort();
            }),
            new ServerSetup { Transport = transport => transport.LingerTimeout = TimeSpan.FromHours(1) });
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.EndsWith("(reset)", await client.ReceiveToEndAsync(), StringComparison.Ordinal);
        await server.OnlyOpenAsync(1);
    }

    [Fact]
    public void A_limit_is_not_negative_and_not_longer_than_a_timer()
    {
        SocketPoolTransportOptions options = new();
        Assert.Null(options.LingerTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.LingerTimeout = TimeSpan.FromTicks(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.LingerTimeout = TimeSpan.FromDays(25));
        options.LingerTimeout = TimeSpan.Zero;
        Assert.Equal(TimeSpan.Zero, options.LingerTimeout);
    }
}
