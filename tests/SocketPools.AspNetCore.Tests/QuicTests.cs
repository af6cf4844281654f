using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SocketPools.AspNetCore.Tests;

/// <summary>HTTP/3 would take its sockets from the system. A transport that looks like QUIC stands for it, so that the tests run everywhere.</summary>
public sealed class QuicTests
{
    [Theory]
    [InlineData(true, HttpProtocols.Http1AndHttp2AndHttp3)]
    [InlineData(false, HttpProtocols.Http1AndHttp2AndHttp3)]
    public async Task An_endpoint_with_http3_serves_the_versions_below_it_and_announces_none(bool isQuicFirst, HttpProtocols protocols)
    {
        using SocketPool pool = new(new HostNetwork());
        FakeQuic quic = new();
        await using WebApplication app = Build(pool, quic, isQuicFirst, protocols);
        await app.StartAsync();
        using HttpClient client = new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Equals(Certificates.Server) } });
        using HttpResponseMessage response = await client.GetAsync(new Uri(app.Urls.Single()));
        Assert.Equal("pool", await response.Content.ReadAsStringAsync());
        Assert.False(response.Headers.Contains("Alt-Svc"));
        Assert.Equal(0, quic.Bound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_endpoint_for_http3_alone_makes_the_start_fail(bool isQuicFirst)
    {
        using SocketPool pool = new(new HostNetwork());
        FakeQuic quic = new();
        await using WebApplication app = Build(pool, quic, isQuicFirst, HttpProtocols.Http3);
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());
        Assert.Equal(0, quic.Bound);
    }

    [Fact]
    public async Task The_transport_of_the_tests_is_asked_where_no_pool_serves_all_endpoints()
    {
        FakeQuic quic = new();
        await using WebApplication app = Build(null, quic, isQuicFirst: true, HttpProtocols.Http1AndHttp2AndHttp3);
        await Assert.ThrowsAnyAsync<NotSupportedException>(() => app.StartAsync());
        Assert.Equal(1, quic.Bound);
    }

    private static WebApplication Build(SocketPool? pool, FakeQuic quic, bool isQuicFirst, HttpProtocols protocols)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (isQuicFirst)
        {
            builder.Services.AddSingleton<IMultiplexedConnectionListenerFactory>(quic);
        }

        _ = pool is null ? builder.WebHost.AddSocketPoolTransport() : builder.WebHost.UseSocketPool(pool);
        if (!isQuicFirst)
        {
            builder.Services.AddSingleton<IMultiplexedConnectionListenerFactory>(quic);
        }

        // With port 0 Kestrel leaves HTTP/3 out by itself.
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, LoopbackPort.Find(), listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(Certificates.Server);
        }));
        WebApplication app = builder.Build();
        app.MapGet("/", (Microsoft.AspNetCore.Http.HttpContext context) => context.Features.Get<IPoolSocketFeature>() is null ? "system" : "pool");
        return app;
    }

    private sealed class FakeQuic : IMultiplexedConnectionListenerFactory
    {
        internal int Bound { get; private set; }

        public ValueTask<IMultiplexedConnectionListener> BindAsync(
            EndPoint endpoint, IFeatureCollection? features = null, CancellationToken cancellationToken = default)
        {
            Bound++;
            throw new NotSupportedException("not real");
        }
    }
}
