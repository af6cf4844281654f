using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SocketPools.AspNetCore.Tests;

/// <summary>HttpClient on a pool against Kestrel on another: no socket of the system's own in between.</summary>
public sealed class BothOnPoolsTests
{
    [Theory]
    [InlineData(false, "1.1", HttpProtocols.Http1)]
    [InlineData(true, "1.1", HttpProtocols.Http1AndHttp2)]
    [InlineData(false, "2.0", HttpProtocols.Http2)]
    [InlineData(true, "2.0", HttpProtocols.Http1AndHttp2)]
    public async Task Bodies_arrive_whole_in_both_directions(bool tls, string version, HttpProtocols protocols)
    {
        byte[] content = new byte[2_000_000];
        new Random(4711).NextBytes(content);
        await using TestServer server = await TestServer.StartAsync(
            app =>
            {
                app.MapPost("/hash", async (HttpContext context) =>
                    $"{Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body))}");
                app.MapGet("/content", () => Results.Bytes(content));
            },
            new ServerSetup { Tls = tls, Protocols = protocols });
        using SocketPool clients = new(new HostNetwork());
        using (HttpClient client = server.CreateClient(Version.Parse(version), pool: clients))
        {
            using HttpResponseMessage hash = await client.PostAsync("/hash", new ByteArrayContent(content));
            Assert.Equal(Convert.ToHexString(SHA256.HashData(content)), await hash.Content.ReadAsStringAsync());
            Assert.Equal(content, await client.GetByteArrayAsync("/content"));
            Assert.Equal(1, clients.TotalOpened);
            Assert.Equal(2, server.Pool.TotalOpened);
        }

        clients.AssertNoLeaks();
    }

    [Fact]
    public async Task One_pool_serves_both_sides_of_a_hundred_requests_at_once()
    {
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapGet("/{n:int}", (int n) => n), new ServerSetup { MaxSockets = 9 });
        using HttpClient client = server.CreateClient(maxConnections: 4, pool: server.Pool);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => client.GetStringAsync($"/{n}")));
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"{n}"), answers);
        Assert.InRange(server.Pool.HighWaterMark, 3, 9);
    }
}
