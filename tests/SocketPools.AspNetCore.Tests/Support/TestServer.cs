using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.AspNetCore.Tests;

/// <summary>What a test changes about its server.</summary>
internal sealed record ServerSetup
{
    internal int MaxSockets { get; init; } = 256;

    /// <summary>The radio; the host's own unless told.</summary>
    internal Radio? Radio { get; init; }

    internal bool Tls { get; init; }

    internal HttpProtocols Protocols { get; init; } = HttpProtocols.Http1AndHttp2;

    internal IPAddress Address { get; init; } = IPAddress.Loopback;

    internal Action<KestrelServerOptions>? Kestrel { get; init; }

    internal Action<SocketPoolTransportOptions>? Transport { get; init; }

    /// <summary>Whether the log may have errors: of the application, or because the pool was taken away.</summary>
    internal bool MayLogErrors { get; init; }
}

/// <summary>Kestrel on a pool of its own. At the end it stops, every place must be back, and nothing may have been logged as an error.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServerSetup _setup;
    private readonly ErrorLog _log;
    private bool _isStopped;

    private TestServer(WebApplication app, SocketPool pool, ServerSetup setup, ErrorLog log)
    {
        (_app, Pool, _setup, _log) = (app, pool, setup, log);
        Uri address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Address = address;
    }

    internal SocketPool Pool { get; }

    internal Uri Address { get; }

    internal IPEndPoint EndPoint => new(_setup.Address, Address.Port);

    internal static async Task<TestServer> StartAsync(Action<WebApplication> map, ServerSetup? setup = null)
    {
        setup ??= new ServerSetup();
        ErrorLog log = new();
        SocketPool pool = new(setup.Radio ?? new HostNetwork { MaxSockets = setup.MaxSockets });
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseSocketPool(pool, setup.Transport);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            setup.Kestrel?.Invoke(kestrel);
            kestrel.Listen(setup.Address, 0, listen =>
            {
                listen.Protocols = setup.Protocols;
                if (setup.Tls)
                {
                    listen.UseHttps(Certificates.Server);
                }
            });
        });
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        return new TestServer(app, pool, setup, log);
    }

    /// <summary>A client on the system's sockets, or on a pool.</summary>
    internal HttpClient CreateClient(Version? version = null, int maxConnections = int.MaxValue, SocketPool? pool = null)
    {
        SocketsHttpHandler handler = new() { UseProxy = false, MaxConnectionsPerServer = maxConnections };
        handler.SslOptions.RemoteCertificateValidationCallback = Certificates.IsOurs;
        return new HttpClient(pool is null ? handler : handler.UseSocketPool(pool))
        {
            BaseAddress = Address,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <summary>Waits until no more than so many sockets are open, the listener included.</summary>
    internal async Task OnlyOpenAsync(int count)
    {
        Pool.Radio.MaxSockets = count + 1;
        await Pool.WaitForCapacityAsync(TestContext.Current.CancellationToken);
    }

    internal async Task StopAsync(CancellationToken cancellationToken = default)
    {
        _isStopped = true;
        await _app.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await StopAsync();
        }

        await _app.DisposeAsync();
        Pool.AssertNoLeaks();
        Pool.Dispose();
        Assert.True(_setup.MayLogErrors || _log.Errors.IsEmpty, string.Join('\n', _log.Errors));
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        internal ConcurrentQueue<string> Errors { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
            {
                Errors.Enqueue(formatter(state, exception) + " " + exception);
            }
        }

        public void Dispose()
        {
        }
    }
}
