using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using SocketPools.Streams;
using SocketPools.Tests;
using SocketPools.Tests.Streams;
using Websocket.Client;

namespace SocketPools.Http.Tests;

/// <summary>ClientWebSocket on a pool: the connection is a socket of it, and every option holds.</summary>
public sealed class WebSocketTests
{
    [Fact]
    public async Task The_code_of_the_recipe_runs()
    {
        PageCode.AssertRunsHere("docs/recipes/websockets.md");
        await using Server server = await Server.StartAsync();
        using TestPool made = new();
        (Uri uri, SocketPool pool, CancellationToken cancellationToken) = (server.Url, made.Pool, default);

        // {
        using ClientWebSocket socket = new();
        socket.Options.AddSubProtocol("echo");
        await socket.ConnectAsync(uri, pool, cancellationToken);
        // }
        Assert.Equal("on"u8.ToArray(), await EchoAsync(socket, "on"u8.ToArray()));
    }

    [Fact]
    public async Task Websocket_Client_uses_the_pool_also_when_it_reconnects()
    {
        await using Server server = await Server.StartAsync();
        using TestPool made = new();
        (Uri uri, SocketPool pool) = (server.Url, made.Pool);

        // {
        using WebsocketClient client = new(uri, null, async (target, token) =>
        {
            ClientWebSocket socket = new();
            await socket.ConnectAsync(target, pool, token);
            return socket;
        });
        // }
        TaskCompletionSource<string?> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable subscription = client.MessageReceived.Subscribe(new Receiver(message => received.TrySetResult(message.Text)));
        await client.StartOrFail();
        client.Send("on");
        Assert.Equal("on", await received.Task.WaitAsync(TimeSpan.FromSeconds(120)));
        await client.ReconnectOrFail();
        received = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Send("again");
        Assert.Equal("again", await received.Task.WaitAsync(TimeSpan.FromSeconds(120)));
        Assert.Equal(2, pool.TotalOpened);
    }

    [Theory]
    [InlineData("1.1", false)]
    [InlineData("2.0", false)]
    [InlineData("1.1", true)]
    public async Task A_websocket_uses_one_socket_of_the_pool(string version, bool isTls)
    {
        await using Server server = await Server.StartAsync(isTls, version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1);
        using TestPool pool = new();
        using (ClientWebSocket socket = new())
        {
            socket.Options.HttpVersion = Version.Parse(version);
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
            socket.Options.AddSubProtocol("echo");
            socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Equals(TestCertificates.ServerCertificate);
            await socket.ConnectAsync(server.Url, pool.Pool);
            Assert.Equal("echo", socket.SubProtocol);
            byte[] message = new byte[100_000];
            new Random(17).NextBytes(message);
            Assert.Equal(message, await EchoAsync(socket, message));
            Assert.Equal(1, pool.Pool.OpenCount);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }

        Assert.Equal(1, pool.Pool.TotalOpened);
        pool.Pool.AssertNoLeaks();
    }

