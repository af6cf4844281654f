using System.Globalization;
using System.Text;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Two flows in one queue: how they share it, by Jain's index, (x+y)² / 2(x²+y²), which is 1 for halves and 0.5 for all and nothing.</summary>
[Collection(Alone.Name)]
public sealed class FairnessTests
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Speed", "Slow")]
    public void Two_flows_share_a_bottleneck_and_differing_round_trips_are_as_approved()
    {
        StringBuilder table = new();
        table.Append("Two flows of 10 Mbit/s with a queue of 50 kB; the second begins 5 s later; 60 s behind the first 20, on a virtual clock.\n");
        table.Append("With unlike round trips the shorter one gets more, as Reno always did (RFC 9438, section 1). The queue's 40 ms come on top of both,\n");
        table.Append("so that they differ less than they seem to; and windows this small are in CUBIC's Reno-friendly region.\n");
        table.Append("control  round trips ms  Mbit/s of each  Jain\n");
        foreach (TcpCongestionControl control in (TcpCongestionControl[])[TcpCongestionControl.Cubic, TcpCongestionControl.NewReno])
        {
            foreach (int second in (int[])[40, 80])
            {
                (double x, double y) = Share(control, 40, second);
                double jain = (x + y) * (x + y) / (2 * ((x * x) + (y * y)));
                table.Append(CultureInfo.InvariantCulture, $"{control,-7}  {40,8} {second,5}  {x / 1e6,7:F2} {y / 1e6,6:F2}  {jain:F3}\n");
                Assert.True(second != 40 || jain >= 0.9, table.ToString());
                Assert.InRange(x + y, 8.5e6, 10e6);
            }
        }

        ThroughputTests.Approve("fairness.txt", table.ToString());
    }

    private static (double First, double Second) Share(TcpCongestionControl control, int firstRoundTrip, int secondRoundTrip)
    {
        TcpOptions settings = new() { CongestionControl = control };
        WireFaults faults = new() { Delay = TimeSpan.FromMilliseconds(firstRoundTrip / 2.0), Jitter = TimeSpan.FromMilliseconds(0.5), Rate = 10_000_000, Queue = 50_000 };
        TimeSpan detour = TimeSpan.FromMilliseconds((secondRoundTrip - firstRoundTrip) / 2.0);
        using FaultyWire wire = new(7, faults, settings, settings) { Detour = port => port == 81 ? detour : TimeSpan.Zero };
        Transfer first = new(wire, 7, long.MaxValue / 4, 0, isGreedy: true);
        wire.Clock.Advance(TimeSpan.FromSeconds(5));
        Transfer second = new(wire, 8, long.MaxValue / 4, 0, isGreedy: true, port: 81);
        wire.Clock.Advance(s_warmUp);
        (long a, long b) = (first.Server.Received, second.Server.Received);
        wire.Clock.Advance(s_measured);
        return ((first.Server.Received - a) * 8 / s_measured.TotalSeconds, (second.Server.Received - b) * 8 / s_measured.TotalSeconds);
    }
}
