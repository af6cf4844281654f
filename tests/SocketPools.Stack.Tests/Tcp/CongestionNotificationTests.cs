using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>RFC 3168, section 6.1, with Linux's tcp_ecn and what it does where the RFC leaves a choice.</summary>
[Collection(Alone.Name)]
public sealed class CongestionNotificationTests
{
    private const int NotCapable = 0;
    private const int Capable = 2;
    private const int Experienced = 3;

    private static TcpOptions With(TcpEcn ecn) => TcpBench.Plain with { Ecn = ecn };

    [Theory]
    [InlineData(TcpEcn.Disabled, "Syn")]
    [InlineData(TcpEcn.Accepted, "Syn")]
    [InlineData(TcpEcn.Enabled, "Syn, Ece, Cwr")]
    public void A_SYN_asks_for_it_only_where_that_is_enabled_and_is_never_marked_capable(TcpEcn ecn, string expected)
    {
        using TcpBench t = Connecting(ecn, Enum.Parse<TcpFlags>(expected));
        Assert.Equal(NotCapable, t.Last.CongestionBits);
    }

    /// <summary>6.1.1.1.</summary>
    [Fact]
    public void A_SYN_that_is_sent_again_does_not_ask()
    {
        using TcpBench t = Connecting(TcpEcn.Enabled, Syn | Ece | Cwr);
        t.Advance(1000);
        t.Answers(Syn, seq: 0);
        t.Sends(Syn | Ack, seq: 0, ack: 1);
        t.Answers(Ack);
        t.Writes("text");
        Assert.Equal(NotCapable, t.Answers(Ack, text: "text").CongestionBits);
    }

    /// <summary>6.1.1: ECE and CWR both are sent by ends that only reflect what comes.</summary>
    [Theory]
    [InlineData("Syn, Ack, Ece", Capable)]
    [InlineData("Syn, Ack, Ece, Cwr", NotCapable)]
    [InlineData("Syn, Ack, Cwr", NotCapable)]
    [InlineData("Syn, Ack", NotCapable)]
    public void The_answer_to_the_SYN_decides_whether_text_is_capable(string answer, int expected)
    {
        using TcpBench t = Connecting(TcpEcn.Enabled, Syn | Ece | Cwr);
        t.Sends(Enum.Parse<TcpFlags>(answer), seq: 0, ack: 1);
        Assert.Equal(NotCapable, t.Answers(Ack).CongestionBits);
        t.Writes("text");
        Assert.Equal(expected, t.Answers(Ack, text: "text").CongestionBits);
        Assert.Equal(expected == Capable, t.Info().HasEcn);
    }

    [Fact]
    public void An_answer_means_nothing_to_who_has_not_asked()
    {
        using TcpBench t = Connecting(TcpEcn.Accepted, Syn);
        t.Sends(Syn | Ack | Ece, seq: 0, ack: 1);
        t.Answers(Ack);
        t.Writes("text");
        Assert.Equal(NotCapable, t.Answers(Ack, text: "text").CongestionBits);
    }

    [Theory]
    [InlineData(TcpEcn.Disabled, "Syn, Ece, Cwr", 0, false)]
    [InlineData(TcpEcn.Accepted, "Syn, Ece, Cwr", 0, true)]
    [InlineData(TcpEcn.Enabled, "Syn, Ece, Cwr", 0, true)]
    [InlineData(TcpEcn.Enabled, "Syn, Ece", 0, false)]
    [InlineData(TcpEcn.Enabled, "Syn, Cwr", 0, false)]
    [InlineData(TcpEcn.Enabled, "Syn", 0, false)]
    [InlineData(TcpEcn.Enabled, "Syn, Ece, Cwr", Capable, false)]
    public void A_listener_agrees_when_a_SYN_asks(TcpEcn ecn, string syn, int bits, bool isAgreed)
    {
        using TcpBench t = TcpBench.InListen(With(ecn));
        t.Sends(Enum.Parse<TcpFlags>(syn), seq: 0, congestionBits: bits);
        t.AnswersSyn(isAgreed ? Syn | Ack | Ece : Syn | Ack);
        Assert.Equal(NotCapable, t.Last.CongestionBits);
        t.Sends(Ack, seq: 1, ack: 1);
        t.Accept();
        t.Writes("text");
        Assert.Equal(isAgreed ? Capable : NotCapable, t.Answers(Ack, text: "text").CongestionBits);
    }

