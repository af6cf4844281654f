using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>RFC 9293, 3.10.7.3.</summary>
[Collection(Alone.Name)]
public sealed class SynSentTests
{
    [Fact]
    public void A_SYN_with_ACK_is_acknowledged_and_the_connection_is_up()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Syn | Ack, seq: 0, ack: 1);
        t.Answers(Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.Established, t.State);
        Assert.Equal(Readiness.Writable, t.Poll());
    }

    [Fact]
    public void A_SYN_alone_is_answered_by_a_SYN_with_ACK_because_both_have_opened()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Syn, seq: 0);
        t.Answers(Syn | Ack, seq: 0, ack: 1);
        Assert.Equal(TcpState.SynReceived, t.State);
    }

    [Fact]
    public void A_reset_that_acknowledges_the_SYN_refuses_the_connection()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Rst | Ack, seq: 0, ack: 1);
        Assert.Equal(TcpState.Closed, t.State);
        Assert.Equal(Readiness.Readable | Readiness.Writable | Readiness.Error | Readiness.HangUp, t.Poll());
        t.ReadFails(Errno.ECONNREFUSED);
        t.Reads("");
        t.IsSilent();
    }

    [Fact]
    public void A_reset_that_acknowledges_nothing_is_dropped_and_one_of_an_older_connection_sends_the_SYN_again_once()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Rst, seq: 0);
        t.IsSilent();
        t.Sends(Rst | Ack, seq: 0, ack: 0);
        t.Answers(Syn, seq: 0);
        t.Sends(Rst | Ack, seq: 0, ack: 2);
        Assert.Equal(TcpState.SynSent, t.State);
        t.IsSilent();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-5)]
    public void An_acknowledgment_of_something_else_is_answered_by_a_reset(int ack)
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Ack, seq: 0, ack: ack);
        t.Answers(Rst, seq: ack);
        Assert.Equal(TcpState.SynSent, t.State);
    }

    [Fact]
    public void Neither_SYN_nor_RST_is_dropped()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Ack, seq: 1, ack: 1, text: "too early");
        Assert.Equal(TcpState.SynSent, t.State);
        t.IsSilent();
    }

    [Fact]
    public void The_SYN_is_sent_again_after_1_2_4_seconds_until_time_is_up()
    {
        using TcpBench t = TcpBench.InSynSent();
        for (int i = 0; i < t.Settings.MaxSynRetransmissions; i++)
        {
            t.Advance((1000 << i) - 1);
            t.IsSilent();
            t.Advance(1);
            t.Answers(Syn, seq: 0);
        }

        t.Advance(64_000);
        Assert.Equal(TcpState.Closed, t.State);
        t.ReadFails(Errno.ETIMEDOUT);
        t.IsSilent();
    }

    [Theory]
    [InlineData(Errno.ECONNREFUSED, true)]
    [InlineData(Errno.EHOSTUNREACH, false)]
    [InlineData(Errno.ENETUNREACH, false)]
    public void Every_error_from_the_network_ends_it_at_once_as_on_Linux(Errno error, bool isHard)
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Reports(error, isHard, seq: 0);
        Assert.Equal(TcpState.Closed, t.State);
        t.ReadFails(error);
        t.IsSilent();
    }

    [Fact]
    public void An_error_about_a_segment_that_was_never_sent_is_a_guess()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Reports(Errno.ECONNREFUSED, isHard: true, seq: 1);
        t.Reports(Errno.ECONNREFUSED, isHard: true, seq: -1);
        Assert.Equal(TcpState.SynSent, t.State);
    }

    [Fact]
    public void A_close_ends_it_without_a_word()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Close();
        Assert.Equal(TcpState.Closed, t.State);
        t.IsSilent();
    }

    [Fact]
    public void Nothing_can_be_sent_or_read_yet()
    {
        using TcpBench t = TcpBench.InSynSent();
        Assert.Equal(Errno.EAGAIN, t.Send("x").Errno);
        t.ReadFails(Errno.EAGAIN);
        Assert.Equal(Readiness.None, t.Poll());
    }

    [Fact]
    public void Text_with_the_SYN_is_taken()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Syn | Ack, seq: 0, ack: 1, text: "hello");
        t.Answers(Ack, seq: 1, ack: 6);
        t.Reads("hello");
    }
}
