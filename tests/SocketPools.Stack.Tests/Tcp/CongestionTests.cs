using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Congestion control and the retransmission timer by their RFCs' own numbers.</summary>
public sealed class CongestionTests
{
    // In milliseconds: those of Linux.
    private static readonly RetransmissionLimits s_limits = new(Min: 200, Max: 120_000, Initial: 1000);

    [Fact]
    public void The_timeout_follows_RFC_6298_and_adds_at_least_the_minimum_to_the_round_trip_as_Linux_does()
    {
        RetransmissionTimer timer = new(s_limits);
        Assert.Equal(1000, timer.Timeout);
        timer.Measure(400, 1, 100);
        Assert.Equal((400, 200, 1200), (timer.Smoothed, timer.Variation, timer.Timeout));
        timer.Measure(480, 2, 100);
        Assert.Equal((410, 170), (timer.Smoothed, timer.Variation));
        for (int i = 0; i < 1000; i++)
        {
            timer.Measure(410, i * 100, (i * 100) + 100);
        }

        Assert.Equal(410 + 200, timer.Timeout);
    }

    [Fact]
    public void The_timeout_keeps_the_greatest_variation_of_a_round_trip_however_many_acknowledgments_it_has()
    {
        RetransmissionTimer timer = new(s_limits);
        timer.Measure(400, 1, 1000);
        for (int i = 2; i < 1000; i++)
        {
            timer.Measure(400, i, 1000);
        }

        Assert.Equal((400, 1200), (timer.Smoothed, timer.Timeout));
    }

    [Fact]
    public void A_measurement_ends_the_backoff_and_nothing_else_does()
    {
        RetransmissionTimer timer = new(s_limits);
        timer.Measure(400, 1, 2);
        timer.BackOff();
        timer.BackOff();
        Assert.Equal(4 * 1200, timer.Timeout);
        for (int i = 0; i < 100; i++)
        {
            timer.BackOff();
        }

        Assert.Equal(timer.Max, timer.Timeout);
        timer.Measure(400, 2, 3);
        Assert.Equal(0, timer.Backoff);
    }

    [Fact]
    public void NewReno_doubles_in_slow_start_adds_a_segment_a_round_trip_and_halves_after_a_loss()
    {
        NewReno control = new();
        control.Start(1000, 10);
        control.OnAcknowledged(Sample(0.1, 10_000));
        Assert.Equal(20_000, control.Window);
        control.OnLoss(20_000);
        Assert.Equal((10_000, 10_000), (control.Window, control.SlowStartThreshold));
        control.OnAcknowledged(Sample(0.2, 10_000));
        Assert.Equal(11_000, control.Window);
        control.OnTimeout(11_000);
        Assert.Equal((1000, 5_500), (control.Window, control.SlowStartThreshold));
    }

    [Fact]
    public void Cubic_is_back_where_the_loss_was_after_K_seconds()
    {
        // RFC 9438, equation 2: K = cbrt((100 - 70) / 0.4) = 4.217 s for a loss at 100 segments.
        Cubic control = new();
        control.Start(1000, 100);
        control.OnLoss(100_000);
        Assert.Equal(70_000, control.Window);
        double time = 0;
        const double RoundTrip = 0.1;
        for (; time < 4.2; time += RoundTrip)
        {
            control.OnAcknowledged(Sample(time, control.Window, RoundTrip));
        }

        Assert.InRange(control.Window, 97_000, 103_000);
        for (; time < 8.4; time += RoundTrip)
        {
            control.OnAcknowledged(Sample(time, control.Window, RoundTrip));
        }

        // C (t - K)^3 + 100 = 0.4 * 4.217^3 + 100 = 130.
        Assert.InRange(control.Window, 124_000, 137_000);
    }

    [Fact]
    public void Cubic_is_never_slower_than_Reno_where_round_trips_are_short()
    {
        Cubic control = new();
        control.Start(1000, 20);
        control.OnLoss(20_000);
        double time = 0;
        for (; time < 1; time += 0.005)
        {
            control.OnAcknowledged(Sample(time, control.Window, 0.005));
        }

        // 200 round trips at alpha = 0.53 segments up to 20, then at 1.
        Assert.InRange(control.Window, 150_000, 230_000);
    }

    [Fact]
    public void A_window_that_nobody_uses_does_not_grow()
    {
        foreach (ICongestionControl control in (ICongestionControl[])[new Cubic(), new NewReno()])
        {
            control.Start(1000, 10);
            control.OnAcknowledged(Sample(1, 5_000) with { IsLimited = false });
            Assert.Equal(10_000, control.Window);
        }
    }

    [Fact]
    public void HyStart_leaves_slow_start_when_round_trips_rise()
    {
        NewReno control = new();
        control.Start(1000, 10);
        long sent = 10_000;
        long acknowledged = 0;
        for (int round = 0; round < 12 && control.SlowStartThreshold == long.MaxValue; round++)
        {
            double roundTrip = 0.100 + (round * 0.020);
            for (long end = sent; acknowledged < end;)
            {
                acknowledged += 1000;
                sent = acknowledged + control.Window;
                control.OnAcknowledged(new AcknowledgmentSample(round, 1000, acknowledged, sent, roundTrip, roundTrip, true));
            }
        }

        Assert.InRange(control.SlowStartThreshold, 20_000, 600_000);
    }

    private static AcknowledgmentSample Sample(double now, long bytes, double roundTrip = 0.1) =>
        new(now, bytes, 0, 0, double.NaN, roundTrip, true);
}
