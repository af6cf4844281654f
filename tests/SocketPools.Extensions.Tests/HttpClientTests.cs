using System.Text;
using Microsoft.Extensions.DependencyInjection;

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
}
