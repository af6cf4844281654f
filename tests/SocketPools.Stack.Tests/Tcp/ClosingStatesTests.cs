using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>FIN-WAIT-1 (RFC 9293, 3.10.7.4).</summary>
[Collection(Alone.Name)]
public sealed class FinWait1Tests
{
    [Fact]
    public void The_ACK_of_FIN_leads_to_FIN_WAIT_2()
    {
        using TcpBench t = TcpBench.InFinWait1();
        t.Sends(Ack, seq: 1, ack: 2);
        Assert.Equal(TcpState.FinWait2, t.State);
        t.IsSilent();
    }

    [Fact]
    public void FIN_with_its_ACK_leads_to_TIME_WAIT()
    {
        using TcpBench t = TcpBench.InFinWait1();
        t.Sends(Fin | Ack, seq: 1, ack: 2);
        t.Answers(Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, t.State);
    }

    [Fact]
    public void FIN_without_it_leads_to_CLOSING_as_both_have_closed()
    {
        using TcpBench t = TcpBench.InFinWait1();
        t.Sends(Fin | Ack, seq: 1, ack: 1);
        t.Answers(Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.Closing, t.State);
    }

    [Fact]
    public void Text_is_still_read()
    {
        using TcpBench t = TcpBench.InFinWait1();
        t.Sends(Ack, seq: 1, ack: 1, text: "half");
        t.Answers(Ack, ack: 5);
        t.Reads("half");
    }

    [Fact]
    public void FIN_is_sent_again()
    {
        using TcpBench t = TcpBench.InFinWait1();
        t.Advance(200);
        t.Answers(Fin | Ack, seq: 1);
    }

    [Fact]
    public void A_reset_ends_it()
    {
        using TcpBench t = TcpBench.InFinWait1();
        t.Sends(Rst, seq: 1);
        t.ReadFails(Errno.ECONNRESET);
    }
}

/// <summary>FIN-WAIT-2.</summary>
[Collection(Alone.Name)]
public sealed class FinWait2Tests
{
    [Fact]
    public void FIN_leads_to_TIME_WAIT()
    {
        using TcpBench t = TcpBench.InFinWait2();
        t.Sends(Fin | Ack, seq: 1, ack: 2);
        t.Answers(Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, t.State);
    }

    [Fact]
    public void A_half_closed_connection_reads_as_long_as_the_peer_likes()
    {
        using TcpBench t = TcpBench.InFinWait2();
        t.Advance(24 * 3600_000.0);
        t.Sends(Ack, seq: 1, ack: 2, text: "still here");
        t.Answers(Ack, seq: 2, ack: 11);
        t.Reads("still here");
    }

    [Fact]
    public void After_a_close_it_does_not_wait_for_ever()
    {
        using TcpBench t = TcpBench.InFinWait2();
        t.Close();
        t.Advance(60_000);
        Assert.Equal(TcpState.Closed, t.State);
        t.IsSilent();
    }
}

/// <summary>CLOSE-WAIT.</summary>
[Collection(Alone.Name)]
public sealed class CloseWaitTests
{
    [Fact]
    public void Text_can_still_be_sent()
    {
        using TcpBench t = TcpBench.InCloseWait();
        Assert.Equal(Readiness.Readable | Readiness.Writable, t.Poll());
        t.Writes("more");
        t.Answers(Ack, seq: 1, ack: 2, text: "more");
    }

    [Fact]
    public void Shutdown_sends_FIN_and_leads_to_LAST_ACK()
    {
        using TcpBench t = TcpBench.InCloseWait();
        t.Shutdown();
        t.Answers(Fin | Ack, seq: 1, ack: 2);
        Assert.Equal(TcpState.LastAck, t.State);
        Assert.True(t.Poll().HasFlag(Readiness.HangUp));
    }

    [Fact]
    public void Text_behind_FIN_is_not_read()
    {
        using TcpBench t = TcpBench.InCloseWait();
        t.Sends(Ack, seq: 2, ack: 1, text: "forged");
        t.Reads("");
    }

    [Fact]
    public void A_reset_is_a_broken_pipe()
    {
        using TcpBench t = TcpBench.InCloseWait();
        t.Sends(Rst, seq: 2);
        Assert.Equal(Errno.EPIPE, t.Send("x").Errno);
    }
}

