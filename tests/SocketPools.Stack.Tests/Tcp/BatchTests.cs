using SocketPools.Stack.Tcp;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Segments that came together: what one answer is enough for gets one, and the rest what RFC 5681 says.</summary>
[Collection(Alone.Name)]
public sealed class BatchTests
{
    private static readonly string s_full = new('x', 1000);

    [Fact]
    public void Segments_in_order_are_acknowledged_and_told_once()
    {
        using TcpBench t = TcpBench.InEstablished();
        int changes = t.Changes;
        t.Together(() =>
        {
            t.Sends(Ack, seq: 1, text: s_full);
            t.Sends(Ack, seq: 1001, text: s_full);
            t.IsSilent();
        });
        t.Answers(Ack, ack: 2001);
        t.IsSilent();
        Assert.Equal(changes + 1, t.Changes);
        t.Reads(s_full + s_full);
    }

    [Fact]
    public void A_quarter_of_the_window_is_acknowledged_at_once()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Together(() =>
        {
            t.Sends(Ack, seq: 1, text: s_full);
            t.Sends(Ack, seq: 1001, text: s_full);
            t.Sends(Ack, seq: 2001, text: s_full);
            t.Answers(Ack, ack: 3001);
        });
        t.IsSilent();
    }

    [Fact]
    public void Every_segment_out_of_order_is_answered()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Together(() =>
        {
            t.Sends(Ack, seq: 1001, text: s_full);
            t.Answers(Ack, ack: 1);
            t.Sends(Ack, seq: 2001, text: s_full);
            t.Answers(Ack, ack: 1);
            t.Sends(Ack, seq: 1, text: s_full);
            t.Answers(Ack, ack: 3001);
        });
        t.IsSilent();
    }

    [Fact]
    public void Three_duplicates_that_come_together_are_a_loss()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes(new string('y', 5000));
        t.SkipSent();
        t.Together(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                t.Sends(Ack, seq: 1, ack: 1);
            }
        });
        t.Answers(Ack, seq: 1, length: 1000);
    }

    [Fact]
    public void A_reset_among_others_ends_the_connection_and_nothing_is_sent_after_it()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Together(() =>
        {
            t.Sends(Ack, seq: 1, text: "abc");
            t.Sends(Rst, seq: 4);
        });
        Assert.Equal(TcpState.Closed, t.State);
        t.IsSilent();
    }

    [Fact]
    public void FIN_behind_text_is_acknowledged_with_it()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Together(() =>
        {
            t.Sends(Ack, seq: 1, text: "abc");
            t.Sends(Fin | Ack, seq: 4);
        });
        t.Answers(Ack, ack: 5);
        t.IsSilent();
        Assert.Equal(TcpState.CloseWait, t.State);
        t.Reads("abc");
    }
}
