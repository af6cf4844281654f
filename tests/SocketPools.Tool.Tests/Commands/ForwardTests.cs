using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class ForwardTests
{
    [Fact(Timeout = 240_000)]
    public async Task A_connection_goes_through_and_is_told()
    {
        using TcpListener server = Listen();
        using RunningTool forward = Tool.Start("forward", "0", $"127.0.0.1:{PortOf(server)}");
        string line = await forward.OutputLineAsync("Forwarding 127.0.0.1:");
        Assert.EndsWith($" to 127.0.0.1:{PortOf(server)}", line, StringComparison.Ordinal);
        await ExchangeAsync(int.Parse(line.Split(' ')[0], null), server);
        Assert.EndsWith(": closed, 4 bytes there, 4 back", await forward.OutputLineAsync("tcp 127.0.0.1:", after: "open"), StringComparison.Ordinal);
        forward.Stop();
        Assert.Equal(130, (await forward.EndAsync()).ExitCode);
    }

    [Fact(Timeout = 240_000)]
    public async Task Several_forwards_run_in_one_command_and_a_failure_ends_none()
    {
        using TcpListener server = Listen();
        using RunningTool forward = Tool.Start("forward", "0", "127.0.0.9:9", "127.0.0.1:0", $"127.0.0.1:{PortOf(server)}");
        string refused = await forward.OutputLineAsync("Forwarding 127.0.0.1:");
        string good = await forward.OutputLineAsync("Forwarding 127.0.0.1:", after: "to 127.0.0.9:9");
        using (Socket client = new(SocketType.Stream, ProtocolType.Tcp))
        {
            await Assert.ThrowsAsync<SocketException>(async () =>
            {
                await client.ConnectAsync(IPAddress.Loopback, int.Parse(refused.Split(' ')[0], null));
                await client.ReceiveAsync(new byte[1]);
            });
        }

        Assert.Contains("failed: connect to 127.0.0.9:9", await forward.OutputLineAsync("tcp 127.0.0.1:"), StringComparison.Ordinal);
        await ExchangeAsync(int.Parse(good.Split(' ')[0], null), server);
    }

    [Fact(Timeout = 240_000)]
    public async Task Reverse_listens_on_the_radio()
    {
        using TcpListener server = Listen();
        using RunningTool forward = Tool.Start("forward", "--reverse", "127.0.0.1:0", $"127.0.0.1:{PortOf(server)}", "--quiet");
        string line = await forward.OutputLineAsync("Forwarding 127.0.0.1:");
        await ExchangeAsync(int.Parse(line.Split(' ')[0], null), server);
    }

    [Fact(Timeout = 240_000)]
    public async Task Datagrams_go_through_and_back()
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)server.Client.LocalEndPoint!).Port;
        using RunningTool forward = Tool.Start("forward", "-u", "0", $"localhost:{port}", "-q", "--idle", "30");
        using UdpClient client = new();
        client.Connect(IPAddress.Loopback, int.Parse((await forward.OutputLineAsync("Forwarding 127.0.0.1:")).Split(' ')[0], null));
        await client.SendAsync("ping"u8.ToArray(), TestContext.Current.CancellationToken);
        UdpReceiveResult received = await server.ReceiveAsync(TestContext.Current.CancellationToken);
        await server.SendAsync("pong"u8.ToArray(), received.RemoteEndPoint, TestContext.Current.CancellationToken);
        Assert.Equal("pong"u8.ToArray(), (await client.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer);
    }

    [Fact(Timeout = 240_000)]
    public async Task Socks_asks_for_the_password_of_the_file()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is missing");
        using TemporaryDirectory folder = new();
        folder.Write("auth", "lab:secret\n");
        folder.Write("www/x", "through socks");
        using RunningTool serve = Tool.Start("serve", folder["www"], "--port", "0");
        string url = await serve.OutputLineAsync($"Serving {folder["www"]} on ");
        using RunningTool forward = Tool.Start("forward", "--socks", "0", "--auth-file", folder["auth"]);
        string address = await forward.OutputLineAsync("SOCKS5 on ");
        ToolResult good = await Program.RunAsync("curl", "-s", "--proxy", $"socks5h://lab:secret@{address}", $"{url}x");
        Assert.Equal("through socks", good.Succeeds().Text);
        ToolResult wrong = await Program.RunAsync("curl", "-s", "--proxy", $"socks5h://lab:wrong@{address}", $"{url}x");
        Assert.Equal(97, wrong.ExitCode); // CURLE_PROXY
    }

    [Fact(Timeout = 240_000)]
    public async Task An_address_that_others_reach_is_warned_of()
    {
        using RunningTool forward = Tool.Start("forward", "0.0.0.0:0", "127.0.0.1:9");
        Assert.EndsWith(" can use it", await forward.ErrorLineAsync("Every host that can reach 0.0.0.0:"), StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("0")]
    [InlineData("0", "127.0.0.1")]
    [InlineData("0", "127.0.0.1:0")]
    [InlineData("0", "a b:1")]
    [InlineData("x", "127.0.0.1:1")]
    [InlineData("65536", "127.0.0.1:1")]
    [InlineData("127.0.0.1", "127.0.0.1:1")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData("::1", "127.0.0.1:1")]
    [InlineData("0", "127.0.0.1:1", "0")]
    [InlineData("--socks", "0", "lab:1")]
    [InlineData("--socks", "0", "-u")]
    [InlineData("--socks", "0", "-r")]
    [InlineData("0", "127.0.0.1:1", "--auth-file", "x")]
    [InlineData("0", "127.0.0.1:1", "-m", "0")]
    [InlineData("0", "127.0.0.1:1", "--idle", "0")]
    public async Task A_wrong_command_line_is_one_line_and_exit_code_2(params string[] args) =>
        Assert.NotEmpty((await Tool.RunAsync(["forward", .. args])).Fails(2));

    [Theory(Timeout = 240_000)]
    [InlineData(":80", "\":80\" has no host")]
    [InlineData("lab", "\"lab\" has no port")]
    public async Task A_target_that_lacks_something_is_named(string target, string message) =>
        Assert.Contains(message, (await Tool.RunAsync("forward", "0", target)).Fails(2), StringComparison.Ordinal);

    [Theory(Timeout = 240_000)]
    [InlineData("")]
    [InlineData("lab")]
    [InlineData(":secret")]
    [InlineData("lab:")]
    [InlineData(null)]
    public async Task A_file_without_a_password_is_an_error(string? content)
    {
        using TemporaryDirectory folder = new();
        if (content is not null)
        {
            folder.Write("auth", content);
        }

        Assert.Contains(folder["auth"], (await Tool.RunAsync("forward", "--socks", "0", "--auth-file", folder["auth"])).Fails(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_port_that_is_taken_is_an_error()
    {
        using TcpListener server = Listen();
        Assert.Contains("EADDRINUSE", (await Tool.RunAsync("forward", $"{PortOf(server)}", "127.0.0.1:9")).Fails(), StringComparison.Ordinal);
    }

    private static TcpListener Listen()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static async Task ExchangeAsync(int port, TcpListener listener)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        using TcpClient server = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync("ping"u8.ToArray(), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        using StreamReader reader = new(server.GetStream(), Encoding.ASCII);
        Assert.Equal("ping", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        await server.GetStream().WriteAsync("pong"u8.ToArray(), TestContext.Current.CancellationToken);
        server.Client.Shutdown(SocketShutdown.Send);
        byte[] answer = new byte[4];
        for (int at = 0; at < 4;)
        {
            at += await client.Client.ReceiveAsync(answer.AsMemory(at), SocketFlags.None, TestContext.Current.CancellationToken);
        }

        Assert.Equal("pong"u8.ToArray(), answer);
        Assert.Equal(0, await client.Client.ReceiveAsync(answer.AsMemory(), SocketFlags.None, TestContext.Current.CancellationToken));
    }
}
