using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>D-SACK: text that came twice is told (RFC 2883, section 4), and what is told undoes a recovery (RFC 3708).</summary>
[Collection(Alone.Name)]
public sealed class DuplicateSackTests
{
    /// <summary>4.1.1 and 4.1.2: below the acknowledgment, once, and before the blocks of what came out of order.</summary>
    [Fact]
    public void Text_that_was_acknowledged_before_is_the_first_block_of_one_acknowledgment()
    {
        using TcpBench t = WithSack();
        t.Sends(Ack, seq: 1, text: "0123456789");
        t.Answers(Ack, ack: 11);
        t.HasBlocks();
        t.Sends(Ack, seq: 1, text: "0123456789");
        t.Answers(Ack, ack: 11);
        t.HasBlocks((1, 11));
        t.Sends(Ack, seq: 21, text: "abcde");
        t.Answers(Ack, ack: 11);
        t.HasBlocks((21, 26));
        t.Sends(Ack, seq: 6, text: "56789");
        t.Answers(Ack, ack: 11);
        t.HasBlocks((6, 11), (21, 26));
        Assert.Equal(2, t.Tcp.Statistics.DuplicateSacksSent);
    }

    /// <summary>4.1.2: the block that it lies in is the second.</summary>
    [Fact]
    public void Text_that_came_out_of_order_before_is_told_and_the_block_that_has_it_follows()
    {
        using TcpBench t = WithSack();
        t.Sends(Ack, seq: 11, text: "aaaaabbbbb");
        t.Answers(Ack);
        t.Sends(Ack, seq: 31, text: "ccccc");
        t.Answers(Ack);
        t.Sends(Ack, seq: 13, text: "aaabb");
        t.Answers(Ack, ack: 1);
        t.HasBlocks((13, 18), (11, 21), (31, 36));
    }

    /// <summary>4.1.3: of a segment that is new in part, the part that is not.</summary>
    [Theory]
    [InlineData(16, 26, 16, 21, 11, 26)] // its beginning
    [InlineData(6, 16, 11, 16, 6, 21)] // its end
    [InlineData(6, 26, 11, 21, 6, 26)] // its middle
    public void Of_a_segment_out_of_order_the_part_that_came_before_is_told(int start, int end, int from, int to, int blockStart, int blockEnd)
    {
        using TcpBench t = WithSack();
        t.Sends(Ack, seq: 11, text: "aaaaabbbbb");
        t.Answers(Ack);
        t.Sends(Ack, seq: start, text: new string('x', end - start));
        t.Answers(Ack, ack: 1);
        t.HasBlocks((from, to), (blockStart, blockEnd));
    }

    [Fact]
    public void Of_a_segment_that_begins_before_the_acknowledgment_that_part_is_told()
    {
        using TcpBench t = WithSack();
        t.Sends(Ack, seq: 1, text: "0123456789");
        t.Answers(Ack);
        t.Sends(Ack, seq: 6, text: "56789abcde");
        t.Answers(Ack, ack: 16);
        t.HasBlocks((6, 11));
    }

    [Fact]
    public void Without_SACK_nothing_is_told()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, text: "0123456789");
        t.Answers(Ack);
        t.Sends(Ack, seq: 1, text: "0123456789");
        t.Answers(Ack, ack: 11);
        t.HasBlocks();
    }

    /// <summary>RFC 3708: everything that was sent again has come twice, so nothing was lost, and the window is as it was.</summary>
    [Fact]
    public void A_recovery_is_undone_when_all_that_was_sent_again_came_twice()
    {
        using TcpBench t = InRecovery(out long before);
        t.Sends(Ack, seq: 1, ack: 10_001, options: t.Sack((1, 1001)));
        Assert.Equal(1, t.Tcp.Statistics.RecoveriesUndone);
        Assert.True(t.Info().CongestionWindow >= before, $"{t.Info().CongestionWindow} < {before}");
    }

    [Fact]
    public void A_recovery_is_not_undone_without_such_a_report()
    {
        using TcpBench t = InRecovery(out long before);
        t.Sends(Ack, seq: 1, ack: 10_001);
        Assert.Equal(0, t.Tcp.Statistics.RecoveriesUndone);
        Assert.True(t.Info().CongestionWindow < before);
    }

    /// <summary>A report is about what came twice, and acknowledges nothing: what it names is not taken for delivered.</summary>
    [Fact]
    public void A_report_of_something_else_undoes_nothing()
    {
        using TcpBench t = InRecovery(out long before);
        t.Sends(Ack, seq: 1, ack: 5001, options: t.Sack((-100_000, -99_000)));
        t.Sends(Ack, seq: 1, ack: 10_001);
        Assert.Equal(0, t.Tcp.Statistics.RecoveriesUndone);
        Assert.True(t.Info().CongestionWindow < before);
    }

    // The first of ten segments seems to be lost, and was sent again.
    private static TcpBench InRecovery(out long window)
    {
        TcpBench t = WithSack();
        t.Writes(new string('x', 10_000));
        t.SkipSent();
        window = t.Info().CongestionWindow;
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((1001, 4001)));
        t.Answers(Ack, seq: 1, length: 1000);
        Assert.Equal(1, t.Tcp.Statistics.FastRecoveries);
        return t;
    }

    private static TcpBench WithSack() => TcpBench.InEstablished(
        TcpBench.Plain with { SelectiveAcknowledgments = true }, peer: new TcpHeaderOptions { MaxSegmentSize = 1000, IsSackPermitted = true });
}
