using System.Net;
using System.Net.Sockets;

namespace SocketPools.Tool.Tests;

/// <summary>A <c>--timeout</c> that is up says what has used it.</summary>
public sealed class GetPhaseTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _clients = [];

    public GetPhaseTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private string Address => _listener.LocalEndPoint!.ToString()!;

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _listener.Dispose();
    }

    [Theory(Timeout = 240_000)]
    [InlineData("https", "", "the TLS handshake with 127.0.0.1 took longer than the --timeout of 0.3 s: ")]
    [InlineData("http", "", "the head of the answer of 127.0.0.1 took longer than the --timeout of 0.3 s: ")]
    [InlineData("http", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "the next piece of the body from 127.0.0.1 took longer than the --timeout of 0.3 s: ")]
    public async Task The_phase_that_took_too_long_is_named(string scheme, string answer, string message)
    {
        Task serve = ServeAsync(answer);
        string error = (await Tool.RunAsync("get", $"{scheme}://{Address}/", "--timeout", "0.3")).Fails();
        Assert.StartsWith(message, error);
        Assert.Contains("ETIMEDOUT", error, StringComparison.Ordinal);
        await serve;
    }

    [Fact(Timeout = 240_000)]
    public async Task A_connect_that_took_too_long_says_how_long_the_lookup_took()
    {
        // A backlog that is full answers nothing.
        using Socket full = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        for (int i = 0; i < 3; i++)
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _clients.Add(client);
            Assert.Throws<SocketException>(() => client.Connect(full.LocalEndPoint!));
        }

        string error = (await Tool.RunAsync("get", $"http://{full.LocalEndPoint}/", "--timeout", "0.3")).Fails();
        Assert.Matches("^connecting to 127.0.0.1, whose lookup used 0.[0-9]{3} s, took longer than the --timeout of 0.3 s: ", error);
    }

    private async Task ServeAsync(string answer)
    {
        Socket client = await _listener.AcceptAsync();
        _clients.Add(client);
        if (answer.Length > 0)
        {
            await client.ReceiveAsync(new byte[1000]);
            await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        }
    }
}
