using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SocketPools.Streams;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Programs that everybody has, on the kernel's side, and HTTP on ours.</summary>
public sealed class HttpTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Speed", "Slow")]
    public void Curl_gets_a_file_from_Kestrel_on_the_stack_and_posts_it_back(bool ipv6) => KernelNetwork.Run(network =>
    {
        Programs.Require("curl");
        using TemporaryDirectory folder = new();
        byte[] content = TemporaryDirectory.Bytes(20_000_000);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSocketPool(network.Pool);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(KernelNetwork.Ours(ipv6), 0));
        WebApplication app = builder.Build();
        app.MapGet("/file", () => Results.Bytes(content));
        app.MapPost("/hash", async (HttpContext context) =>
            $"{Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body))}");
        app.StartAsync().GetAwaiter().GetResult();
        try
        {
            string url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            Programs.Run("curl", "-sS", "-m", "60", "-o", folder["file"], $"{url}/file");
            Assert.Equal(SHA256.HashData(content), SHA256.HashData(File.ReadAllBytes(folder["file"])));
            Assert.Equal(
                Convert.ToHexString(SHA256.HashData(content)),
                Programs.Run("curl", "-sS", "-m", "60", "--data-binary", $"@{folder["file"]}", $"{url}/hash"));

            // Ten at once, over as many connections.
            string[] many = [.. Enumerable.Range(0, 10).SelectMany(i => (string[])["-o", folder[$"file{i}"], $"{url}/file"])];
            Programs.Run("curl", ["-sS", "-m", "60", "--parallel", "--parallel-immediate", .. many]);
            Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(content.Length, new FileInfo(folder[$"file{i}"]).Length));
        }
        finally
        {
            app.StopAsync().GetAwaiter().GetResult();
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Curl_gets_a_file_from_a_plain_stream_that_ends_with_the_connection(bool ipv6) => KernelNetwork.Run(network =>
    {
        Programs.Require("curl");
        using TemporaryDirectory folder = new();
        byte[] content = TemporaryDirectory.Bytes(5_000_000);
        using PoolSocket listener = network.OurListener(ipv6);
        Task<string> serving = ServeOnceAsync(listener, content);
        Programs.Run("curl", "-sS", "-m", "60", "-o", folder["file"], $"http://{listener.LocalEndPoint}/some/file");
        Assert.Equal("GET /some/file HTTP/1.1", serving.WaitAsync(KernelNetwork.Patience).GetAwaiter().GetResult());
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(File.ReadAllBytes(folder["file"])));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HttpClient_on_the_stack_gets_a_file_from_Pythons_server(bool ipv6) => KernelNetwork.Run(network =>
    {
        Programs.Require("python3");
        using TemporaryDirectory folder = new();
        byte[] content = TemporaryDirectory.Bytes(20_000_000);
        folder.Write("file", content);
        IPAddress kernels = KernelNetwork.Kernels(ipv6);
        using Process server = Programs.Start("python3", "-u", "-m", "http.server", "--bind", kernels.ToString(), "--directory", folder.Root, "0");
        try
        {
            Match port = Regex.Match(server.StandardOutput.ReadLine()!, @"port (\d+)");
            Assert.True(port.Success);
            using SocketsHttpHandler handler = new() { UseProxy = false };
            using HttpClient client = new(handler.UseSocketPool(network.Pool));
            Uri url = new($"http://{(ipv6 ? $"[{kernels}]" : $"{kernels}")}:{port.Groups[1].Value}/file");
            byte[][] files = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.GetByteArrayAsync(url))).GetAwaiter().GetResult();
            Assert.All(files, file => Assert.Equal(SHA256.HashData(content), SHA256.HashData(file)));
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    });

    /// <summary>HTTP/1.0 without a length: the body ends when the server closes.</summary>
    private static async Task<string> ServeOnceAsync(PoolSocket listener, byte[] content)
    {
        PoolSocket accepted = await listener.AcceptAsync();
        accepted.Timeout = KernelNetwork.Patience;
        await using PoolSocketStream stream = new(accepted);
        using StreamReader reader = new(stream, leaveOpen: true);
        string request = (await reader.ReadLineAsync())!;
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        await stream.WriteAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(content);
        return request;
    }
}
