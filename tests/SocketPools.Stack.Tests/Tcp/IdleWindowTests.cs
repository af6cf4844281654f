using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>The window after a pause of the sender: RFC 5681, 4.1, as Linux does it (<c>tcp_cwnd_restart</c>), and CUBIC's curve (RFC 9438, 4.2).</summary>
[Collection(Alone.Name)]
public sealed class IdleWindowTests
{
    private const int SegmentSize = 1000;

    public static TheoryData<TcpCongestionControl> Controls => [TcpCongestionControl.Cubic, TcpCongestionControl.NewReno];

    private static ICongestionControl Make(TcpCongestionControl control)
    {
        ICongestionControl made = control == TcpCongestionControl.Cubic ? new Cubic() : new NewReno();
        made.Start(SegmentSize, 10);
        return made;
    }

    /// <summary>Halved for each timeout that has passed, down to the initial window.</summary>
    [Theory]
    [MemberData(nameof(Controls))]
    public void The_window_is_halved_for_each_timeout_that_nothing_was_sent(TcpCongestionControl name)
    {
        foreach ((double idle, int expected) in ((double, int)[])[(0.1, 160), (0.3, 160), (0.301, 80), (0.601, 40), (0.901, 20), (1.201, 10), (3600, 10)])
        {
            ICongestionControl control = Make(name);
            control.OnAcknowledged(Sample(0.1, 150 * SegmentSize, control));
            Assert.Equal(160 * SegmentSize, control.Window);
            control.OnIdle(idle, timeout: 0.3);
            Assert.Equal((idle, expected * SegmentSize), (idle, (int)control.Window));
            Assert.Equal(long.MaxValue, control.SlowStartThreshold); // as on Linux: a threshold that no loss has set stays open
        }
    }

    /// <summary>Linux, tcp_current_ssthresh: three quarters of the window, unless the threshold is higher already.</summary>
    [Theory]
    [MemberData(nameof(Controls))]
    public void The_threshold_remembers_three_quarters_of_the_window(TcpCongestionControl name)
    {
        ICongestionControl control = Make(name);
        control.OnLoss(10 * SegmentSize);
        long threshold = control.SlowStartThreshold;
        for (int i = 0; i < 2000; i++)
        {
            control.OnAcknowledged(Sample(0.1 * i, (int)control.Window, control));
        }

        long window = control.Window;
        Assert.True(window > 8 * threshold);
        control.OnIdle(0.301, timeout: 0.3);
        Assert.InRange(control.SlowStartThreshold, (window * 3 / 4) - SegmentSize, (window * 3 / 4) + SegmentSize);
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public void A_window_below_the_initial_one_stays_as_it_is(TcpCongestionControl name)
    {
        ICongestionControl control = Make(name);
        control.OnLoss(10 * SegmentSize);
        long window = control.Window;
        control.OnIdle(60, timeout: 0.3);
        Assert.Equal(window, control.Window);
    }

    /// <summary>RFC 9438, 4.2: as if the pause had not been. Once the window grew by half each round trip behind one.</summary>
    [Fact]
    public void The_curve_of_CUBIC_goes_on_behind_a_pause_where_it_was_before()
    {
        const double RoundTrip = 0.1;
        const double Pause = 30;
        Cubic paused = new();
        Cubic steady = new();
        double time = 0;
        foreach (Cubic control in (Cubic[])[paused, steady])
        {
            control.Start(SegmentSize, 100);
            control.OnLoss(100 * SegmentSize);
            for (time = 0; time < 2; time += RoundTrip)
            {
                control.OnAcknowledged(Sample(time, control.Window, control, RoundTrip));
            }
        }

        paused.OnIdle(Pause, timeout: 3600); // no timeout has passed: the window itself stays
        Assert.Equal(steady.Window, paused.Window);
        for (; time < 6; time += RoundTrip)
        {
            steady.OnAcknowledged(Sample(time, steady.Window, steady, RoundTrip));
            paused.OnAcknowledged(Sample(time + Pause, paused.Window, paused, RoundTrip));
            Assert.InRange(paused.Window, 0.99 * steady.Window, 1.01 * steady.Window);
        }
    }

    /// <summary>Time counts as a pause as well in which the sender had less to send than it might have sent.</summary>
    [Fact]
    public void The_curve_of_CUBIC_waits_while_the_window_is_not_used()
    {
        const double RoundTrip = 0.1;
        Cubic control = new();
        control.Start(SegmentSize, 100);
        control.OnLoss(100 * SegmentSize);
        double time = 0;
        for (; time < 2; time += RoundTrip)
        {
            control.OnAcknowledged(Sample(time, control.Window, control, RoundTrip));
        }

        long before = control.Window;
        for (; time < 60; time += RoundTrip)
        {
            control.OnAcknowledged(Sample(time, SegmentSize, control, RoundTrip) with { IsLimited = false });
        }

        Assert.Equal(before, control.Window);
        control.OnAcknowledged(Sample(time, control.Window, control, RoundTrip));
        Assert.InRange(control.Window, before, 1.05 * before);
    }

    /// <summary>A connection: one that is silent for long sends no more than an initial window at once, one that pauses for less sends all.</summary>
    [Theory]
    [InlineData(100, 20)]
    [InlineData(250, 10)]
    [InlineData(60_000, 10)]
    public void A_connection_that_was_idle_begins_with_the_initial_window(int idle, int expected)
    {
        using TcpBench t = TcpBench.InEstablished(peer: new TcpHeaderOptions { MaxSegmentSize = SegmentSize }, window: 60_000);
        t.Writes(new string('x', 10 * SegmentSize));
        t.SkipSent();
        t.Sends(Ack, seq: 1, ack: 1 + (10 * SegmentSize), window: 60_000);
        Assert.Equal(20 * SegmentSize, t.Info().CongestionWindow);
        t.Advance(idle);
        t.Writes(new string('y', 40 * SegmentSize));
        Assert.Equal(expected, t.SentCount);
    }

    private static AcknowledgmentSample Sample(double now, long bytes, ICongestionControl control, double roundTrip = 0.1) =>
        new(now, bytes, 0, control.Window, double.NaN, roundTrip, true);
}
