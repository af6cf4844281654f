using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SocketPools.Tests;

namespace SocketPools.Http.Tests;

/// <summary>HttpClient on a pool and peers that are not Kestrel: proxies, Python, a server that hangs up.</summary>
public sealed class HttpPeerTests
{
    [Fact]
    public async Task A_proxy_is_used_for_http_and_tunnels_https()
    {
        await using WebServer server = await WebServer.StartAsync();
        using TinyProxy proxy = new();
        using PoolClient http = new(configure: handler => (handler.UseProxy, handler.Proxy) = (true, proxy));
        Assert.Equal("hello plain", await http.Client.GetStringAsync(new Uri(server.Http1, "plain")));
        Assert.Equal("hello secret", await http.Client.GetStringAsync(new Uri(server.Tls, "secret")));
        using HttpRequestMessage two = new(HttpMethod.Get, new Uri(server.Tls, "two"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage answer = await http.Client.SendAsync(two);
        Assert.Equal("hello two", await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            [$"GET {server.Http1}plain HTTP/1.1", $"CONNECT {server.Tls.Authority} HTTP/1.1", $"CONNECT {server.Tls.Authority} HTTP/1.1"],
            proxy.Requests);
        Assert.All(http.Pool.GetOpenSockets(), socket => Assert.Equal(proxy.GetProxy(server.Http1).Port, socket.Remote.Port));
        http.Client.Dispose();
    }

    [Fact]
    public async Task A_server_that_closes_idle_connections_is_asked_on_a_new_one()
    {
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener();
        using SemaphoreSlim closed = new(0);
        Task serve = Task.Run(async () =>
        {
            for (int i = 0; i < 5; i++)
            {
                using (PoolSocket client = await listener.AcceptAsync())
                {
                    await client.ReceiveIntoAsync(new byte[4096]);
                    await client.SendAllAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{i}"));
                }

                closed.Release();
            }
        });
        using PoolClient http = new(maxSockets: 1);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal($"{i}", await http.Client.GetStringAsync(new Uri($"http://{listener.LocalEndPoint}/")));

            // A request that meets a connection in the moment of its end fails, as it does over any socket.
            await closed.WaitAsync();
        }

        await serve;
    }

    [Fact]
    public async Task Pythons_server_is_a_peer_like_any_other()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, "python3"))), "python3 is missing");
        DirectoryInfo directory = Directory.CreateTempSubdirectory("socketpool-http");
        byte[] bytes = new byte[3_000_000];
        new Random(9).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(directory.FullName, "file"), bytes);
        ProcessStartInfo start = new("python3", ["-u", "-m", "http.server", "0", "--protocol", "HTTP/1.1", "--bind", "127.0.0.1", "--directory", directory.FullName])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process python = Process.Start(start)!;
        try
        {
            _ = python.StandardError.ReadToEndAsync();
            string line = (await python.StandardOutput.ReadLineAsync())!; // Serving HTTP on 127.0.0.1 port 12345 (...
            int port = int.Parse(line.Split(" port ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
            using PoolClient http = new(maxSockets: 4);
            byte[][] files = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(_ => http.Client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}/file"))));
            Assert.All(files, file => Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(file)));
            using HttpResponseMessage missing = await http.Client.GetAsync(new Uri($"http://127.0.0.1:{port}/missing"));
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        }
        finally
        {
            python.Kill();
            await python.WaitForExitAsync();
            directory.Delete(recursive: true);
        }
    }
}
