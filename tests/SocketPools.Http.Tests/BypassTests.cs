using System.Net;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.Http.Tests;

/// <summary>What would take connections past the pool works on it or fails.</summary>
public sealed class BypassTests
{
    [Fact]
    public void A_callback_that_is_there_is_not_replaced()
    {
        using TestPool pool = new();
        using SocketsHttpHandler handler = new() { ConnectCallback = (_, _) => throw new InvalidOperationException("mine") };
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => handler.UseSocketPool(pool.Pool));
        Assert.Contains("ConnectCallback", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_that_replaces_the_pools_is_refused()
    {
        using TestPool pool = new();
        using SocketsHttpHandler handler = new();
        using HttpClient client = new(handler.UseSocketPool(pool.Pool));
        handler.ConnectCallback = (_, _) => throw new InvalidOperationException("mine");
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetStringAsync(new Uri("http://127.0.0.1:9/")));
        Assert.Contains("replaced", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_may_be_put_on_the_same_pool_twice_and_on_no_other()
    {
        await using WebServer server = await WebServer.StartAsync();
        using TestPool pool = new();
        using TestPool other = new();
        using SocketPool same = SocketPool.For(pool.Radio);
        using SocketsHttpHandler handler = new() { UseProxy = false };
        _ = handler.UseSocketPool(pool.Pool);
        using HttpClient client = new(handler.UseSocketPool(same));
        Assert.Throws<InvalidOperationException>(() => handler.UseSocketPool(other.Pool));
        Assert.Equal("hello twice", await client.GetStringAsync(new Uri(server.Http1, "twice")));
        Assert.Equal(1, pool.Pool.TotalOpened);
    }

    [Fact]
    public async Task The_handler_inside_is_on_the_pool_too()
    {
        await using WebServer server = await WebServer.StartAsync();
        using TestPool pool = new();
        SocketsHttpHandler inside = new SocketsHttpHandler { UseProxy = false }.UseSocketPool(pool.Pool);
        using HttpClient client = new(inside);
        Assert.Equal("hello inside", await client.GetStringAsync(new Uri(server.Http1, "inside")));
        Assert.Equal(1, pool.Pool.TotalOpened);
    }

    [Theory]
    [InlineData(HttpVersionPolicy.RequestVersionExact)]
    [InlineData(HttpVersionPolicy.RequestVersionOrHigher)]
    public async Task Http3_alone_is_refused(HttpVersionPolicy policy)
    {
        using PoolClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Get, "https://127.0.0.1:9/") { Version = HttpVersion.Version30, VersionPolicy = policy };
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.SendAsync(request));
        Assert.Equal(HttpRequestError.VersionNegotiationError, e.HttpRequestError);
    }

    [Theory]
    [InlineData("3.0", HttpVersionPolicy.RequestVersionOrLower, "2.0")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher, "2.0")]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrHigher, "2.0")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower, "1.1")]
    public async Task A_version_that_could_rise_to_http3_stays_below_it(string version, HttpVersionPolicy policy, string answered)
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Get, server.Tls) { Version = Version.Parse(version), VersionPolicy = policy };
        using HttpResponseMessage response = await http.Client.SendAsync(request);
        Assert.Equal(Version.Parse(answered), response.Version);
        Assert.Equal(1, http.Pool.TotalOpened);
    }
}
