using System.Net;
using System.Security.Cryptography;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.Http.Tests;

/// <summary>HttpClient on a pool against Kestrel on ordinary sockets.</summary>
public sealed class HttpClientTests
{
    [Fact]
    public async Task Requests_one_after_the_other_share_a_connection()
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new();
        HashSet<string> connections = [];
        for (int i = 0; i < 20; i++)
        {
            connections.Add(await http.Client.GetStringAsync(new Uri(server.Http1, "connection")));
        }

        Assert.StartsWith("HTTP/1.1 ", Assert.Single(connections), StringComparison.Ordinal);
        Assert.Equal((1, 1), (http.Pool.OpenCount, http.Pool.HighWaterMark));
        http.Client.Dispose();
        Assert.Equal(0, http.Pool.OpenCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Http2_has_many_requests_on_one_connection(bool isTls)
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new();
        http.Client.DefaultRequestVersion = HttpVersion.Version20;
        Uri url = new(isTls ? server.Tls : server.Http2, "connection");
        string[] connections = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => http.Client.GetStringAsync(url)));
        Assert.StartsWith("HTTP/2 ", Assert.Single(connections.Distinct()), StringComparison.Ordinal);
        Assert.Equal(1, http.Pool.HighWaterMark);
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    [InlineData("2.0", true)]
    public async Task Large_bodies_arrive_whole_in_both_directions(string version, bool isTls)
    {
        const int Size = 24_000_000;
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new();
        http.Client.DefaultRequestVersion = Version.Parse(version);
        Uri url = isTls ? server.Tls : version == "2.0" ? server.Http2 : server.Http1;
        byte[] bytes = new byte[Size];
        new Random(Size).NextBytes(bytes);
        string hash = Convert.ToHexString(SHA256.HashData(bytes));
        using ByteArrayContent content = new(bytes);
        using HttpResponseMessage up = await http.Client.PostAsync(new Uri(url, "hash"), content);
        Assert.Equal((version, hash), (up.Version.ToString(), await up.Content.ReadAsStringAsync()));
        using Stream down = await http.Client.GetStreamAsync(new Uri(url, $"bytes/{Size}"));
        Assert.Equal(hash, Convert.ToHexString(await SHA256.HashDataAsync(down)));
    }

    [Fact]
    public async Task The_synchronous_form_works_too()
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new();
        for (int i = 0; i < 3; i++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri(server.Tls, $"{i}"));
            using HttpResponseMessage response = http.Client.Send(request);
            using StreamReader reader = new(response.Content.ReadAsStream());
            Assert.Equal($"hello {i}", reader.ReadToEnd());
        }

        Assert.Equal(1, http.Pool.HighWaterMark);
    }

    [Fact]
    public async Task Addresses_of_both_families_and_names_are_understood()
    {
        await using WebServer four = await WebServer.StartAsync();
        await using WebServer six = await WebServer.StartAsync(IPAddress.IPv6Loopback);
        using PoolClient http = new();
        Assert.Equal("hello 4", await http.Client.GetStringAsync(new Uri(four.Http1, "4")));
        Assert.Equal("hello 6", await http.Client.GetStringAsync(new Uri(six.Http1, "6")));
        Assert.Equal("hello n", await http.Client.GetStringAsync(new Uri($"http://localhost:{four.Http1.Port}/n")));
    }

    [Fact]
    public async Task A_refused_connection_is_told_with_the_socket_s_error_inside()
    {
        using SocketPools.Tests.TestPool servers = new();
        PoolSocket listener = servers.Listener();
        Uri url = new($"http://{listener.LocalEndPoint}/");
        listener.Close();
        using PoolClient http = new();
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.GetStringAsync(url));
        Assert.Equal(HttpRequestError.ConnectionError, e.HttpRequestError);
        Assert.Equal(Errno.ECONNREFUSED, PoolClient.Find<PoolSocketException>(e).Errno);
        Assert.Equal(0, http.Pool.OpenCount);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_leaves_no_socket_behind()
    {
        await using WebServer server = await WebServer.StartAsync();
        using PoolClient http = new(configure: handler => handler.SslOptions.CertificateChainPolicy = null);
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => http.Client.GetStringAsync(server.Tls));
        Assert.Equal(HttpRequestError.SecureConnectionError, e.HttpRequestError);
        Assert.Equal(0, http.Pool.OpenCount);
    }

    [Fact]
    public async Task A_handler_that_is_in_use_and_null_are_refused()
    {
        await using WebServer server = await WebServer.StartAsync();
        using SocketsHttpHandler handler = new();
        using HttpClient client = new(handler);
        await client.GetStringAsync(server.Http1);
        using SocketPools.Tests.TestPool pool = new();
        Assert.Throws<InvalidOperationException>(() => handler.UseSocketPool(pool.Pool));
        Assert.Throws<ArgumentNullException>("pool", () => handler.UseSocketPool(null!));
        Assert.Throws<ArgumentNullException>("handler", () => PoolHttpExtensions.UseSocketPool(null!, pool.Pool));
    }
}