/// <summary>CLOSING.</summary>
[Collection(Alone.Name)]
public sealed class ClosingTests
{
    [Fact]
    public void The_ACK_of_FIN_leads_to_TIME_WAIT()
    {
        using TcpBench t = TcpBench.InClosing();
        t.Sends(Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, t.State);
    }

    [Fact]
    public void FIN_is_sent_again()
    {
        using TcpBench t = TcpBench.InClosing();
        t.Advance(200);
        t.Answers(Fin | Ack, seq: 1, ack: 2);
    }
}

/// <summary>LAST-ACK.</summary>
[Collection(Alone.Name)]
public sealed class LastAckTests
{
    [Fact]
    public void The_ACK_of_FIN_ends_it()
    {
        using TcpBench t = TcpBench.InLastAck();
        t.Sends(Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.Closed, t.State);
        t.Reads("");
        t.Locked(() => Assert.Equal(0, t.Tcp.ConnectionCount));
    }

    [Fact]
    public void A_FIN_that_comes_again_is_acknowledged_again()
    {
        using TcpBench t = TcpBench.InLastAck();
        t.Sends(Fin | Ack, seq: 1, ack: 1);
        t.Answers(Ack, seq: 2, ack: 2);
    }
}

/// <summary>TIME-WAIT (RFC 9293, 3.6; RFC 6191).</summary>
[Collection(Alone.Name)]
public sealed class TimeWaitTests
{
    [Fact]
    public void It_ends_after_two_segment_lifetimes()
    {
        using TcpBench t = TcpBench.InTimeWait();
        t.Advance(59_999);
        Assert.Equal(TcpState.TimeWait, t.State);
        t.Advance(1);
        Assert.Equal(TcpState.Closed, t.State);
    }

    [Fact]
    public void A_FIN_that_comes_again_is_acknowledged_and_begins_the_time_anew()
    {
        using TcpBench t = TcpBench.InTimeWait();
        t.Advance(50_000);
        t.Sends(Fin | Ack, seq: 1, ack: 2);
        t.Answers(Ack, seq: 2, ack: 2);
        t.Advance(50_000);
        Assert.Equal(TcpState.TimeWait, t.State);
        t.Advance(10_000);
        Assert.Equal(TcpState.Closed, t.State);
    }

    [Fact]
    public void A_SYN_with_an_older_number_is_answered_by_an_ACK()
    {
        using TcpBench t = TcpBench.InTimeWait();
        t.Sends(Syn, seq: -100);
        t.Answers(Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, t.State);
    }

    [Fact]
    public void A_SYN_with_a_newer_number_may_begin_a_new_connection()
    {
        using TcpBench t = TcpBench.InTimeWait();
        t.ListensAgain();
        t.Sends(Syn, seq: 100);
        Assert.Equal(TcpState.Closed, t.State);
        t.Answers(Syn | Ack, ack: 101);
        t.Locked(() => Assert.Equal(1, t.Tcp.Statistics.Reopened));
    }

    /// <summary>Linux, tcp_v4_rcv, TCP_TW_SYN: a stranger's SYN ends no TIME-WAIT of a client.</summary>
    [Fact]
    public void A_SYN_with_a_newer_number_is_answered_by_an_ACK_where_nobody_listens()
    {
        using TcpBench t = TcpBench.InTimeWait();
        t.Sends(Syn, seq: 100);
        t.Answers(Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, t.State);
    }

    [Fact]
    public void The_oldest_goes_when_there_are_too_many()
    {
        using FaultyWire wire = new(1, new WireFaults(), new TcpOptions { MaxTimeWaitConnections = 3 });
        for (int i = 0; i < 6; i++)
        {
            Transfer transfer = new(wire, i, 10, 10, port: (ushort)(100 + i));
            Assert.True(wire.Clock.RunUntil(() => transfer.IsDone, TimeSpan.FromMinutes(1)));
        }

        wire.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange(wire.A.Tcp.ConnectionCount + wire.B.Tcp.ConnectionCount, 1, 6);
        Assert.InRange(wire.A.Tcp.ConnectionCount, 0, 3);
    }
}
