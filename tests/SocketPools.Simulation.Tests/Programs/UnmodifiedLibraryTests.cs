using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MimeKit;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using SocketPools.Streams;
using Yarp.ReverseProxy.Configuration;

namespace SocketPools.Simulation.Tests.Programs;

/// <summary>Libraries of others as they are, over a network that loses a tenth of all frames.</summary>
public class UnmodifiedLibraryTests
{
    [Fact]
    public Task A_retry_of_Polly_waits_and_ends_in_simulated_time() => Simulation.CheckTwiceAsync(1, async sim =>
    {
        SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
        await using WebApplication app = await WebSite.StartAsync(web);
        using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool));
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 5, Delay = TimeSpan.FromSeconds(10), ShouldHandle = new PredicateBuilder().Handle<TimeoutRejectedException>() })
            .AddTimeout(TimeSpan.FromSeconds(5))
            .Build();
        await client.GetStringAsync("http://web/1");
        TimeSpan start = sim.Elapsed;
        sim.Network.Partition(web, desk).For(TimeSpan.FromSeconds(32));
        int attempts = 0;
        string answer = await pipeline.ExecuteAsync(async token =>
        {
            attempts++;
            return await client.GetStringAsync("http://web/1", token);
        });
        Assert.StartsWith("1x", answer, StringComparison.Ordinal);
        Assert.Equal(3, attempts);
        Assert.InRange((sim.Elapsed - start).TotalSeconds, 32, 35);
        await app.StopAsync();
    });

    [Fact]
    public async Task A_WebSocket_keeps_its_messages_whole() => await Simulation.RunAsync(1, async sim =>
    {
        SimulatedNode web = sim.Network.AddNode("web"), desk = sim.Network.AddNode("desk");
        sim.Network.Between(web, desk).Loss(0.1);
        await using WebApplication app = CreateApp(web);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.Map("/echo", async context =>
        {
            using WebSocket server = await context.WebSockets.AcceptWebSocketAsync();
            byte[] buffer = new byte[20_000];
            for (ValueWebSocketReceiveResult got = await server.ReceiveAsync(buffer.AsMemory(), default);
                got.MessageType != WebSocketMessageType.Close;
                got = await server.ReceiveAsync(buffer.AsMemory(), default))
            {
                await server.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, default);
            }

            await server.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        });
        await app.StartAsync();
        using ClientWebSocket client = new();
        client.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
        await client.ConnectAsync(new Uri("ws://web/echo"), desk.Pool, default);
        byte[] sent = new byte[15_000];
        new Random(3).NextBytes(sent);
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync(sent, WebSocketMessageType.Binary, endOfMessage: true, default);
            byte[] got = new byte[sent.Length];
            for (int at = 0; at < got.Length;)
            {
                at += (await client.ReceiveAsync(got.AsMemory(at), default)).Count;
            }

            Assert.Equal(sent, got);
            await Task.Delay(TimeSpan.FromMinutes(5)); // kept alive
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        Assert.Equal(WebSocketState.Closed, client.State);
        await app.StopAsync();
    });

    [Fact]
    public Task YARP_forwards_from_one_network_to_another() => Simulation.CheckTwiceAsync(1, async sim =>
    {
        SimulatedNode web = sim.Network.AddNode("web"), proxy = sim.Network.AddNode("proxy"), desk = sim.Network.AddNode("desk");
        sim.Network.Everywhere.Loss(0.1);
        await using WebApplication app = await WebSite.StartAsync(web);
        await using WebApplication forwarder = CreateApp(proxy, services => services.AddReverseProxy()
            .LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "web", Match = new RouteMatch { Path = "{**rest}" } }],
                [new ClusterConfig { ClusterId = "web", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = "http://web/" } } }])
            .ConfigureHttpClient((_, handler) => handler.UseSocketPool(proxy.Pool)));
        forwarder.MapReverseProxy();
        await forwarder.StartAsync();
        using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(desk.Pool));
        for (int i = 0; i < 5; i++)
        {
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{i}x"), await client.GetStringAsync($"http://proxy/{i}"), StringComparison.Ordinal);
        }

        await forwarder.StopAsync();
        await app.StopAsync();
    });

    [Fact]
    public async Task MailKit_sends_a_mail() => await Simulation.RunAsync(1, async sim =>
    {
        SimulatedNode server = sim.Network.AddNode("mail"), desk = sim.Network.AddNode("desk");
        sim.Network.Between(server, desk).Loss(0.1);
        TaskCompletionSource<string> mail = new();
        _ = server.Run(async node => mail.TrySetResult(await ReceiveMailAsync(node)));
        using SmtpClient client = new();
        await client.ConnectAsync(await desk.Pool.ConnectStreamAsync("mail", 25), "mail", 25, SecureSocketOptions.None);
        using MimeMessage message = new()
        {
            MessageId = "1@example.org",
            Sender = new MailboxAddress("A", "a@example.org"),
            Subject = "news",
            Body = new TextPart("plain") { Text = "It rains." },
        };
        message.To.Add(new MailboxAddress("B", "b@example.org"));
        await client.SendAsync(message);
        await client.DisconnectAsync(quit: true);
        Assert.Contains("It rains.", await mail.Task, StringComparison.Ordinal);
    });

    private static WebApplication CreateApp(SimulatedNode node, Action<IServiceCollection>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        configure?.Invoke(builder.Services);
        builder.WebHost.UseSocketPool(node.Pool).UseUrls("http://0.0.0.0:80");
        return builder.Build();
    }

    private static async Task<string> ReceiveMailAsync(SimulatedNode node)
    {
        using PoolSocket listener = node.Pool.CreateSocket();
        listener.Bind("0.0.0.0", 25);
        listener.Listen();
        await using PoolSocketStream stream = new(await listener.AcceptAsync(), ownsSocket: true);
        using StreamReader reader = new(stream, Encoding.ASCII);
        await using StreamWriter writer = new(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mail");
        StringBuilder mail = new();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                for (string? text = await reader.ReadLineAsync(); text is not (null or "."); text = await reader.ReadLineAsync())
                {
                    mail.AppendLine(text);
                }
            }

            await writer.WriteLineAsync(line == "QUIT" ? "221 bye" : "250 OK");
        }

        return mail.ToString();
    }
}
