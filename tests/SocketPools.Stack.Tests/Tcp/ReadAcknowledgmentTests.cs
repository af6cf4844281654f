using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Acknowledgments of short text that was read, which Linux sends at once: they wait where no peer is seen to wait for them.</summary>
[Collection(Alone.Name)]
public sealed class ReadAcknowledgmentTests
{
    private static readonly TcpOptions s_options = TcpBench.Plain with { QuickAcks = 0, DelayReadAcks = true };

    /// <summary>A writer goes on without it: its next full segments bring an acknowledgment. One that waits for it, does so for 4 ms.</summary>
    [Theory]
    [InlineData(14, 0)]
    [InlineData(16, 4)]
    [InlineData(40, 4)]
    public void The_short_end_of_a_long_text_is_acknowledged_4_ms_after_it_came(int segments, int milliseconds)
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        string full = new('a', 1000);
        int next = 1;
        for (int i = 0; i < segments; i += 2)
        {
            t.Sends(Ack, seq: next, text: full);
            t.Sends(Ack, seq: next + 1000, text: full);
            next += 2000;
            t.Answers(Ack, ack: next);
            t.Reads(full + full);
        }

        t.Sends(Ack | Psh, seq: next, text: "end");
        t.Reads("end");
        if (milliseconds > 0)
        {
            t.Advance(milliseconds - 1);
            t.IsSilent();
            t.Advance(1);
        }

        t.Answers(Ack, ack: next + 3);

