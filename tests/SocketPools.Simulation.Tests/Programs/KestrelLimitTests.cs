using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>Kestrel's own time limits close connections of a pool, and the pool gets their places back. Its clock is the simulation's.</summary>
public sealed class KestrelLimitTests
{
    [Fact]
    public Task A_client_that_never_ends_its_head_is_closed_by_kestrels_limit_and_its_place_comes_back() => RunAsync(
        limits => limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30),
        "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        (answer, elapsed) =>
        {
            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
            Assert.InRange(elapsed.TotalSeconds, 30, 32);
        });

    [Fact]
    public Task A_connection_that_stays_idle_is_closed_and_its_place_comes_back() => RunAsync(
        limits => limits.KeepAliveTimeout = TimeSpan.FromSeconds(130),
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        (answer, elapsed) =>
        {
            Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
            Assert.Contains("hello", answer, StringComparison.Ordinal);
            Assert.InRange(elapsed.TotalSeconds, 130, 132);
        });

    [Fact]
    public Task A_body_that_comes_too_slowly_is_refused() => RunAsync(
        limits => limits.MinRequestBodyDataRate = new(1_000_000, TimeSpan.FromSeconds(5)),
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nxxx",
        (answer, elapsed) =>
        {
            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
            Assert.InRange(elapsed.TotalSeconds, 5, 8);
        });

    /// <summary>One client that sends once and then reads to the end.</summary>
    private static Task RunAsync(Action<KestrelServerLimits> limit, string request, Action<string, TimeSpan> check) => Simulation.RunAsync(1, async sim =>
    {
        SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSocketPool(web.Pool).UseUrls("http://0.0.0.0:80").ConfigureKestrel(kestrel => limit(kestrel.Limits));
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");
        app.MapPost("/", (HttpContext context) => context.Request.Body.CopyToAsync(Stream.Null));
        await app.StartAsync();
        int listening = web.Pool.OpenCount;
        using PoolSocket client = await desk.Pool.CreateConnectionAsync("web", 80);
        TimeSpan start = sim.Elapsed;
        await client.SendAllAsync(Encoding.ASCII.GetBytes(request));
        StringBuilder answer = new();
        byte[] buffer = new byte[1000];
        while (await client.ReceiveIntoAsync(buffer) is var count and > 0)
        {
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        check(answer.ToString(), sim.Elapsed - start);
        client.Close();
        await sim.DelayAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(listening, web.Pool.OpenCount);
        await app.StopAsync();
    });
}