    /// <summary>6.1.1.1: the peer has given up on the flags.</summary>
    [Fact]
    public void A_listener_takes_its_answer_back_when_the_SYN_comes_again_without()
    {
        using TcpBench t = TcpBench.InListen(With(TcpEcn.Enabled));
        t.Sends(Syn | Ece | Cwr, seq: 0);
        t.AnswersSyn(Syn | Ack | Ece);
        t.Sends(Syn, seq: 0);
        t.AnswersSyn(Syn | Ack);
        t.Sends(Ack, seq: 1, ack: 1);
        t.Accept();
        t.Writes("text");
        Assert.Equal(NotCapable, t.Answers(Ack, text: "text").CongestionBits);
    }

    [Theory]
    [InlineData("Syn, Ece, Cwr", "Syn, Ack, Ece")]
    [InlineData("Syn", "Syn, Ack")]
    public void Both_may_have_asked(string syn, string answer)
    {
        using TcpBench t = Connecting(TcpEcn.Enabled, Syn | Ece | Cwr);
        t.Sends(Enum.Parse<TcpFlags>(syn), seq: 0);
        t.Answers(Enum.Parse<TcpFlags>(answer), seq: 0, ack: 1);
    }

    /// <summary>6.1.4, 6.1.5: acknowledgments, FIN without text and what is sent again are not capable.</summary>
    [Fact]
    public void Only_new_text_is_capable()
    {
        using TcpBench t = Agreed();
        t.Writes("text");
        Assert.Equal(Capable, t.Answers(Ack, text: "text").CongestionBits);
        t.Sends(Ack, seq: 1, ack: 1, text: "more");
        Assert.Equal(NotCapable, t.Answers(Ack, ack: 5).CongestionBits);
        t.Advance(300);
        Assert.Equal(NotCapable, t.Answers(Ack, seq: 1, text: "text").CongestionBits);
        t.Sends(Ack, seq: 5, ack: 5);
        t.Shutdown();
        Assert.Equal(NotCapable, t.Answers(Ack | Fin, seq: 5).CongestionBits);
    }

    /// <summary>6.1.3.</summary>
    [Fact]
    public void A_mark_is_told_in_everything_until_the_peer_reports_that_it_has_reduced_its_window()
    {
        using TcpBench t = Agreed();
        t.Sends(Ack, seq: 1, text: "a", congestionBits: Capable);
        t.Answers(Ack, ack: 2);
        t.Sends(Ack, seq: 2, text: "b", congestionBits: Experienced);
        t.Answers(Ack | Ece, ack: 3);
        t.Sends(Ack, seq: 3, text: "c", congestionBits: Capable);
        t.Answers(Ack | Ece, ack: 4);
        t.Writes("text");
        t.Answers(Ack | Ece, text: "text");
        t.Sends(Ack | Cwr, seq: 4, ack: 5, text: "d", congestionBits: Capable);
        t.Answers(Ack, ack: 5);

        // One that reports and was marked again begins anew.
        t.Sends(Ack | Cwr, seq: 5, ack: 5, text: "e", congestionBits: Experienced);
        t.Answers(Ack | Ece, ack: 6);
        Assert.Equal(2, t.Tcp.Statistics.CongestionMarksReceived);
    }

    /// <summary>6.1.5: marks count on text that is accepted alone, or a forged segment would slow the peer.</summary>
    [Fact]
    public void A_mark_on_something_else_is_not_told()
    {
        using TcpBench t = Agreed();
        t.Sends(Ack, seq: 1, congestionBits: Experienced);
        t.Sends(Ack, seq: 50_000, text: "far outside", congestionBits: Experienced);
        t.Answers(Ack, ack: 1);
        t.Sends(Ack, seq: 1, text: "a", congestionBits: Capable);
        t.Answers(Ack, ack: 2);
        Assert.Equal(0, t.Tcp.Statistics.CongestionMarksReceived);
    }

    [Fact]
    public void Without_an_agreement_nothing_is_told_and_nothing_is_reduced()
    {
        using TcpBench t = TcpBench.InEstablished(With(TcpEcn.Disabled));
        long before = t.Info().CongestionWindow;
        t.Sends(Ack, seq: 1, text: "a", congestionBits: Experienced);
        t.Answers(Ack, ack: 2);
        t.Writes("text");
        Assert.Equal(NotCapable, t.Answers(Ack, text: "text").CongestionBits);
        t.Sends(Ack | Ece, seq: 2, ack: 5);
        Assert.True(t.Info().CongestionWindow >= before);
    }

