using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>What TCP_CORK, TCP_NOTSENT_LOWAT and TCP_LINGER2 do, as tcp(7) and Linux have them. Their numbers are in TcpOptionTests beside the kernel.</summary>
[Collection(Alone.Name)]
public sealed class SocketOptionTests
{
    private const int SegmentSize = 1000;

    [Fact]
    public void A_corked_socket_sends_full_segments_and_the_rest_when_the_cork_is_pulled()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { Cork = true });
        t.Writes("head");
        t.IsSilent();
        t.Writes(new string('x', SegmentSize));
        t.Answers(Ack, seq: 1, length: SegmentSize);
        t.IsSilent();
        t.Set(default);
        t.Answers(Ack, seq: 1 + SegmentSize, length: 4);
    }

    /// <summary>Linux: the timer of window probes, which is the retransmission timeout, 200 ms at least.</summary>
    [Fact]
    public void A_cork_holds_for_the_retransmission_timeout_at_most()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { Cork = true });
        t.Writes("head");
        t.Advance(199);
        t.IsSilent();
        t.Advance(20);
        t.Answers(Ack, text: "head");
    }

    [Fact]
    public void A_cork_is_stronger_than_TCP_NODELAY_but_setting_that_sends_what_waits()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { Cork = true });
        t.Writes("one");
        t.IsSilent();
        t.Set(new TcpSocketOptions { Cork = true, NoDelay = true });
        t.Answers(Ack, text: "one");
        t.Writes("two");
        t.IsSilent();
        t.Set(new TcpSocketOptions { NoDelay = true });
        t.Answers(Ack, text: "two");
    }

    [Fact]
    public void The_end_of_the_stream_pulls_the_cork()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { Cork = true });
        t.Writes("all");
        t.IsSilent();
        t.Shutdown();
        t.Answers(Ack | Fin, text: "all");
    }

    /// <summary>Bytes that were sent do not count, however many they are; what counts is what waits.</summary>
    [Fact]
    public void A_socket_is_not_writable_while_as_much_waits_as_TCP_NOTSENT_LOWAT()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { NotSentLowWater = 3000 }, window: 5000);
        Assert.Equal(5000, Fill(t, 5000, SegmentSize));
        Assert.Equal(Readiness.Writable, t.Poll());
        Assert.Equal(3000, Fill(t, 100_000, SegmentSize));
        Assert.Equal(Readiness.None, t.Poll());
        Assert.Equal(Errno.EAGAIN, t.Send("more").Errno);
        t.SkipSent();

        // Twice what waits is less than the limit: its user is told.
        int changes = t.Changes;
        t.Sends(Ack, seq: 1, ack: 5001, window: 1000);
        Assert.Equal(changes, t.Changes);
        t.Sends(Ack, seq: 1, ack: 6001, window: 1000);
        Assert.Equal(changes + 1, t.Changes);
        Assert.Equal(Readiness.Writable, t.Poll());
    }

    /// <summary>The same with the limit below a segment, which may not stop the stream.</summary>
    [Fact]
    public void The_smallest_TCP_NOTSENT_LOWAT_stops_nothing()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { NotSentLowWater = 1 }, window: 60_000);
        Assert.InRange(Fill(t, 30_000, 100), 9 * SegmentSize, 12 * SegmentSize); // the initial window, and no more
        Assert.Equal(Readiness.None, t.Poll());
        t.SkipSent();
        t.Sends(Ack, seq: 1, ack: 2001, window: 60_000);
        Assert.Equal(Readiness.Writable, t.Poll());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_a_negative_TCP_LINGER2_a_closed_connection_is_reset_instead_of_waiting_in_FIN_WAIT_2(bool isAcknowledgedBefore)
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { FinWait2Seconds = -1 });
        if (isAcknowledgedBefore)
        {
            t.Shutdown();
            t.Answers(Fin | Ack);
            t.Sends(Ack, seq: 1, ack: 2);
            Assert.Equal(TcpState.FinWait2, t.State);
            t.Close();
        }
        else
        {
            t.Close();
            t.Answers(Fin | Ack);
            t.Sends(Ack, seq: 1, ack: 2);
        }

        t.Answers(Rst | Ack, seq: 2);
        Assert.Equal(TcpState.Closed, t.State);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(5, 5)]
    [InlineData(120, 120)]
    public void TCP_LINGER2_is_how_long_a_closed_connection_waits_in_FIN_WAIT_2(sbyte value, int seconds)
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { FinWait2Seconds = value });
        t.Close();
        t.Answers(Fin | Ack);
        t.Sends(Ack, seq: 1, ack: 2);
        t.Advance((seconds * 1000) - 1);
        Assert.Equal(TcpState.FinWait2, t.State);
        t.Advance(2);
        Assert.Equal(TcpState.Closed, t.State);
        t.IsSilent();
    }

    // Sends until the socket takes nothing more, or so much.
    private static int Fill(TcpBench t, int most, int piece)
    {
        int sent = 0;
        while (sent < most && t.Send(new string('x', Math.Min(piece, most - sent))) is { Failed: false, Count: > 0 } result)
        {
            sent += result.Count;
        }

        return sent;
    }
}
