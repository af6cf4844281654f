using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using SocketPools.Streams;

namespace SocketPools.Extensions.Tests;

public sealed class HttpClientTests
{
    [Theory]
    [InlineData("default")]
    [InlineData("name")]
    [InlineData("radio")]
    [InlineData("pool")]
    public async Task A_client_of_the_factory_talks_over_the_pool_that_it_was_put_on(string choice)
    {
        HostNetwork radio = new();
        using SocketPool outside = new(new HostNetwork());
        ServiceCollection services = new();
        services.AddSocketPool("first", _ => new HostNetwork()).AddSocketPool(radio);
        IHttpClientBuilder builder = services.AddHttpClient("device");
        _ = choice switch
        {
            "default" => builder.UseSocketPool(),
            "name" => builder.UseSocketPool("host"),
            "radio" => builder.UseSocketPool(radio),
            _ => builder.UseSocketPool(outside),
        };
        await using ServiceProvider provider = services.BuildServiceProvider();
        SocketPool first = provider.GetRequiredService<SocketPool>();
        SocketPool host = provider.GetRequiredKeyedService<SocketPool>(radio);
        using SocketPool server = new(new HostNetwork());
        using PoolSocket listener = server.CreateSocket();
        listener.Bind("127.0.0.1", 0);
        listener.Listen();
        Task serve = ServeOneAsync(listener);
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("device");
        Assert.Equal("over a pool", await client.GetStringAsync(new Uri($"http://{listener.LocalEndPoint}/")));
        await serve;
        long[] opened = [first.TotalOpened, host.TotalOpened, outside.TotalOpened];
        Assert.Equal(
            choice switch
            {
                "default" => [1, 0, 0],
                "name" or "radio" => [0, 1, 0],
                _ => new long[] { 0, 0, 1 },
            },
            opened);
    }