    /// <summary>6.1.2: as for a loss, once for each window of text; CWR goes with the first new text behind it.</summary>
    [Fact]
    public void An_echo_reduces_the_window_once_a_round_trip_and_the_peer_hears_of_it()
    {
        using TcpBench t = Agreed();
        t.Writes(new string('x', 20_000));
        t.SkipSent();
        long before = t.Info().CongestionWindow;
        t.Sends(Ack | Ece, seq: 1, ack: 2001, window: 60_000);
        Assert.Equal(1, t.Tcp.Statistics.CongestionEchoReductions);
        Assert.Equal(Ack | Cwr, t.AnswersAny().Flags & ~Psh);
        while (t.SentCount > 0)
        {
            Assert.Equal(Ack, t.AnswersAny().Flags & ~Psh);
        }

        t.Sends(Ack | Ece, seq: 1, ack: 4001, window: 60_000);
        t.Sends(Ack | Ece, seq: 1, ack: 6001, window: 60_000);
        Assert.Equal(1, t.Tcp.Statistics.CongestionEchoReductions);
        Assert.Equal(0, t.Tcp.Statistics.SegmentsRetransmitted);
        t.SkipSent();

        // All that was on its way then is acknowledged, and something behind it: ssthresh of RFC 9438, 4.6.
        t.Sends(Ack, seq: 1, ack: 12_001, window: 60_000);
        Assert.InRange(t.Info().CongestionWindow, 0.6 * before, 0.8 * before);
        t.SkipSent();

        t.Sends(Ack | Ece, seq: 1, ack: 13_001, window: 60_000);
        Assert.Equal(2, t.Tcp.Statistics.CongestionEchoReductions);
    }

    /// <summary>6.1.2: the peer hears of a reduction whatever its cause.</summary>
    [Fact]
    public void A_reduction_after_a_loss_is_reported_too()
    {
        using TcpBench t = Agreed();
        t.Writes(new string('x', 5000));
        t.SkipSent();
        for (int i = 0; i < 3; i++)
        {
            t.Sends(Ack, seq: 1, ack: 1, window: 60_000);
        }

        SentSegment again = t.Answers(Ack, seq: 1, length: 1000);
        Assert.Equal(NotCapable, again.CongestionBits);
        t.Sends(Ack, seq: 1, ack: 5001, window: 60_000);
        t.SkipSent();
        t.Writes("new");
        Assert.Equal(Capable, t.Answers(Ack | Cwr, text: "new").CongestionBits);
    }

    /// <summary>Congestion that is told by marks costs no text: nothing is sent again, and the rate is that of as many losses.</summary>
    [Theory]
    [InlineData(TcpCongestionControl.Cubic)]
    [InlineData(TcpCongestionControl.NewReno)]
    public void Marks_instead_of_losses_send_nothing_again(TcpCongestionControl control)
    {
        TcpOptions settings = new() { Ecn = TcpEcn.Enabled, CongestionControl = control };
        WireFaults faults = new() { Congestion = 0.003, Delay = TimeSpan.FromMilliseconds(10) };
        (long retransmitted, long marked, TimeSpan time) = Run(settings, faults);
        (long without, _, TimeSpan timeWithout) = Run(settings with { Ecn = TcpEcn.Disabled }, faults);
        Assert.InRange(retransmitted, 0, 2); // acknowledgments that are lost, at the end
        Assert.True(marked > 5 && without > 5, $"{marked} marked, {without} sent again");
        Assert.InRange(time / timeWithout, 0.5, 1.25);
    }

    private static (long Retransmitted, long Marked, TimeSpan Time) Run(TcpOptions settings, WireFaults faults)
    {
        using FaultyWire wire = new(7, faults, settings, settings);
        Transfer transfer = new(wire, 7, 8_000_000, 0, isGreedy: true);
        TimeSpan start = wire.Clock.Elapsed;
        Assert.True(wire.Clock.RunUntil(() => transfer.Server.IsDone, TimeSpan.FromHours(1)), "hangs");
        return (wire.A.Tcp.Statistics.SegmentsRetransmitted, wire.Marked, transfer.Server.DoneAt - start);
    }

    private static TcpBench Connecting(TcpEcn ecn, TcpFlags syn) => TcpBench.InSynSent(With(ecn), syn: syn);

    private static TcpBench Agreed()
    {
        TcpBench t = Connecting(TcpEcn.Enabled, Syn | Ece | Cwr);
        t.Sends(Syn | Ack | Ece, seq: 0, ack: 1, window: 60_000, options: new TcpHeaderOptions { MaxSegmentSize = 1000 });
        t.Answers(Ack);
        return t;
    }
}
