using SocketPools.Radios;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Hostile;

/// <summary>Peers that take nothing, or a byte at a time, and want connections to stay (Sockstress, CVE-2008-4609).</summary>
[Collection(Alone.Name)]
public sealed class StarvationTests
{
    [Fact]
    public void A_hundred_peers_that_take_nothing_hold_a_bounded_amount_of_memory_each()
    {
        using HostileBench b = new(options => options with { Tcp = new() { SendBuffer = 8192, MaxSendBuffer = 16_384 } });
        RadioSocket listener = b.Listen(80);
        long before = Blocks;
        for (ushort i = 0; i < 100; i++)
        {
            (HandMade peer, RadioSocket socket) = b.Connect(listener, (ushort)(5000 + i), window: 0);
            while (!socket.TrySend(new byte[1000]).Failed)
            {
            }
        }

        // A send buffer is a block for 64 KiB at most.
        Assert.InRange(Blocks - before, 100, 210);
        b.Advance(600);
        b.TakeSent();
        Assert.InRange(Blocks - before, 0, 210);
    }

    [Fact]
    public void A_peer_that_answers_probes_with_a_closed_window_lives_as_long_as_the_user_wants()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        Assert.False(socket.SetRawOption(6, 18, BitConverter.GetBytes(30_000)).Failed); // TCP_USER_TIMEOUT
        peer.Window = 0;
        peer.Send(TcpFlags.Ack);
        socket.TrySend(new byte[1000]);
        double lived = 0;
        for (; lived < 100 && b.Radio.Tcp.ConnectionCount > 0; lived += 0.1)
        {
            b.Advance(0.1);
            if (b.TakeSegments().Count > 0)
            {
                peer.Send(TcpFlags.Ack);
            }
        }

        Assert.InRange(lived, 29, 36);
        Assert.Equal(Errno.ETIMEDOUT, socket.TrySend(new byte[1]).Errno);
    }

    [Fact]
    public void A_connection_that_nobody_owns_any_more_does_not_wait_forever_for_a_window()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        peer.Window = 0;
        peer.Send(TcpFlags.Ack);
        socket.TrySend(new byte[1000]);
        socket.Close();
        double lived = 0;
        for (; lived < 7200 && b.Radio.Tcp.ConnectionCount > 0; lived += 0.5)
        {
            b.Advance(0.5);
            if (b.TakeSegments().Count > 0)
            {
                peer.Send(TcpFlags.Ack);
            }
        }

        Assert.InRange(lived, 1, 1800);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_peer_that_asks_for_tiny_segments_and_a_tiny_window_gets_its_bytes_at_bounded_cost(ushort segmentSize)
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000, window: 100, segmentSize: segmentSize);
        long before = Blocks;
        Assert.Equal(4000, socket.TrySend(new byte[4000]).Count);
        int taken = 0;
        int segments = 0;
        for (int i = 0; i < 3000 && taken < 4000; i++)
        {
            long sent = b.Tcp.SegmentsSent;
            taken += peer.Acknowledge();
            b.Advance(0.25);
            segments += (int)(b.Tcp.SegmentsSent - sent);
        }

        Assert.Equal(4000, taken);
        Assert.InRange(segments, 10, 400);
        Assert.InRange(Blocks - before, 0, 3);
    }

    [Fact]
    public void A_peer_that_opens_its_window_a_byte_at_a_time_gets_no_byte_at_a_time()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        peer.Window = 0;
        peer.Send(TcpFlags.Ack);
        b.TakeSent();
        socket.TrySend(new byte[5000]);
        for (ushort window = 1; window < 200; window++)
        {
            peer.Window = window;
            peer.Send(TcpFlags.Ack);
        }

        // RFC 9293, 3.8.6.2.1: nothing smaller than a segment, or half of the largest window, until the override timeout.
        Assert.Empty(b.TakeSegments());
        b.Advance(10);
        Assert.NotEmpty(b.TakeSegments());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Connections_that_are_never_read_keep_to_their_buffers_whatever_the_segments_are()
    {
        using HostileBench b = new(options => options with { Tcp = new() { ReceiveBuffer = 16_384, MaxReceiveBuffer = 16_384 } });
        RadioSocket listener = b.Listen(80);
        long before = Blocks;
        const int Count = 20;
        for (ushort i = 0; i < Count; i++)
        {
            (HandMade peer, RadioSocket _) = b.Connect(listener, (ushort)(5000 + i));
            for (int j = 0; j < 10_000; j++)
            {
                // Every second byte, then all: gaps first.
                peer.Send(TcpFlags.Ack, j < 5000 ? 1 + (2 * j) : j - 5000, text: "x"u8);
            }

            b.TakeSent();
        }

        Assert.InRange(Blocks - before, Count, Count * 530); // MaxGaps is 512
        b.Advance(1);
        b.TakeSent();
    }
}
