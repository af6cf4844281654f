using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SocketPools.Endurance;

/// <summary>Kestrel on a pool or on the system's transport, and clients for it.</summary>
internal static class WebServers
{
    private const int BlockSize = 16 * 1024;
    private static readonly byte[] s_block = new byte[BlockSize];
    private static readonly X509Certificate2 s_certificate = CreateCertificate();

    /// <summary>Serves <c>/</c>, and <c>/body/LENGTH</c> in blocks.</summary>
    internal static WebApplication Create(SocketPool? pool, string protocol)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocol == "http1" ? HttpProtocols.Http1 : HttpProtocols.Http2;
            if (protocol == "tls")
            {
                listen.UseHttps(s_certificate);
            }
        }));
        if (pool is not null)
        {
            builder.WebHost.UseSocketPool(pool);
        }

        WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");
        app.MapGet("/body/{length:long}", async (long length, HttpContext context) =>
        {
            context.Response.ContentLength = length;
            for (long left = length; left > 0; left -= BlockSize)
            {
                await context.Response.Body.WriteAsync(s_block.AsMemory(0, (int)Math.Min(left, BlockSize)), context.RequestAborted);
            }
        });
        return app;
    }

    internal static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    internal static HttpClient CreateClient(string protocol, int port, SocketPool? pool = null)
    {
        SocketsHttpHandler handler = new() { UseProxy = false };
        // The server may be another process, with a certificate of its own; all that is known is its name.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost";
        return new HttpClient(pool is null ? handler : handler.UsePool(pool))
        {
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"{(protocol == "tls" ? "https" : "http")}://127.0.0.1:{port}/")),
            DefaultRequestVersion = protocol == "http1" ? HttpVersion.Version11 : HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private static SocketsHttpHandler UsePool(this SocketsHttpHandler handler, SocketPool pool) =>
        Streams.PoolHttpExtensions.UseSocketPool(handler, pool);

    private static X509Certificate2 CreateCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
    }
}
