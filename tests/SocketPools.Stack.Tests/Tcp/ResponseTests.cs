using System.Globalization;
using System.Text;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Throughput at random loss beside what the formulas say. The table is kept in the repository; its head explains it.</summary>
[Collection(Alone.Name)]
public sealed class ResponseTests
{
    private const int SegmentSize = 1448; // behind timestamps, at an MTU of 1500
    private const int Losses = 45; // in all, a third of them before it is measured

    private const string Head = """
        Throughput in Mbit/s at random loss, on a way without a limit of rate, on a virtual clock; one seed, 45 losses or more, of which
        the first third is not measured: slow start.
        Mathis:   SMSS / RTT * sqrt(3 / 2p), the response function of Reno when every segment is acknowledged (Mathis et al. 1997).
        CUBIC:    SMSS / RTT * max(Reno's, 1.054 * (RTT / p)^0.75), RFC 9438, sections 5.1 and 5.2.
        With a round trip of 20 ms, and at 3 %, CUBIC is in its Reno-friendly region: both formulas say the same.
        They leave out timeouts, which from 3 % on are the rule: windows are then too small for three duplicates (Padhye et al. 1998).
        And they take losses one by one: of several in one window SACK makes one reduction.
        control  loss %  round trip ms  measured  Mathis   CUBIC  measured / own formula

        """;

    [Fact]
    [Trait("Speed", "Slow")]
    public void Throughput_at_loss_is_as_approved_and_near_the_response_functions()
    {
        StringBuilder table = new(Head.ReplaceLineEndings("\n"));
        foreach (TcpCongestionControl control in (TcpCongestionControl[])[TcpCongestionControl.Cubic, TcpCongestionControl.NewReno])
        {
            foreach (int roundTrip in (int[])[20, 200])
            {
                foreach (double loss in (double[])[0.001, 0.003, 0.01, 0.03])
                {
                    double rate = Measure(control, loss, roundTrip);
                    double seconds = roundTrip / 1000.0;
                    double mathis = SegmentSize * 8 / seconds * Math.Sqrt(1.5 / loss);
                    double cubic = Math.Max(mathis, SegmentSize * 8 / seconds * 1.054 * Math.Pow(seconds / loss, 0.75));
                    double ratio = rate / (control == TcpCongestionControl.Cubic ? cubic : mathis);
                    table.Append(CultureInfo.InvariantCulture, $"{control,-7}  {loss * 100,6:0.##}  {roundTrip,13}  {rate / 1e6,8:F1}  {mathis / 1e6,6:F1}  {cubic / 1e6,6:F1}  {ratio,22:F2}\n");
                    Assert.InRange(ratio, 0.6, 1.6);
                }
            }
        }

        ThroughputTests.Approve("response.txt", table.ToString());
    }

    private static double Measure(TcpCongestionControl control, double loss, int roundTrip)
    {
        TcpOptions settings = new() { CongestionControl = control, MaxReceiveBuffer = 8 * 1024 * 1024, MaxSendBuffer = 8 * 1024 * 1024 };
        WireFaults faults = new() { Loss = loss, Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0) };
        using FaultyWire wire = new(7, faults, settings, settings);
        long bytes = Math.Max(4_000_000, (long)(Losses * SegmentSize / loss));
        Transfer transfer = new(wire, 7, bytes, 0, isGreedy: true);
        Assert.True(wire.Clock.RunUntil(() => transfer.Server.Received > bytes / 3, TimeSpan.FromHours(1)), "hangs");
        (TimeSpan start, long before) = (wire.Clock.Elapsed, transfer.Server.Received);
        Assert.True(wire.Clock.RunUntil(() => transfer.Server.IsDone, TimeSpan.FromHours(1)), "hangs");
        return (bytes - before) * 8 / (transfer.Server.DoneAt - start).TotalSeconds;
    }
}
