using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketPools.Tests.Streams;

namespace SocketPools.Http.Tests;

/// <summary>Kestrel on ordinary sockets: HTTP/1.1, HTTP/2 without TLS, and both over TLS.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _held = new(0);

    private WebServer(WebApplication application)
    {
        _application = application;
        application.Run(AnswerAsync);
    }

    internal Uri Http1 { get; private set; } = null!;

    internal Uri Http2 { get; private set; } = null!;

    internal Uri Tls { get; private set; } = null!;

    internal static async Task<WebServer> StartAsync(IPAddress? address = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(address ?? IPAddress.Loopback, 0, options => options.Protocols = HttpProtocols.Http1);
            kestrel.Listen(address ?? IPAddress.Loopback, 0, options => options.Protocols = HttpProtocols.Http2);
            kestrel.Listen(address ?? IPAddress.Loopback, 0, options =>
            {
                options.Protocols = HttpProtocols.Http1AndHttp2;
                options.UseHttps(TestCertificates.ServerCertificate);
            });
        });
        WebServer server = new(builder.Build());
        await server._application.StartAsync();
        string[] addresses = [.. server._application.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses];
        (server.Http1, server.Http2, server.Tls) = (new Uri(addresses[0]), new Uri(addresses[1]), new Uri(addresses[2]));
        return server;
    }

    /// <summary>Waits until one more request to /hold is here.</summary>
    internal Task NextHeldAsync() => _held.WaitAsync();

    /// <summary>Lets what is held go.</summary>
    internal void Release() => _release.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        using CancellationTokenSource now = new(TimeSpan.FromSeconds(1));
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string[] path = context.Request.Path.Value!.Split('/');
        switch (path[1])
        {
            case "hold":
                _held.Release();
                await _release.Task.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync("held");
                break;
            case "connection":
                await context.Response.WriteAsync($"{context.Request.Protocol} {context.Connection.Id}");
                break;
            case "hash":
                await context.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body)));
                break;
            case "bytes":
                byte[] bytes = new byte[int.Parse(path[2], CultureInfo.InvariantCulture)];
                new Random(bytes.Length).NextBytes(bytes);
                await context.Response.Body.WriteAsync(bytes);
                break;
            default:
                await context.Response.WriteAsync($"hello {path[1]}");
                break;
        }
    }
}
