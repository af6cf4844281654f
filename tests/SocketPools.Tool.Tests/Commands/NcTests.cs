using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class NcTests
{
    [Theory(Timeout = 240_000)]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Two_of_us_exchange_their_inputs(string host)
    {
        byte[] left = TemporaryDirectory.Bytes(700_000);
        byte[] right = "from the other side"u8.ToArray();
        using RunningTool listener = new(new MemoryStream(right), ["nc", "-l", host, "0"]);
        string address = await listener.ErrorLineAsync("Listening on ");
        ToolResult connected = await Tool.RunAsync(left, ["nc", host, PortOf(address)]);
        Assert.Equal(right, connected.Succeeds().Output);
        Assert.Equal(left, (await listener.EndAsync()).Succeeds().Output);
    }

    [Fact(Timeout = 240_000)]
    public async Task Python_hears_us_and_our_end_and_answers_after_it()
    {
        const string Script = """
            import socket
            s = socket.create_server(('127.0.0.1', 0))
            print('port', s.getsockname()[1], flush=True)
            c, _ = s.accept()
            data = b''
            while True:
                b = c.recv(4096)
                if not b: break
                data += b
            c.sendall(b'%d bytes' % len(data))
            c.close()
            """;
        using Program python = Program.Start("python3", "-c", Script);
        string port = (await python.OutputLineAsync("port ")).Split(' ')[1];
        ToolResult result = await Tool.RunAsync(TemporaryDirectory.Bytes(123_456), ["nc", "127.0.0.1", port]);
        Assert.Equal("123456 bytes", result.Succeeds().Text);
    }

    [Fact(Timeout = 240_000)]
    public async Task It_ends_when_the_peer_closes_though_the_input_is_still_open()
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        using AnonymousPipeServerStream input = new(PipeDirection.In);
        using RunningTool nc = new(input, ["nc", "127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port.ToString()]);
        using (TcpClient client = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken))
        {
            await client.GetStream().WriteAsync("bye"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        Assert.Equal("bye", (await nc.EndAsync()).Succeeds().Text);
    }

    [Fact(Timeout = 240_000)]
    public async Task Datagrams_go_both_ways()
    {
        using RunningTool listener = new(new MemoryStream("pong"u8.ToArray()), ["nc", "-u", "-l", "127.0.0.1", "0", "--timeout", "20"]);
        string address = await listener.ErrorLineAsync("Listening on ");
        using UdpClient client = new(new IPEndPoint(IPAddress.Loopback, 0));
        client.Connect(IPEndPoint.Parse(address));
        await client.SendAsync("ping"u8.ToArray(), TestContext.Current.CancellationToken);
        UdpReceiveResult answer = await client.ReceiveAsync(TestContext.Current.CancellationToken);
        Assert.Equal("pong", Encoding.ASCII.GetString(answer.Buffer));
        listener.Stop();
        ToolResult result = await listener.EndAsync();
        Assert.Equal((130, "ping"), (result.ExitCode, result.Text));
    }

    [Fact(Timeout = 240_000)]
    public async Task Datagrams_end_when_nothing_more_comes()
    {
        using UdpClient server = new(new IPEndPoint(IPAddress.Loopback, 0));
        Task<ToolResult> nc = Tool.RunAsync("question"u8.ToArray(), ["nc", "-u", "127.0.0.1", ((IPEndPoint)server.Client.LocalEndPoint!).Port.ToString(), "--timeout", "0.5"]);
        UdpReceiveResult question = await server.ReceiveAsync(TestContext.Current.CancellationToken);
        await server.SendAsync("answer"u8.ToArray(), question.RemoteEndPoint, TestContext.Current.CancellationToken);
        Assert.Equal("answer", (await nc).Succeeds().Text);
    }

    [Fact(Timeout = 240_000)]
    public async Task Nobody_there_is_one_line()
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        string port = ((IPEndPoint)server.LocalEndpoint).Port.ToString();
        server.Stop();
        Assert.Contains("ECONNREFUSED", (await Tool.RunAsync("nc", "127.0.0.1", port)).Fails(), StringComparison.Ordinal);
        Assert.Contains("ETIMEDOUT", (await Tool.RunAsync("nc", "-l", "127.0.0.1", "0", "-q", "--timeout", "0.05")).Fails(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Ctrl_C_ends_it_while_it_waits()
    {
        using RunningTool listener = Tool.Start("nc", "-l", "127.0.0.1", "0");
        await listener.ErrorLineAsync("Listening on ");
        listener.Stop();
        ToolResult result = await listener.EndAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.DoesNotContain("socketpool:", result.Error, StringComparison.Ordinal);
    }

    private static string PortOf(string address) => IPEndPoint.Parse(address).Port.ToString();
}
