using System.Net;
using System.Net.Sockets;
using SocketPools.Tests;

namespace SocketPools.Forwarding.Tests;

/// <summary>The code of docs/recipes/forwarder.md is the code between the marks here, which runs.</summary>
public sealed class RecipeTests
{
    [Fact]
    public void Every_piece_of_code_on_the_page_is_one_that_runs_here() => PageCode.AssertRunsHere("docs/recipes/forwarder.md");

    [Fact]
    public async Task From_this_computer_to_a_pool()
    {
        using TwoStacks network = new();
        network.AddName("db.lab", TwoStacks.FarAddress);
        using PoolSocket listener = Listen(network, 5432);
        SocketPool pool = network.Near;

        // {
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool, "db.lab", 5432);
        string connectionString = $"Host=127.0.0.1;Port={forwarder.LocalEndPoint.Port};Username=lab;Database=lab";
        // }
        Assert.StartsWith("Host=", connectionString, StringComparison.Ordinal);
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(forwarder.LocalEndPoint);
        using PoolSocket server = await listener.AcceptAsync();
    }

    [Fact]
    public async Task From_a_pool_to_this_computer()
    {
        using TwoStacks network = new();
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        (SocketPool pool, int port) = (network.Far, ((IPEndPoint)server.LocalEndpoint).Port);

        // {
        await using SocketForwarder forwarder = SocketForwarder.ToLoopback(pool, new IPEndPoint(IPAddress.Any, 80), port);
        // }
        using PoolSocket client = await network.Near.CreateConnectionAsync("192.0.2.2", 80);
        using TcpClient accepted = await server.AcceptTcpClientAsync();
    }

    [Fact]
    public async Task As_a_SOCKS_server()
    {
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network, 80);
        SocketPool pool = network.Near;

        // {
        SocketForwarderOptions options = new() { Credentials = new NetworkCredential("lab", "secret") };
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(pool, options);
        WebProxy proxy = new($"socks5://{forwarder.LocalEndPoint}") { Credentials = options.Credentials };
        // }
        using HttpClient client = new(new SocketsHttpHandler { Proxy = proxy });
        Task<string> answer = client.GetStringAsync(new Uri("http://192.0.2.2/"));
        using PoolSocket server = await listener.AcceptAsync();
        Assert.NotEqual(0, await server.ReceiveIntoAsync(new byte[1000]));
        await server.SendAllAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        Assert.Equal("ok", await answer);
    }

    private static PoolSocket Listen(TwoStacks network, int port)
    {
        PoolSocket listener = network.Far.CreateSocket();
        listener.Bind(new IPEndPoint(TwoStacks.FarAddress, port));
        listener.Listen(16);
        return listener;
    }
}
