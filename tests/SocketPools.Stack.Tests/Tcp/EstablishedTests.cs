using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>RFC 9293, 3.10.7.4 in ESTABLISHED: text that comes, FIN, RST, and the user's calls.</summary>
[Collection(Alone.Name)]
public sealed class EstablishedTests
{
    [Fact]
    public void Text_in_order_is_read_and_acknowledged()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: "hello ");
        t.Answers(Ack, seq: 1, ack: 7, window: 9994);
        t.Sends(Ack, seq: 7, text: "world");
        t.Answers(Ack, seq: 1, ack: 12);
        Assert.Equal(Readiness.Readable | Readiness.Writable, t.Poll());
        t.Reads("hello world");
        t.ReadFails(Errno.EAGAIN);
    }

    [Fact]
    public void Text_out_of_order_waits_for_the_gap()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 6, text: "world");
        t.Answers(Ack, ack: 1);
        t.ReadFails(Errno.EAGAIN);
        t.Sends(Ack, seq: 1, text: "hello");
        t.Answers(Ack, ack: 11);
        t.Reads("helloworld");
    }

    [Fact]
    public void Text_that_came_before_is_acknowledged_again_and_not_read_twice()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: "abc");
        t.Answers(Ack, ack: 4);
        t.Sends(Ack, seq: 1, text: "abc");
        t.Answers(Ack, ack: 4);
        t.Sends(Ack, seq: 2, text: "bcdef");
        t.Answers(Ack, ack: 7);
        t.Reads("abcdef");
    }

    [Fact]
    public void Segments_that_overlap_keep_what_came_first()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 4, text: "DEF");
        t.Sends(Ack, seq: 3, text: "cdefgh");
        t.Sends(Ack, seq: 1, text: "ab");
        t.SkipSent();
        t.Reads("abcDEFgh");
    }

    [Fact]
    public void Text_beyond_the_window_is_cut_off()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: new string('a', 10_005));
        t.Answers(Ack, ack: 10_001, window: 0);
        t.Reads(new string('a', 10_000));
        t.Answers(Ack, ack: 10_001, window: 10_000);
    }

    [Fact]
    public void A_closed_window_still_takes_acknowledgments()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: new string('a', 10_000));
        t.Answers(Ack, ack: 10_001, window: 0);
        t.Writes("x");
        t.Answers(Ack, seq: 1, text: "x");
        t.Sends(Ack, seq: 10_001, ack: 2, text: "no room");
        t.Answers(Ack, seq: 2, ack: 10_001, window: 0);
    }

    [Fact]
    public void Text_out_of_order_is_told_in_SACK_blocks_the_newest_first()
    {
        TcpHeaderOptions peer = new() { MaxSegmentSize = 1000, IsSackPermitted = true };
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { SelectiveAcknowledgments = true }, peer: peer);
        t.Sends(Ack, seq: 11, text: "aaaaa");
        t.Answers(Ack, ack: 1);
        t.HasBlocks((11, 16));
        t.Sends(Ack, seq: 21, text: "bbbbb");
        t.Answers(Ack, ack: 1);
        t.HasBlocks((21, 26), (11, 16));
        t.Sends(Ack, seq: 16, text: "ccccc");
        t.Answers(Ack, ack: 1);
        t.HasBlocks((11, 26));
        t.Sends(Ack, seq: 1, text: "0123456789");
        t.Answers(Ack, ack: 26);
        t.HasBlocks();
    }

    [Fact]
    public void Reading_a_little_offers_no_silly_window()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: new string('a', 10_000));
        t.Answers(Ack, window: 0);
        t.Reads(new string('a', 100), most: 100);
        t.IsSilent();
        t.Reads(new string('a', 5_000), most: 5_000);
        t.Answers(Ack, window: 5_100);
    }

    [Fact]
    public void Every_second_full_segment_is_acknowledged_and_a_single_one_after_40_ms()
    {
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { QuickAcks = 0 });
        t.Sends(Ack, seq: 1, text: new string('a', 1000));
        t.IsSilent();
        t.Sends(Ack, seq: 1001, text: new string('a', 1000));
        t.Answers(Ack, ack: 2001);
        t.Sends(Ack, seq: 2001, text: new string('a', 1000));
        t.Advance(39);
        t.IsSilent();
        t.Advance(1);
        t.Answers(Ack, ack: 3001);
    }

    [Fact]
    public void Less_than_a_full_segment_is_acknowledged_when_all_of_it_is_read()
    {
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { QuickAcks = 0 });
        t.Sends(Ack, seq: 1, text: "by little");
        t.IsSilent();
        t.Reads("by li", most: 5);
        t.IsSilent();
        t.Reads("ttle");
        t.Answers(Ack, ack: 10);
    }

    [Fact]
    public void A_full_segment_with_PSH_is_acknowledged_when_it_is_read_and_one_without_is_not()
    {
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { QuickAcks = 0 });
        string full = new('a', 1000);
        t.Sends(Ack | Psh, seq: 1, text: full);
        t.Reads(full);
        t.Answers(Ack, ack: 1001);
        t.Sends(Ack, seq: 1001, text: full);
        t.Reads(full);
        t.IsSilent();
        t.Advance(40);
        t.Answers(Ack, ack: 2001);
    }

    [Fact]
    public void Little_text_of_a_peer_that_gets_answers_is_acknowledged_by_them_until_one_is_late()
    {
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { QuickAcks = 0 });
        t.Sends(Ack, seq: 1, text: "ping");
        t.Writes("pong");
        t.Answers(Ack, seq: 1, ack: 5, text: "pong");
        t.Reads("ping");
        t.Sends(Ack, seq: 5, ack: 5, text: "ping");
        t.Reads("ping");
        t.IsSilent();
        t.Writes("pong");
        t.Answers(Ack, seq: 5, ack: 9, text: "pong");
        t.Sends(Ack, seq: 9, ack: 9, text: "ping");
        t.Reads("ping");
        t.Advance(40);
        t.Answers(Ack, seq: 9, ack: 13);
        t.Sends(Ack, seq: 13, ack: 9, text: "more");
        t.Reads("more");
        t.Answers(Ack, seq: 9, ack: 17);
    }

    [Fact]
    public void An_acknowledgment_goes_with_text()
    {
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { QuickAcks = 0 });
        t.Sends(Ack, seq: 1, text: "ping");
        t.Writes("pong");
        t.Answers(Ack, seq: 1, ack: 5, text: "pong");
        t.Advance(100);
        t.IsSilent();
    }

    [Fact]
    public void FIN_is_acknowledged_and_ends_the_stream_behind_its_text()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Fin | Ack, seq: 1, text: "end");
        t.Answers(Ack, ack: 5);
        Assert.Equal(TcpState.CloseWait, t.State);
        t.Reads("end");
        t.Reads("");
        t.Reads("");
    }

    [Fact]
    public void FIN_behind_a_gap_waits_for_it()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Fin | Ack, seq: 4, text: "def");
        t.Answers(Ack, ack: 1);
        Assert.Equal(TcpState.Established, t.State);
        t.Sends(Ack, seq: 1, text: "abc");
        t.Answers(Ack, ack: 8);
        Assert.Equal(TcpState.CloseWait, t.State);
        t.Reads("abcdef");
    }

    [Fact]
    public void A_reset_at_its_place_ends_it_and_text_before_it_can_be_read()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: "abc");
        t.Sends(Rst, seq: 4);
        t.SkipSent();
        Assert.Equal(TcpState.Closed, t.State);
        t.Reads("abc");
        t.ReadFails(Errno.ECONNRESET);
        t.Reads("");
        Assert.Equal(Errno.EPIPE, t.Send("x").Errno);
    }

    [Fact]
    public void Shutdown_sends_FIN_behind_all_text()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes("bye");
        t.Shutdown();
        Assert.Equal(TcpState.FinWait1, t.State);
        t.Answers(Ack, seq: 1, text: "bye");
        t.Answers(Fin | Ack, seq: 4);
        Assert.Equal(Errno.EPIPE, t.Send("x").Errno);
    }

    [Fact]
    public void A_close_with_unread_text_resets()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: "unread");
        t.Answers(Ack);
        t.Close();
        t.Answers(Rst | Ack, seq: 1, ack: 7);
        Assert.Equal(TcpState.Closed, t.State);
    }

    [Fact]
    public void Text_after_a_close_resets()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Close();
        t.Answers(Fin | Ack, seq: 1);
        t.Sends(Ack, seq: 1, text: "too late");
        t.Answers(Rst, seq: 1);
        Assert.Equal(TcpState.Closed, t.State);
    }

    [Fact]
    public void An_abort_resets()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Abort();
        t.Answers(Rst | Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.Closed, t.State);
    }
}
