using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SocketPools.Radios;

namespace SocketPools.AspNetCore.Tests;

/// <summary>Which endpoints a pool serves.</summary>
public sealed class BindingTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_transport_that_comes_after_the_pool_fails_the_start_and_one_before_does_not(bool isAfter, bool fails)
    {
        using SocketPool pool = new(new HostNetwork());
        Exception? error = await StartAsync(host => _ = isAfter
            ? host.UseSocketPool(pool).ConfigureServices(services => services.AddSingleton<IConnectionListenerFactory, SocketTransportFactory>())
            : host.UseSockets().UseSocketPool(pool));
        Assert.True(fails == (error is InvalidOperationException), $"{error}");
        Assert.True(!fails || error!.Message.Contains("SocketTransportFactory was registered after UseSocketPool", StringComparison.Ordinal), error?.Message);
    }

    [Fact]
    public async Task A_second_pool_fails_the_start_and_the_same_twice_does_not()
    {
        using SocketPool one = new(new HostNetwork());
        using SocketPool same = SocketPool.For(one.Radio);
        using SocketPool two = new(new HostNetwork());
        Assert.Null(await StartAsync(host => host.UseSocketPool(one).UseSocketPool(same).AddSocketPoolTransport()));
        InvalidOperationException error = Assert.IsType<InvalidOperationException>(await StartAsync(host => host.UseSocketPool(one).UseSocketPool(two)));
        Assert.Contains("two pools", error.Message, StringComparison.Ordinal);
    }

    private static async Task<Exception?> StartAsync(Action<IWebHostBuilder> use)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        use(builder.WebHost);
        return await Record.ExceptionAsync(async () =>
        {
            await using WebApplication app = builder.Build();
            await app.StartAsync(TestContext.Current.CancellationToken);
            await app.StopAsync(TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task A_radio_that_knows_no_options_serves_as_well()
    {
        WrappedRadio radio = new(new HostNetwork(), static (owner, inner) => new PlainSocket(owner, inner));
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"), new ServerSetup { Radio = radio });
        using HttpClient client = server.CreateClient();
        Assert.Equal("hello", await client.GetStringAsync("/"));
    }

    private sealed class PlainSocket(WrappedRadio radio, RadioSocket inner) : WrappedSocket(radio, inner)
    {
        public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;
    }

    [Fact]
    public async Task Endpoints_of_two_pools_live_beside_an_ordinary_port()
    {
        using SocketPool one = new(new HostNetwork());
        using SocketPool two = new(new HostNetwork());
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.AddSocketPoolTransport();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(new SocketPoolEndPoint(one, new IPEndPoint(IPAddress.Loopback, 0)));
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(new SocketPoolEndPoint(two, new IPEndPoint(IPAddress.Loopback, 0)));
        });
        await using WebApplication app = builder.Build();
        app.MapGet("/", (HttpContext context) => context.Features.Get<IPoolSocketFeature>()?.Socket.Pool switch
        {
            null => "ordinary",
            { } pool when pool == one => "one",
            _ => "two",
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        string[] addresses = AddressesOf(app);
        Assert.All(addresses, address => Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal));
        using HttpClient client = new();
        string[] answers = await Task.WhenAll(addresses.Select(client.GetStringAsync));
        Assert.Equal(["one", "ordinary", "two"], answers);
        client.Dispose();
        await app.StopAsync(TestContext.Current.CancellationToken);
        one.AssertNoLeaks();
        two.AssertNoLeaks();
    }

    [Fact]
    public async Task The_order_of_the_builders_calls_does_not_matter()
    {
        using SocketPool pool = new(new HostNetwork());
        using IHost host = new HostBuilder().ConfigureWebHost(web => web
            .AddSocketPoolTransport()
            .UseKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0);
                kestrel.Listen(new SocketPoolEndPoint(pool, new IPEndPoint(IPAddress.IPv6Loopback, 0)));
            })
            .Configure(app => app.Run(context => context.Response.WriteAsync("hello")))).Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = new();
        foreach (string address in host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
        {
            Assert.Equal("hello", await client.GetStringAsync(address));
        }

        Assert.Equal(2, pool.HighWaterMark);
        client.Dispose(); // a server that stops waits for its peers a while
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_pool_that_the_services_know_serves_what_the_urls_say()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_ => new SocketPool(new HostNetwork()));
        builder.WebHost.UseSocketPool(services => services.GetRequiredService<SocketPool>());
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://[::1]:0");
        await using WebApplication app = builder.Build();
        app.MapGet("/", () => "hello");
        await app.StartAsync(TestContext.Current.CancellationToken);
        SocketPool pool = app.Services.GetRequiredService<SocketPool>();
        Assert.Equal(2, pool.OpenCount);
        using HttpClient client = new();
        foreach (string address in AddressesOf(app))
        {
            Assert.Equal("hello", await client.GetStringAsync(address));
        }

        Assert.Equal(4, pool.HighWaterMark);
        client.Dispose();
        await app.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, pool.OpenCount);
    }

    [Fact]
    public async Task Any_address_takes_ipv4_and_ipv6()
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "IPv6 is missing");
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"), new ServerSetup { Address = IPAddress.IPv6Any });
        using HttpClient client = new();
        Assert.Equal("hello", await client.GetStringAsync($"http://127.0.0.1:{server.Address.Port}/"));
        Assert.Equal("hello", await client.GetStringAsync($"http://[::1]:{server.Address.Port}/"));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_as_kestrel_says_it()
    {
        await using TestServer first = await TestServer.StartAsync(app => app.MapGet("/", () => "hello"));
        using SocketPool pool = new(new HostNetwork());
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSocketPool(pool);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(first.EndPoint));
        await using WebApplication app = builder.Build();
        IOException error = await Assert.ThrowsAsync<IOException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.IsType<AddressInUseException>(error.InnerException);
        Assert.Equal(0, pool.OpenCount);
    }

    [Fact]
    public async Task Without_the_transport_kestrel_refuses_the_endpoint_and_names_it()
    {
        using SocketPool pool = new(new HostNetwork());
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(new SocketPoolEndPoint(pool, new IPEndPoint(IPAddress.Loopback, 80))));
        await using WebApplication app = builder.Build();
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("127.0.0.1:80 on radio host", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_pool_has_no_place_for_a_listener()
    {
        using SocketPool pool = new(new HostNetwork { MaxSockets = 1 });
        using PoolSocket socket = pool.CreateSocket();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSocketPool(pool);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        await Assert.ThrowsAsync<OutOfSocketsException>(() => app.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Endpoints_are_equal_by_pool_and_address_and_options_have_their_ranges()
    {
        using SocketPool pool = new(new HostNetwork());
        SocketPoolEndPoint one = new(pool, new IPEndPoint(IPAddress.Loopback, 80));
        SocketPoolEndPoint same = new(pool, new IPEndPoint(IPAddress.Loopback, 80));
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, new SocketPoolEndPoint(pool, new IPEndPoint(IPAddress.Loopback, 81)));
        Assert.Equal("127.0.0.1:80 on radio host", one.ToString());
        SocketPoolTransportOptions options = new();
        Assert.Equal((512, true, 1 << 20, 1 << 16), (options.Backlog, options.NoDelay, options.MaxReadBufferSize, options.MaxWriteBufferSize));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Backlog = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxReadBufferSize = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxWriteBufferSize = -1);
    }

    private static string[] AddressesOf(WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
}
