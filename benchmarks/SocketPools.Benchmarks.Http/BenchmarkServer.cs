using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SocketPools.Benchmarks.Http;

/// <summary>The server's process: Kestrel on one transport. Only the transport differs.</summary>
internal static class BenchmarkServer
{
    private static readonly byte[] s_hello = "Hello, World!"u8.ToArray();
    private static readonly byte[] s_bytes = new byte[1 << 20];

    internal static async Task<int> RunAsync(string transport, CancellationToken cancellationToken)
    {
        SocketPool? pool = null;
        if (transport.StartsWith("pool", StringComparison.Ordinal))
        {
            pool = SocketPool.For(HostNetwork.Default);
            pool.Radio.MaxSockets = Math.Min(1024, pool.Radio.MaxSocketsLimit);
        }

        await using WebApplication app = await StartAsync(pool, IPAddress.Loopback, transport == "pool-threads", cancellationToken);
        Console.WriteLine(PortOf(app).ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync(cancellationToken) is not null)
        {
            double microseconds = Environment.CpuUsage.TotalTime.TotalMicroseconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)}\t{microseconds:R}"));
        }

        await app.StopAsync(cancellationToken);
        return 0;
    }

    /// <summary>Starts Kestrel on a pool, or on the system's transport without one. The system chooses the port.</summary>
    internal static async Task<WebApplication> StartAsync(SocketPool? pool, IPAddress address, bool usesThreadPool, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        if (pool is not null)
        {
            builder.WebHost.UseSocketPool(pool, options => options.AlwaysUseThreadPool = usesThreadPool);
        }

        WebApplication app = builder.Build();
        app.MapGet("/hello", (HttpContext context) => SendAsync(context, s_hello));
        app.MapGet("/bytes", (HttpContext context) => SendAsync(context, s_bytes));
        app.MapPost("/upload", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, cancellationToken);
            await SendAsync(context, s_hello);
        });
        await app.StartAsync(cancellationToken);
        return app;
    }

    internal static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    private static Task SendAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
