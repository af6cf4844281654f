using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace SocketPools.AspNetCore.Tests;

/// <summary>HttpClient on the system's sockets against Kestrel on a pool.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task A_request_is_answered_and_the_application_sees_both_addresses()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", (HttpContext context) =>
            $"{context.Connection.LocalIpAddress}:{context.Connection.LocalPort} {context.Connection.RemoteIpAddress} {context.Connection.RemotePort > 0}"));
        using HttpClient client = server.CreateClient();
        Assert.NotEqual(0, server.Address.Port);
        Assert.Equal($"127.0.0.1:{server.Address.Port} 127.0.0.1 True", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task The_connection_has_the_pool_socket_and_no_system_socket()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/", (HttpContext context) =>
        {
            PoolSocket socket = context.Features.Get<IPoolSocketFeature>()!.Socket;
            return $"{socket.Id} {socket.RemoteEndPoint.Port == context.Connection.RemotePort} {context.Features.Get<IConnectionSocketFeature>() is null}";
        }));
        using HttpClient client = server.CreateClient();
        Assert.Equal("2 True True", await client.GetStringAsync("/"));
    }

    /// <summary>The connection looks for the rest of a request by the length of the last one, which is right, too long or too short here.</summary>
    [Fact(Timeout = 240_000)]
    public async Task Requests_in_two_parts_of_any_length_are_answered_each_with_its_own_body()
    {
        const int Seed = 1616;
        Random random = new(Seed);
        await using TestServer server = await TestServer.StartAsync(app => app.MapPost("/", async (HttpContext context) =>
        {
            using StreamReader reader = new(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            return $"{body.Length} {body.Count(c => c == 'y')}.";
        }));
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        for (int i = 0; i < 200; i++)
        {
            int length = random.Next(4) == 0 ? random.Next(1, 60_000) : 16_000;
            int first = random.Next(length);
            await client.SendAsync($"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{new string('x', first)}");
            if (random.Next(2) == 0)
            {
                await Task.Yield();
            }

            await client.SendAsync(new string('y', length - first));
            string answer = await client.ReceiveUntilAsync(".\r\n0\r\n\r\n");
            Assert.True(answer.Contains($"\n{length} {length - first}.", StringComparison.Ordinal), $"request {i} of seed {Seed}: {answer}");
        }
    }

    /// <summary>Of a body that came in one piece no part waits for another thread.</summary>
    [Fact(Timeout = 240_000)]
    public async Task A_short_body_is_received_whole_by_the_thread_that_then_runs_the_application()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the thread pool runs what follows a wait");
        const int Length = 20_000;
        await using TestServer server = await TestServer.StartAsync(app => app.MapPost("/", async (HttpContext context) =>
        {
            bool isReceiver = !Thread.CurrentThread.IsThreadPoolThread;
            System.Buffers.ReadOnlySequence<byte> read = (await context.Request.BodyReader.ReadAsync()).Buffer;
            bool isWhole = read.Length == Length;
            context.Request.BodyReader.AdvanceTo(read.End);
            return $"{isReceiver} {isWhole}.";
        }));
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        string answer = "";

        // Where no other thread of epoll's waits at that moment, the thread pool runs it: on a busy machine many times in a row.
        for (int i = 0; i < 3000 && !answer.Contains("True True.", StringComparison.Ordinal); i++)
        {
            await client.SendAsync($"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {Length}\r\n\r\n{new string('x', Length)}");
            answer = await client.ReceiveUntilAsync("e.");
        }

        Assert.Contains("True True.", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "1.1", HttpProtocols.Http1)]
    [InlineData(true, "1.1", HttpProtocols.Http1AndHttp2)]
    [InlineData(false, "2.0", HttpProtocols.Http2)]
    [InlineData(true, "2.0", HttpProtocols.Http1AndHttp2)]
    public async Task Large_bodies_arrive_whole_in_both_directions(bool tls, string version, HttpProtocols protocols)
    {
        byte[] content = new byte[5_000_000];
        new Random(4711).NextBytes(content);
        await using TestServer server = await TestServer.StartAsync(
            app =>
            {
                app.MapPost("/hash", async (HttpContext context) =>
                    $"{context.Request.Protocol} {Convert.ToHexString(await SHA256.HashDataAsync(context.Request.Body))}");
                app.MapGet("/content", () => Results.Bytes(content));
            },
            new ServerSetup { Tls = tls, Protocols = protocols });
        using HttpClient client = server.CreateClient(Version.Parse(version));
        using HttpResponseMessage hash = await client.PostAsync("/hash", new ByteArrayContent(content));
        string protocol = version == "2.0" ? "HTTP/2" : "HTTP/1.1";
        Assert.Equal($"{protocol} {Convert.ToHexString(SHA256.HashData(content))}", await hash.Content.ReadAsStringAsync());
        Assert.Equal(content, await client.GetByteArrayAsync("/content"));
    }

    [Fact]
    public async Task Many_streams_share_one_connection_over_http_2()
    {
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapGet("/{n:int}", (int n) => n * 2), new ServerSetup { Tls = true });
        using HttpClient client = server.CreateClient(HttpVersion.Version20);
        Assert.Equal("0", await client.GetStringAsync("/0"));
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => client.GetStringAsync($"/{n}")));
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"{n * 2}"), answers);
        Assert.Equal(2, server.Pool.TotalOpened);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_web_socket_echoes_and_closes(bool tls)
    {
        await using TestServer server = await TestServer.StartAsync(
            app =>
            {
                app.UseWebSockets();
                app.Map("/echo", EchoAsync);
            },
            new ServerSetup { Tls = tls });
        using ClientWebSocket client = new();
        client.Options.RemoteCertificateValidationCallback = Certificates.IsOurs;
        await client.ConnectAsync(new Uri($"{(tls ? "wss" : "ws")}://127.0.0.1:{server.Address.Port}/echo"), TestContext.Current.CancellationToken);
        byte[] buffer = new byte[70_000];
        foreach (int length in (int[])[0, 1, 125, 126, 65_535, 65_536, 70_000])
        {
            byte[] message = new byte[length];
            new Random(length).NextBytes(message);
            await client.SendAsync(message, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
            int count = 0;
            WebSocketReceiveResult result;
            do
            {
                result = await client.ReceiveAsync(new ArraySegment<byte>(buffer, count, buffer.Length - count), TestContext.Current.CancellationToken);
                count += result.Count;
            }
            while (!result.EndOfMessage);
            Assert.Equal(message, buffer[..count]);
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketState.Closed, client.State);
    }

    [Fact]
    public async Task An_application_that_reads_and_writes_without_async_is_served()
    {
        await using TestServer server = await TestServer.StartAsync(
            app => app.MapPost("/", (HttpContext context) =>
            {
                context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
                byte[] buffer = new byte[1000];
                while (context.Request.Body.Read(buffer) is int count and > 0)
                {
                    context.Response.Body.Write(buffer, 0, count);
                    context.Response.Body.Flush();
                }
            }));
        byte[] content = new byte[200_000];
        new Random(5).NextBytes(content);
        using HttpClient client = server.CreateClient();
        byte[][] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = new ByteArrayContent(content) };
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return await response.Content.ReadAsByteArrayAsync();
        }));
        Assert.All(answers, answer => Assert.Equal(content, answer));
    }

    [Fact]
    public async Task Requests_that_block_their_threads_until_another_one_comes_do_not_stop_the_server()
    {
        using SemaphoreSlim come = new(0);
        await using TestServer server = await TestServer.StartAsync(app =>
        {
            app.MapGet("/wait", () => come.Wait(TimeSpan.FromSeconds(120)));
            app.MapGet("/free", () => come.Release(16));
        });
        using HttpClient client = server.CreateClient();
        Task<string>[] waiting = [.. Enumerable.Range(0, 16).Select(_ => client.GetStringAsync("/wait"))];
        await client.GetStringAsync("/free");
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("true", answer));
    }

    [Fact]
    public async Task Requests_in_one_packet_are_answered_in_their_order()
    {
        await using TestServer server = await TestServer.StartAsync(app => app.MapGet("/{n:int}", (int n) => $"answer {n};"));
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        StringBuilder requests = new();
        for (int i = 0; i < 500; i++)
        {
            requests.Append($"GET /{i} HTTP/1.1\r\nHost: x\r\n{(i == 499 ? "Connection: close\r\n" : "")}\r\n");
        }

        await client.SendAsync(requests.ToString());
        string answers = await client.ReceiveToEndAsync();
        int at = 0;
        for (int i = 0; i < 500; i++)
        {
            at = answers.IndexOf($"answer {i};", at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"Answer {i} is missing.");
        }

        Assert.DoesNotContain("reset", answers, StringComparison.Ordinal);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[4096];
        while (true)
        {
            WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, context.RequestAborted);
        }
    }
}