        // Nothing of that is left for the next short text.
        t.Sends(Ack | Psh, seq: next + 3, text: "more");
        t.Reads("more");
        t.Answers(Ack, ack: next + 7);
        t.IsSilent();
    }

    [Fact]
    public void A_peer_that_sends_one_short_text_after_another_gets_an_acknowledgment_1_ms_after_the_last_until_it_pauses()
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        t.Sends(Ack | Psh, seq: 1, text: "one");
        t.Sends(Ack | Psh, seq: 4, text: "two");
        t.Reads("onetwo");
        t.IsSilent();
        t.Sends(Ack | Psh, seq: 7, text: "three");
        t.Reads("three");
        t.IsSilent();
        t.Advance(1);
        t.Answers(Ack, ack: 12);

        // It has paused, and may wait.
        t.Sends(Ack | Psh, seq: 12, text: "four");
        t.Reads("four");
        t.Answers(Ack, ack: 16);
        t.IsSilent();
    }

    /// <summary>Linux sends a tail loss probe about 2 ms after the last of several segments, and later after a single one.</summary>
    [Fact]
    public void Several_short_texts_behind_a_long_one_are_acknowledged_1_ms_after_the_last_was_read()
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        string full = new('a', 1000);
        int next = 1;
        for (int i = 0; i < 16; i += 2)
        {
            t.Sends(Ack, seq: next, text: full);
            t.Sends(Ack, seq: next + 1000, text: full);
            next += 2000;
            t.Answers(Ack, ack: next);
            t.Reads(full + full);
        }

        t.Sends(Ack | Psh, seq: next, text: "end");
        t.Reads("end");
        t.Advance(1);
        t.IsSilent();
        t.Sends(Ack | Psh, seq: next + 3, text: "more");
        t.Reads("more");
        t.IsSilent();
        t.Advance(1);
        t.Answers(Ack, ack: next + 7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_that_is_late_puts_off_nothing_more(bool isBehindBulk)
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        string full = new('a', 1000);
        int next = 1;
        for (int i = 0; i < (isBehindBulk ? 16 : 0); i += 2)
        {
            t.Sends(Ack, seq: next, text: full);
            t.Sends(Ack, seq: next + 1000, text: full);
            next += 2000;
            t.Answers(Ack, ack: next);
            t.Reads(full + full);
        }

        t.Sends(Ack | Psh, seq: next, text: "one");
        if (!isBehindBulk)
        {
            t.Sends(Ack | Psh, seq: next + 3, text: "two");
        }

        t.Advance(5);
        t.IsSilent();
        t.Reads(isBehindBulk ? "one" : "onetwo");
        t.Answers(Ack, ack: next + (isBehindBulk ? 3 : 6));
        t.IsSilent();
    }

    [Fact]
    public void More_than_a_full_segment_of_short_texts_is_acknowledged_at_once()
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        string text = new('a', 70);
        int next = 1;
        for (int i = 0; i < 7; i++)
        {
            t.Sends(Ack | Psh, seq: next, text: text);
            next += 70;
            t.IsSilent();
        }

        t.Sends(Ack | Psh, seq: next, text: text);
        t.Answers(Ack, ack: next + 70);
    }

    [Fact]
    public void Whether_a_peer_waits_is_tried_after_64_short_texts_and_less_often_where_it_does()
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        int next = 1;
        for (int before = 64; before <= 256; before *= 2)
        {
            for (int i = 0; i < before; i++)
            {
                SendsOne(t, ref next);
                t.Answers(Ack, ack: next);
            }

            SendsOne(t, ref next);
            t.IsSilent();
            t.Advance(1);
            t.Answers(Ack, ack: next);
        }
    }

    [Fact]
    public void A_peer_that_does_not_wait_when_it_is_tried_gets_one_acknowledgment_for_8_messages_and_then_for_more()
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        int next = 1;
        for (int i = 0; i < 64; i++)
        {
            SendsOne(t, ref next);
            t.Answers(Ack, ack: next);
        }

        for (int count = 8; count < 70; count++)
        {
            SendsSome(t, ref next, Math.Min(count, 64) - 1);
            SendsOne(t, ref next);
            t.Answers(Ack, ack: next);
        }
    }

    /// <summary>The window of a Linux peer may have room for ten segments: so one that stopped behind eight gets an acknowledgment for each seven.</summary>
    [Fact]
    public void A_peer_that_stops_behind_8_messages_gets_an_acknowledgment_for_each_7_from_then_on()
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        int next = 1;
        t.Sends(Ack | Psh, seq: next, text: "text");
        next += 4;
        SendsOne(t, ref next, "texttext");
        for (int count = 8; count < 12; count++)
        {
            SendsSome(t, ref next, count - (count == 8 ? 3 : 1));
            SendsOne(t, ref next);
            t.Answers(Ack, ack: next);
        }

        SendsSome(t, ref next, 10);
        t.Advance(1);
        t.Answers(Ack, ack: next);

        // It is seen again that it does not wait.
        t.Sends(Ack | Psh, seq: next, text: "text");
        next += 4;
        SendsOne(t, ref next, "texttext");
        for (int i = 0; i < 10; i++)
        {
            SendsSome(t, ref next, i == 0 ? 4 : 6);
            SendsOne(t, ref next);
            t.Answers(Ack, ack: next);
        }
    }

    [Fact]
    public void Short_texts_are_acknowledged_before_a_quarter_of_a_small_window_is_used()
    {
        using TcpBench t = TcpBench.InEstablished(s_options with { ReceiveBuffer = 1000, MaxReceiveBuffer = 1000 });
        string text = new('a', 70);
        int next = 1;
        int acknowledged = 1;
        for (int i = 0; i < 200; i++)
        {
            t.Sends(Ack | Psh, seq: next, text: text);
            t.Reads(text);
            next += text.Length;
            while (t.SentCount > 0)
            {
                acknowledged = t.AnswersAny().Acknowledgment - new SequenceNumber(TcpBench.PeerIss);
            }

            Assert.InRange(next - acknowledged, 0, 250);
        }
    }

    [Fact]
    public void Short_texts_with_a_millisecond_in_between_are_acknowledged_when_they_are_read()
    {
        using TcpBench t = TcpBench.InEstablished(s_options);
        int next = 1;
        for (int i = 0; i < 1000; i++)
        {
            SendsOne(t, ref next);
            t.Answers(Ack, ack: next);
            t.Advance(1);
            t.IsSilent();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(null)]
    public void Without_the_option_and_with_a_clock_that_may_stand_still_each_is_acknowledged_when_it_is_read(bool? delays)
    {
        using TcpBench t = TcpBench.InEstablished(s_options with { DelayReadAcks = delays });
        int next = 1;
        for (int i = 0; i < 200; i++)
        {
            SendsOne(t, ref next);
            t.Answers(Ack, ack: next);
        }

        t.Sends(Ack | Psh, seq: next, text: "one");
        t.Sends(Ack | Psh, seq: next + 3, text: "two");
        t.Reads("onetwo");
        t.Answers(Ack, ack: next + 6);
    }

    private static void SendsOne(TcpBench t, ref int next, string expected = "text")
    {
        t.Sends(Ack | Psh, seq: next, text: "text");
        t.Reads(expected);
        next += 4;
    }

    private static void SendsSome(TcpBench t, ref int next, int count)
    {
        for (int i = 0; i < count; i++)
        {
            SendsOne(t, ref next);
            t.IsSilent();
        }
    }
}
