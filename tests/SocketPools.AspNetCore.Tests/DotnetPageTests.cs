using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SocketPools.AspNetCore.Tests;

/// <summary>The code of docs/dotnet.md about Kestrel is the code between the marks here, which runs.</summary>
public sealed class DotnetPageTests
{
    [Fact]
    public void Every_piece_of_code_about_Kestrel_is_one_that_runs_here() => PageCode.AssertRunsHere("docs/dotnet.md", ["## Kestrel"]);

    [Fact]
    public async Task All_endpoints_from_one_pool()
    {
        using SocketPool pool = new(new HostNetwork());
        WebApplicationBuilder builder = CreateBuilder();

        // {
        builder.WebHost.UseSocketPool(pool);
        // }
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        Assert.Equal(["pool"], await AskAllAsync(builder));
    }

    [Fact]
    public async Task One_endpoint_beside_ordinary_ports()
    {
        using SocketPool pool = new(new HostNetwork());
        WebApplicationBuilder builder = CreateBuilder();
        int port = 0;

        // {
        builder.WebHost.AddSocketPoolTransport();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Listen(new SocketPoolEndPoint(pool, new IPEndPoint(IPAddress.Loopback, 0)));
        });
        // }
        Assert.Equal(["system", "pool"], await AskAllAsync(builder));
    }

    private static WebApplicationBuilder CreateBuilder()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        return builder;
    }

    /// <summary>Asks each address of a server which sockets serve it.</summary>
    private static async Task<string[]> AskAllAsync(WebApplicationBuilder builder)
    {
        await using WebApplication app = builder.Build();
        app.MapGet("/", (HttpContext context) => context.Features.Get<IPoolSocketFeature>() is null ? "system" : "pool");
        await app.StartAsync();
        using HttpClient client = new();
        return await Task.WhenAll(app.Urls.Select(url => client.GetStringAsync(new Uri(url))));
    }
}
