using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Tool.Tests;

public sealed class NcFailureTests
{
    [Fact(Timeout = 240_000)]
    public async Task Datagrams_that_nobody_takes_end_the_command_whichever_side_hears_of_it()
    {
        // The refusal of the first datagram comes back with the sending of the second, or with a receive.
        using Socket closed = new(SocketType.Dgram, ProtocolType.Udp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string port = PortOf(closed.LocalEndPoint!);
        closed.Close();
        ToolResult result = await Tool.RunAsync(TemporaryDirectory.Bytes(200_000), ["nc", "-u", "127.0.0.1", port]);
        Assert.Contains("ECONNREFUSED", result.Fails(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task Input_that_could_not_be_sent_fails_though_the_peer_ends_politely()
    {
        // The peer resets; whether the sending or the receiving half hears of it first is up to the kernel.
        for (int i = 0; i < 10; i++)
        {
            using TcpListener server = new(IPAddress.Loopback, 0);
            server.Start();
            Task<ToolResult> nc = Tool.RunAsync(TemporaryDirectory.Bytes(20_000_000), ["nc", "127.0.0.1", PortOf(server.LocalEndpoint)]);
            using (Socket peer = await server.AcceptSocketAsync(TestContext.Current.CancellationToken))
            {
                await peer.ReceiveAsync(new byte[1000], TestContext.Current.CancellationToken);
                peer.Close(0);
            }

            Assert.NotEmpty((await nc).Fails());
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task A_peer_that_has_said_all_still_hears_the_whole_answer()
    {
        byte[] answer = TemporaryDirectory.Bytes(20_000_000);
        using RunningTool nc = new(new MemoryStream(answer), ["nc", "-l", "127.0.0.1", "0"]);
        IPEndPoint address = IPEndPoint.Parse(await nc.ErrorLineAsync("Listening on "));
        using TcpClient peer = new();
        await peer.ConnectAsync(address, TestContext.Current.CancellationToken);
        NetworkStream stream = peer.GetStream();
        await stream.WriteAsync("question"u8.ToArray(), TestContext.Current.CancellationToken);
        peer.Client.Shutdown(SocketShutdown.Send);
        using MemoryStream heard = new();
        await stream.CopyToAsync(heard, TestContext.Current.CancellationToken);
        Assert.Equal(answer, heard.ToArray());
        Assert.Equal("question", (await nc.EndAsync()).Succeeds().Text);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_peer_that_talks_and_never_reads_is_given_up_when_the_time_is_up()
    {
        using TcpListener server = new(IPAddress.Loopback, 0);
        server.Start();
        Task<ToolResult> nc = Tool.RunAsync(TemporaryDirectory.Bytes(30_000_000), ["nc", "127.0.0.1", PortOf(server.LocalEndpoint), "--timeout", "0.5"]);
        using Socket peer = await server.AcceptSocketAsync(TestContext.Current.CancellationToken);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (!nc.IsCompleted && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            try
            {
                peer.Send("x"u8);
            }
            catch (SocketException)
            {
                break; // it gave us up
            }
        }

        Assert.Contains("ETIMEDOUT", (await nc).Fails(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public void A_listener_takes_datagrams_of_its_peer_only()
    {
        using MemoryStream output = new();
        using SocketPool pool = new(new HostNetwork());
        NetcatEnd end = new(pool, SocketType.Dgram, AddressFamily.InterNetwork, TimeSpan.FromSeconds(10))
        {
            // Both have sent before the socket takes the first as its peer.
            OnListening = at =>
            {
                using UdpClient peer = new(new IPEndPoint(IPAddress.Loopback, 0));
                using UdpClient other = new(new IPEndPoint(IPAddress.Loopback, 0));
                peer.Send("A1"u8, at);
                other.Send("B1"u8, at);
                peer.Send("A2"u8, at);
                other.Send("B2"u8, at);
            },
        };
        using PoolSocket socket = end.WaitForPeer("127.0.0.1", 0, output);
        new NetcatPump(socket, new ToolConsole(Stream.Null, output, TextWriter.Null, false), null).Run();
        Assert.Equal("A1A2", Encoding.ASCII.GetString(output.ToArray()));
    }

    private static string PortOf(EndPoint address) => ((IPEndPoint)address).Port.ToString(CultureInfo.InvariantCulture);
}
