#!/bin/bash
# ASP.NET Core 10.0 (Kestrel): with port 0 and Http1AndHttp2AndHttp3 there is no HTTP/3, and no error
#
# Guess: TCP gets a free port, and HTTP/3 listens on the UDP port of that number; or the server does not start.
# Observed: a listener for multiplexed connections, as HTTP/3 needs one, is asked once for a fixed port and for HTTP/3 alone with port 0, and
# not at all for port 0 with all three. The server starts without a word.
# Why it matters: tests let the system choose the port, so they test HTTP/1.1 and HTTP/2 and report that HTTP/3 falls back. Choose a free
# port first.
source "$(dirname "$0")/support/lib.sh"
need openssl
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/log"
out=$(CERTIFICATE=$work PORT=$(free_port) csharp Microsoft.AspNetCore.App <<'CSHARP'
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

string folder = Environment.GetEnvironmentVariable("CERTIFICATE");
using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(
    X509Certificate2.CreateFromPemFile($"{folder}/certificate.pem", $"{folder}/key.pem").Export(X509ContentType.Pfx), null);
int free = int.Parse(Environment.GetEnvironmentVariable("PORT"));
foreach ((HttpProtocols protocols, int port) in new[] { (HttpProtocols.Http1AndHttp2AndHttp3, free), (HttpProtocols.Http3, 0), (HttpProtocols.Http1AndHttp2AndHttp3, 0) })
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    Counter counter = new();
    builder.Services.AddSingleton<IMultiplexedConnectionListenerFactory>(counter);
    builder.WebHost.UseKestrelHttpsConfiguration();
    builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port, listen =>
    {
        listen.Protocols = protocols;
        listen.UseHttps(certificate);
    }));
    await using WebApplication app = builder.Build();
    await app.StartAsync();
    Console.WriteLine($"{protocols}, {(port == 0 ? "port 0" : "fixed port")}: {counter.Count}");
    await app.StopAsync();
}

sealed class Counter : IMultiplexedConnectionListenerFactory
{
    public int Count;

    public ValueTask<IMultiplexedConnectionListener> BindAsync(EndPoint endPoint, IFeatureCollection features, CancellationToken token)
    {
        Count++;
        return new(new Listener { EndPoint = endPoint });
    }
}

sealed class Listener : IMultiplexedConnectionListener
{
    private readonly TaskCompletionSource<MultiplexedConnectionContext> end = new();

    public EndPoint EndPoint { get; init; }

    public ValueTask<MultiplexedConnectionContext> AcceptAsync(IFeatureCollection features, CancellationToken token) => new(end.Task);

    public ValueTask UnbindAsync(CancellationToken token)
    {
        end.TrySetResult(null);
        return default;
    }

    public ValueTask DisposeAsync() => default;
}
CSHARP
)
expect "listeners for HTTP/3" "$out" "Http1AndHttp2AndHttp3, fixed port: 1
Http3, port 0: 1
Http1AndHttp2AndHttp3, port 0: 0"
