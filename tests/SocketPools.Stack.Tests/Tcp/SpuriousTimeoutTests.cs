using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>F-RTO: what the acknowledgments behind a timeout say (RFC 5682, section 2.1 without SACK, section 3.1 with it), step by step.</summary>
[Collection(Alone.Name)]
public sealed class SpuriousTimeoutTests
{
    /// <summary>Step 2b: the acknowledgment of what was sent again is answered by new text, not by more of the old.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_the_first_acknowledgment_two_new_segments_are_sent_and_none_again(bool sack)
    {
        using TcpBench t = InTimeout(sack);
        t.Sends(Ack, seq: 1, ack: 1001);
        t.Answers(Ack, seq: 10_001, length: 1000);
        t.Answers(Ack, seq: 11_001, length: 1000);
        t.IsSilent();
        Assert.Equal(1, t.Tcp.Statistics.SegmentsRetransmitted);
    }

    /// <summary>Step 3b: the next acknowledgment covers what was not sent again, so it was never lost.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_acknowledgment_shows_that_the_timeout_was_spurious(bool sack)
    {
        using TcpBench t = InTimeout(sack);
        t.Sends(Ack, seq: 1, ack: 1001);
        t.SkipSent();
        t.Sends(Ack, seq: 1, ack: 2001);
        Assert.Equal(1, t.Tcp.Statistics.RecoveriesUndone);
        Assert.True(t.Info().CongestionWindow >= 10_000);
        while (t.SentCount > 0)
        {
            Assert.True(t.AnswersAny().Sequence - t.First >= 12_001, "sent again");
        }
    }

    /// <summary>Step 3a: a duplicate means that something is missing, and it is sent again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_duplicate_acknowledgment_shows_that_the_loss_was_real(bool sack)
    {
        using TcpBench t = InTimeout(sack);
        t.Sends(Ack, seq: 1, ack: 1001);
        t.SkipSent();
        t.Sends(Ack, seq: 1, ack: 1001, options: sack ? t.Sack((10_001, 11_001)) : default);
        t.Answers(Ack, seq: 1001, length: 1000);
        Assert.Equal(0, t.Tcp.Statistics.RecoveriesUndone);
        Assert.True(t.Info().CongestionWindow < 10_000);
    }

    /// <summary>Step 2a: a duplicate at once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_duplicate_before_anything_is_acknowledged_is_a_loss_too(bool sack)
    {
        using TcpBench t = InTimeout(sack, isNewSent: true);
        t.Sends(Ack, seq: 1, ack: 1, options: sack ? t.Sack((9001, 10_001)) : default);
        t.Sends(Ack, seq: 1, ack: 1001);
        Assert.Equal(sack ? 1 : 0, t.Tcp.Statistics.RecoveriesUndone); // with SACK, 3.1: the block covers what was not sent again
    }

    /// <summary>Step 2b where there is nothing new, or no room for it at the peer: as after any timeout.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Without_new_text_or_room_what_was_sent_before_is_sent_again(bool sack, bool hasText)
    {
        using TcpBench t = InTimeout(sack, isNewWritten: hasText);
        t.Sends(Ack, seq: 1, ack: 1001, window: hasText ? (ushort)9000 : (ushort)60_000);
        t.Answers(Ack, seq: 1001, length: 1000);
        t.Answers(Ack, seq: 2001, length: 1000);
        t.IsSilent();
        Assert.Equal(0, t.Tcp.Statistics.RecoveriesUndone);
    }

    // Ten segments are on their way, the timer fires, and the first of them is sent again.
    private static TcpBench InTimeout(bool sack, bool isNewWritten = true, bool isNewSent = false)
    {
        TcpOptions settings = TcpBench.Plain with { SelectiveAcknowledgments = sack };
        TcpBench t = TcpBench.InEstablished(settings, peer: new TcpHeaderOptions { MaxSegmentSize = 1000, IsSackPermitted = sack }, window: 60_000);
        t.Writes(new string('x', 10_000));
        t.SkipSent();
        if (isNewWritten)
        {
            t.Writes(new string('y', 10_000));
        }

        t.IsSilent();
        t.Advance(250);
        t.Answers(Ack, seq: 1, length: 1000);
        t.IsSilent();
        Assert.Equal(1, t.Tcp.Statistics.RetransmissionTimeouts);
        return t;
    }
}