    [Fact]
    public async Task Cookies_headers_and_credentials_arrive()
    {
        await using Server server = await Server.StartAsync();
        using TestPool pool = new();
        using ClientWebSocket socket = new();
        socket.Options.Cookies = new CookieContainer();
        socket.Options.Cookies.Add(server.Url, new Cookie("lab", "7"));
        socket.Options.SetRequestHeader("X-Lab", "8");
        socket.Options.Credentials = new NetworkCredential("user", "secret");
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new Uri(server.Url, "guarded"), pool.Pool);
        Assert.Equal("lab=7 8 Basic dXNlcjpzZWNyZXQ=", await ReadAsync(socket));
    }

    [Fact]
    public async Task A_proxy_is_reached_over_the_pool()
    {
        await using Server server = await Server.StartAsync();
        using TinyProxy proxy = new();
        using TestPool pool = new();
        using ClientWebSocket socket = new();
        socket.Options.Proxy = proxy;
        await socket.ConnectAsync(server.Url, pool.Pool);
        Assert.Equal("hello"u8.ToArray(), await EchoAsync(socket, "hello"u8.ToArray()));
        Assert.StartsWith("CONNECT ", Assert.Single(proxy.Requests), StringComparison.Ordinal);
        Assert.Equal(1, pool.Pool.TotalOpened);
    }

    [Fact]
    public async Task A_full_pool_is_in_the_exception()
    {
        using TestPool pool = new(maxSockets: 1);
        pool.Pool.CapacityTimeout = TimeSpan.FromSeconds(0.05);
        using PoolSocket holder = pool.Pool.CreateSocket();
        using ClientWebSocket socket = new();
        WebSocketException e = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri("ws://127.0.0.1:9/"), pool.Pool));
        Assert.Equal(holder.Id, Assert.Single(PoolClient.Find<OutOfSocketsException>(e).Holders).Id);
    }

    [Fact]
    public async Task A_cancelled_connect_leaves_no_place_taken()
    {
        using TestPool servers = new();
        using PoolSocket listener = servers.Listener();
        using TestPool pool = new(maxSockets: 1);
        using ClientWebSocket socket = new();
        using CancellationTokenSource cancel = new();
        Task connect = socket.ConnectAsync(new Uri($"ws://{listener.LocalEndPoint}/"), pool.Pool, cancel.Token);
        using PoolSocket accepted = await listener.AcceptAsync();
        Assert.NotEqual(0, await accepted.ReceiveIntoAsync(new byte[1000]));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        await pool.Pool.WaitForCapacityAsync();
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    internal static async Task<byte[]> EchoAsync(ClientWebSocket socket, byte[] message)
    {
        await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        byte[] back = new byte[message.Length];
        int count = 0;
        while (count < back.Length)
        {
            count += (await socket.ReceiveAsync(back.AsMemory(count), CancellationToken.None)).Count;
        }

        return back;
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[1000];
        ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    private sealed class Receiver(Action<ResponseMessage> receive) : IObserver<ResponseMessage>
    {
        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void OnNext(ResponseMessage value) => receive(value);
    }

    /// <summary>Echoes messages; /guarded asks for a password first, and sends what it was told.</summary>
    internal sealed class Server(WebApplication application) : IAsyncDisposable
    {
        internal Uri Url { get; } = new(application.Urls.Single().Replace("http", "ws", StringComparison.Ordinal));

        internal Uri HttpUrl { get; } = new(application.Urls.Single());

        internal static async Task<Server> StartAsync(bool isTls = false, HttpProtocols protocols = HttpProtocols.Http1)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = protocols;
                if (isTls)
                {
                    listen.UseHttps(TestCertificates.ServerCertificate);
                }
            }));
            WebApplication application = builder.Build();
            application.UseWebSockets();
            application.Run(AnswerAsync);
            await application.StartAsync();
            return new Server(application);
        }

        public async ValueTask DisposeAsync()
        {
            using CancellationTokenSource now = new(TimeSpan.FromSeconds(1));
            await application.StopAsync(now.Token);
            await application.DisposeAsync();
        }

        private static async Task AnswerAsync(HttpContext context)
        {
            bool isGuarded = context.Request.Path == "/guarded";
            if (isGuarded && context.Request.Headers.Authorization.Count == 0)
            {
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"lab\"";
                context.Response.StatusCode = 401;
                return;
            }

            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(
                context.WebSockets.WebSocketRequestedProtocols.Count > 0 ? context.WebSockets.WebSocketRequestedProtocols[0] : null);
            if (isGuarded)
            {
                string told = $"{context.Request.Headers.Cookie} {context.Request.Headers["X-Lab"]} {context.Request.Headers.Authorization}";
                await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(told), WebSocketMessageType.Text, true, context.RequestAborted);
            }

            byte[] buffer = new byte[4096];
            while (true)
            {
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
            }
        }
    }
}
