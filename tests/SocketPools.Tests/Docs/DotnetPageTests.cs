using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;
using SocketPools.Streams;
using SocketPools.Tests.Streams;

namespace SocketPools.Tests.Docs;

/// <summary>The code of docs/dotnet.md is the code between the marks here, which runs.</summary>
public sealed class DotnetPageTests
{
    private const string Page = "docs/dotnet.md";

    // With the packages that they are about: each of their tests has a class of this name.
    private static readonly string[] s_elsewhere = ["## Kestrel", "## Web applications under test", "## MQTT", "## Dependency injection and observability"];

    [Fact]
    public void Every_piece_of_code_on_the_page_is_one_that_runs_here() =>
        PageCode.AssertRunsHere(Page, PageCode.Headings(Page).Except(s_elsewhere));

    [Fact]
    public async Task The_asynchronous_calls()
    {
        using TestPool test = new();
        using PoolSocket listener = test.Listener();
        Task serve = ServeAsync(listener, "pong\n");
        using PoolSocket socket = test.Pool.CreateSocket();
        (string host, int port, CancellationToken cancellationToken) = ("127.0.0.1", listener.LocalEndPoint.Port, default);
        byte[] request = "ping\n"u8.ToArray();
        byte[] buffer = new byte[100];

        // {
        socket.SetTimeout(2.5);
        await socket.ConnectAsync(host, port, cancellationToken);
        await socket.SendAllAsync(request, cancellationToken);
        int count = await socket.ReceiveIntoAsync(buffer, cancellationToken);
        // }
        Assert.Equal("pong\n", Encoding.ASCII.GetString(buffer, 0, count));
        await serve;
    }

    [Fact]
    public void Properties_and_calls_of_the_systems_sockets()
    {
        using TestPool test = new();
        (PoolSocket client, PoolSocket socket) = test.TcpPair();
        PoolSocket udp = test.Udp();
        udp.SendTo("abc"u8, udp.LocalEndPoint);
        client.SendAll("abc"u8);
        byte[] buffer = new byte[10];

        // {
        int seen = socket.ReceiveInto(buffer, SocketFlags.Peek);
        int length = udp.ReceiveMessageFromInto(buffer, out IPSocketAddress sender, out PacketInformation packet);
        Console.WriteLine($"{length} bytes from {sender} to {packet.Destination.ToIPAddress()} on interface {packet.InterfaceIndex}");
        // }
        Assert.Equal((3, 3), (seen, length));
        Assert.Equal(udp.LocalEndPoint.Address, packet.Destination.ToIPAddress());
    }

    [Fact]
    public void Many_datagrams_in_one_call()
    {
        using TestPool test = new();
        using PoolSocket udp = test.Udp();
        IPSocketAddress remote = udp.LocalEndPoint;
        byte[] data = TemporaryDirectory.Bytes(5000);
        List<byte> handled = [];
        void Handle(ReadOnlySpan<byte> datagram) => handled.AddRange(datagram);

        // {
        int sent = udp.SendSegmentsTo(data, 1200, remote);
        byte[] segments = new byte[PoolSocket.SegmentBufferSize];
        int received = udp.ReceiveSegmentsInto(segments, out int segmentSize, out IPSocketAddress sender);
        for (int at = 0; at < received; at += segmentSize)
        {
            Handle(segments.AsSpan(at, Math.Min(segmentSize, received - at)));
        }
        // }
        Assert.Equal((5000, 1200, remote), (sent, segmentSize, sender));
        Assert.Equal(data[..received], handled);
    }

    [Fact]
    public async Task The_stream()
    {
        using TestPool test = new();
        SocketPool pool = test.Pool;
        using PoolSocket listener = test.Listener();
        Task serve = ServeAsync(listener, "hello\n");
        (string host, int port, CancellationToken cancellationToken) = ("127.0.0.1", listener.LocalEndPoint.Port, default);

        // {
        using PoolSocket socket = await pool.CreateConnectionAsync(host, port, TimeSpan.FromSeconds(5));
        using PoolSocketStream stream = new(socket);
        using StreamReader reader = new(stream);
        string? line = await reader.ReadLineAsync(cancellationToken);
        // }
        Assert.Equal("hello", line);
        stream.Dispose();
        await serve;
    }

    [Fact]
    public async Task The_pipes()
    {
        using TestPool test = new();
        using PoolSocket listener = test.Listener();
        Task serve = ServeAsync(listener, "pong\n");
        PoolSocket socket = await test.Pool.CreateConnectionAsync("127.0.0.1", listener.LocalEndPoint.Port);
        CancellationToken cancellationToken = default;

        // {
        await using PoolSocketPipe pipe = new(socket);
        pipe.Output.Write("ping\n"u8);
        await pipe.Output.FlushAsync(cancellationToken);
        ReadResult answer = await pipe.Input.ReadAsync(cancellationToken);
        // }
        Assert.Equal("pong\n", Encoding.ASCII.GetString(answer.Buffer));
        await serve;
    }

    [Fact]
    public async Task HttpClient_on_a_pool()
    {
        using TestPool test = new();
        SocketPool pool = test.Pool;
        using PoolSocket listener = test.Listener();
        Task serve = ServeAsync(listener, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage");
        (Uri url, CancellationToken cancellationToken) = (new Uri($"http://{listener.LocalEndPoint}/"), default);

        // {
        using HttpClient client = new(new SocketsHttpHandler().UseSocketPool(pool));
        string page = await client.GetStringAsync(url, cancellationToken);
        // }
        Assert.Equal("page", page);
        client.Dispose();
        await serve;
    }

    [Fact]
    public async Task Tls()
    {
        using TestPool test = new();
        (PoolSocket socket, PoolSocket peer) = test.TcpPair();
        Task<SslStream> serve = peer.AuthenticateAsServerAsync(TestCertificates.Server());
        SslClientAuthenticationOptions options = TestCertificates.Client();
        CancellationToken cancellationToken = default;

        // {
        socket.SetTimeout(10);
        using SslStream secure = await socket.AuthenticateAsClientAsync(options, cancellationToken);
        // }
        using SslStream server = await serve;
        Assert.True(secure.IsAuthenticated && server.IsEncrypted);
    }

    /// <summary>Answers one connection at once, and reads what the peer says until it is gone.</summary>
    private static async Task ServeAsync(PoolSocket listener, string answer)
    {
        using PoolSocket client = await listener.AcceptAsync();
        await client.SendAllAsync(Encoding.ASCII.GetBytes(answer));
        await client.ReceiveIntoAsync(new byte[4096]);
    }
}
