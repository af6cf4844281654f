using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Streams;

namespace SocketPools.Tests.Streams;

/// <summary>The orderly close: a peer that still sends, or is slow, receives all that was written before.</summary>
public sealed class LingerTests
{
    private const int Size = 10 << 20;

    [Theory(Timeout = 240_000)]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    [InlineData("pipe", false)]
    [InlineData("pipe", true)]
    [InlineData("tls", false)]
    [InlineData("tls", true)]
    public async Task A_peer_that_still_sends_receives_everything_that_was_written_before_the_close(string kind, bool isAsync)
    {
        using TestPool pool = new();
        pool.Pool.LingerTimeout = TimeSpan.FromSeconds(30);
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using PoolSocketStream raw = new(client) { LingerTimeout = TimeSpan.Zero };
        Stream peer = raw;
        Stream? own = null;
        if (kind == "tls")
        {
            SslStream secure = new(raw);
            Task<SslStream> accept = server.AuthenticateAsServerAsync(TestCertificates.Server());
            await secure.AuthenticateAsClientAsync(TestCertificates.Client());
            (peer, own) = (secure, await accept);
        }

        PoolSocketPipe? pipe = kind == "pipe" ? new PoolSocketPipe(server) : null;
        own ??= pipe is null ? new PoolSocketStream(server) : null;
        Task<long> received = Task.Run(() => ReceiveAndSendAsync(peer));
        if (pipe is not null)
        {
            await pipe.Output.WriteAsync(new byte[Size]);
        }
        else
        {
            await own!.WriteAsync(new byte[Size]);
        }

        if (isAsync)
        {
            await (pipe?.DisposeAsync() ?? own!.DisposeAsync());
        }
        else
        {
            await Task.Run(() =>
            {
                pipe?.Dispose();
                own?.Dispose();
            });
        }

        Assert.Equal(Size, await received);
        Assert.Equal(SocketState.Closed, server.State);
    }

    [Theory(Timeout = 240_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_does_not_read_holds_the_place_no_longer_than_the_limit_whatever_it_sends(bool isAsync)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, 4096);
        PoolSocketStream stream = new(server) { LingerTimeout = TimeSpan.FromSeconds(0.3) };
        client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, 4096);
        await stream.WriteAsync(new byte[1]);
        await FillAsync(server);
        using CancellationTokenSource end = new();
        Task drip = Task.Run(() => DripAsync(client, end.Token));
        long start = Stopwatch.GetTimestamp();
        if (isAsync)
        {
            await stream.DisposeAsync();
        }
        else
        {
            await Task.Run(stream.Dispose);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
        Assert.Equal(SocketState.Closed, server.State);
        await end.CancelAsync();
        await drip;
    }

    [Fact(Timeout = 240_000)]
    public async Task Nothing_is_waited_for_when_nothing_was_written_or_the_limit_is_zero_or_the_peer_has_gone()
    {
        using TestPool pool = new();
        pool.Pool.LingerTimeout = TimeSpan.FromHours(1);
        (_, PoolSocket idle) = pool.TcpPair();
        await new PoolSocketStream(idle).DisposeAsync();
        (_, PoolSocket zero) = pool.TcpPair();
        PoolSocketStream stream = new(zero) { LingerTimeout = TimeSpan.Zero };
        await stream.WriteAsync(new byte[1]);
        await stream.DisposeAsync();
        (PoolSocket client, PoolSocket gone) = pool.TcpPair();
        PoolSocketStream left = new(gone);
        await left.WriteAsync(new byte[1]);
        Assert.Equal(1, client.ReceiveInto(new byte[1]));
        client.Close();
        await left.DisposeAsync();
        Assert.Equal(SocketState.Closed, gone.State);
    }

    [Fact]
    public void The_limit_is_the_pool_s_until_the_stream_has_its_own()
    {
        using TestPool pool = new();
        (PoolSocket client, _) = pool.TcpPair();
        using PoolSocketStream stream = new(client);
        Assert.Equal(TimeSpan.FromSeconds(2), stream.LingerTimeout);
        pool.Pool.LingerTimeout = TimeSpan.FromSeconds(5);
        Assert.Equal(TimeSpan.FromSeconds(5), stream.LingerTimeout);
        stream.LingerTimeout = TimeSpan.Zero;
        Assert.Equal(TimeSpan.Zero, stream.LingerTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.LingerTimeout = TimeSpan.FromTicks(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Pool.LingerTimeout = TimeSpan.FromDays(25));
    }

    /// <summary>Receives to the end, and sends a byte for each piece, as a protocol with acknowledgments does.</summary>
    private static async Task<long> ReceiveAndSendAsync(Stream peer)
    {
        byte[] block = new byte[16 * 1024];
        long got = 0;
        while (await peer.ReadAsync(block) is var count and > 0)
        {
            got += count;
            try
            {
                await peer.WriteAsync(new byte[1]);
            }
            catch (IOException)
            {
                // The other side is closed; what it has sent is still here.
            }
        }

        await peer.DisposeAsync();
        return got;
    }

    private static async Task FillAsync(PoolSocket socket)
    {
        using CancellationTokenSource full = new(TimeSpan.FromSeconds(0.2));
        try
        {
            while (true)
            {
                await socket.SendAsync(new byte[4096], full.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The peer's buffer and ours are full.
        }
    }

    private static async Task DripAsync(PoolSocket client, CancellationToken end)
    {
        try
        {
            while (!end.IsCancellationRequested)
            {
                await client.SendAsync(new byte[1], end);
            }
        }
        catch (Exception e) when (e is PoolSocketException or OperationCanceledException)
        {
            // Reset, or over.
        }
    }
}
