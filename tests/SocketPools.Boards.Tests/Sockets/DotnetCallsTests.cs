using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Tests.Sockets;

/// <summary>What a program for .NET asks of a socket and no board has: it works on what has arrived, or is refused with a reason.</summary>
public sealed class DotnetCallsTests : HostCase
{
    private SocketPool Pool => field ??= NewPool(BoardProfiles.PicoW);

    [Fact(Timeout = 240_000)]
    public async Task A_stream_of_a_board_counts_and_shows_what_has_arrived()
    {
        TaskCompletionSource end = new();
        using Peer peer = NewPeer(async client =>
        {
            await client.SendAsync("abc"u8.ToArray());
            await end.Task;
        });
        using PoolSocket socket = Connect(Pool, peer);
        byte[] buffer = new byte[10];
        Assert.Equal(3, socket.ReceiveInto(buffer, SocketFlags.Peek));
        Assert.Equal(3, socket.Available);
        Assert.Equal(2, socket.ReceiveInto(buffer.AsSpan(0, 2)));
        Assert.Equal(1, await socket.ReceiveIntoAsync(buffer, SocketFlags.Peek, TestContext.Current.CancellationToken));
        Assert.Equal((byte)'c', buffer[0]);
        Assert.Equal(1, socket.ReceiveInto(buffer));
        Assert.Equal(0, socket.Available);
        end.SetResult();
        Assert.Equal(0, socket.ReceiveInto(buffer, SocketFlags.Peek));
        Assert.Equal(0, socket.ReceiveInto(buffer));
    }

    [Fact(Timeout = 240_000)]
    public void A_datagram_socket_of_a_board_shows_the_next_datagram_and_does_not_know_where_it_was_sent_to()
    {
        using PoolSocket socket = Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.SetTimeout(20);
        using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.SendTo("abcde"u8, socket.LocalEndPoint);
        byte[] buffer = new byte[3];
        Assert.Equal(3, socket.ReceiveFromInto(buffer, SocketFlags.Peek, out IPSocketAddress remote));
        Assert.Equal(((IPEndPoint)sender.LocalEndPoint!).Port, remote.Port);
        Assert.Equal(5, socket.Available);
        Assert.Contains("does not know where", Fails(Errno.EOPNOTSUPP, () => socket.ReceiveMessageFromInto(buffer, out _, out _)).Message, StringComparison.Ordinal);
        Assert.Equal(3, socket.ReceiveInto([new ArraySegment<byte>(buffer, 0, 1), new ArraySegment<byte>(buffer, 1, 2)]));
        Assert.Equal("abc"u8, buffer);
        Assert.Equal(0, socket.Available);
        socket.Close();
        Fails(Errno.EBADF, () => _ = socket.Available);
    }
}