    [Fact]
    public async Task What_was_set_on_the_primary_handler_stays()
    {
        SocketsHttpHandler mine = new() { AllowAutoRedirect = false };
        ServiceCollection services = new();
        services.AddSocketPool();
        services.AddHttpClient("device").ConfigurePrimaryHttpMessageHandler(() => mine).UseSocketPool();
        await using ServiceProvider provider = services.BuildServiceProvider();
        using HttpMessageHandler handler = provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("device");
        Assert.NotNull(mine.ConnectCallback);
        Assert.False(mine.AllowAutoRedirect);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_pool_holds_whether_the_primary_handler_is_set_before_or_after(bool isBefore)
    {
        using HostNetworkPool outside = new();
        SocketsHttpHandler mine = new() { UseProxy = false };
        ServiceCollection services = new();
        IHttpClientBuilder builder = services.AddHttpClient("device");
        builder = isBefore ? builder.ConfigurePrimaryHttpMessageHandler(() => mine).UseSocketPool(outside.Pool) : builder.UseSocketPool(outside.Pool).ConfigurePrimaryHttpMessageHandler(() => mine);
        await using ServiceProvider provider = services.BuildServiceProvider();
        await AskAsync(provider, "device", outside.Pool);
    }

    [Fact]
    public async Task A_handler_of_the_programs_around_the_sockets_handler_stays()
    {
        using HostNetworkPool outside = new();
        Counting outer = new() { InnerHandler = new SocketsHttpHandler { UseProxy = false } };
        ServiceCollection services = new();
        services.AddHttpClient("device").UseSocketPool(outside.Pool).ConfigurePrimaryHttpMessageHandler(() => outer);
        await using ServiceProvider provider = services.BuildServiceProvider();
        await AskAsync(provider, "device", outside.Pool);
        Assert.Equal(1, outer.Count);
    }

    [Fact]
    public async Task A_handler_that_is_on_the_pool_already_stays_and_one_of_another_pool_fails()
    {
        using HostNetworkPool outside = new();
        using HostNetworkPool other = new();
        ServiceCollection services = new();
        services.AddHttpClient("same").UseSocketPool(outside.Pool)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false }.UseSocketPool(outside.Pool));
        services.AddHttpClient("other").UseSocketPool(outside.Pool)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false }.UseSocketPool(other.Pool));
        await using ServiceProvider provider = services.BuildServiceProvider();
        await AskAsync(provider, "same", outside.Pool);
        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IHttpClientFactory>().CreateClient("other"));
    }

    [Theory]
    [InlineData("HttpClientHandler")]
    [InlineData("ConnectCallback")]
    [InlineData("a handler of the program's")]
    public async Task A_primary_handler_that_would_pass_the_pool_by_fails(string kind)
    {
        using HostNetworkPool outside = new();
        ServiceCollection services = new();
        services.AddHttpClient("device").UseSocketPool(outside.Pool).ConfigurePrimaryHttpMessageHandler(() => kind switch
        {
            "HttpClientHandler" => new HttpClientHandler(),
            "ConnectCallback" => new SocketsHttpHandler { ConnectCallback = (_, _) => throw new InvalidOperationException() },
            _ => new Counting { InnerHandler = new Counting() },
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IHttpClientFactory>().CreateClient("device"));
        Assert.Contains(kind == "ConnectCallback" ? "ConnectCallback" : "device", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The factory's last word about a handler is its filters', the first registered one around the others.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_filter_that_sets_the_primary_handler_does_not_take_the_client_off_its_pool(bool isFirst)
    {
        using HostNetworkPool outside = new();
        ServiceCollection services = new();
        _ = isFirst ? services.AddSingleton<IHttpMessageHandlerBuilderFilter, HandlerFilter>() : services;
        services.AddKeyedSingleton("other", services);
        services.AddHttpClient("device").UseSocketPool(outside.Pool).UseSocketPool(outside.Pool);
        _ = isFirst ? services : services.AddSingleton<IHttpMessageHandlerBuilderFilter, HandlerFilter>();
        await using ServiceProvider provider = services.BuildServiceProvider();
        await AskAsync(provider, "device", outside.Pool);
    }

    [Fact]
    public async Task Defaults_for_all_clients_put_all_of_them_on_the_pool()
    {
        using HostNetworkPool outside = new();
        ServiceCollection services = new();
        services.ConfigureHttpClientDefaults(builder => builder.UseSocketPool(outside.Pool));
        services.AddHttpClient("device").ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false });
        await using ServiceProvider provider = services.BuildServiceProvider();
        await AskAsync(provider, "device", outside.Pool);
    }

    private static async Task AskAsync(ServiceProvider provider, string name, SocketPool pool)
    {
        using PoolSocket listener = pool.CreateSocket();
        listener.Bind("127.0.0.1", 0);
        listener.Listen();
        long before = pool.TotalOpened;
        Task serving = ServeOneAsync(listener);
        using HttpClient client = provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
        _ = await client.GetStringAsync(new Uri($"http://{listener.LocalEndPoint}/"));
        await serving;
        Assert.Equal(before + 2, pool.TotalOpened); // the client's connection and the server's
    }

    private sealed class Counting : DelegatingHandler
    {
        internal int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class HostNetworkPool : IDisposable
    {
        internal SocketPool Pool { get; } = new(new HostNetwork());

        public void Dispose() => Pool.Dispose();
    }

    private static async Task ServeOneAsync(PoolSocket listener)
    {
        using PoolSocket connection = await listener.AcceptAsync();
        byte[] head = new byte[4096];
        int length = 0;
        while (!Encoding.ASCII.GetString(head, 0, length).EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await connection.ReceiveIntoAsync(head.AsMemory(length));
            Assert.NotEqual(0, count);
            length += count;
        }

        await connection.SendAllAsync("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nover a pool"u8.ToArray());
    }

    private sealed class HandlerFilter : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            builder.PrimaryHandler = new SocketsHttpHandler { UseProxy = false };
        };
    }
}
