using System.Globalization;
using System.Text;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>What losses, reordering and pauses cost on a virtual clock. The table is kept in the repository; its head explains it.</summary>
[Collection(Alone.Name)]
public sealed class LossRepairTests
{
    private const long Rate = 100_000_000;

    private const string Head = """
        What losses, reordering and pauses cost, on a virtual clock, over 100 Mbit/s with a queue of 1 MB, CUBIC, one seed.
        reordered: the rate of 30 MB with 1 % of the packets 1 ms late, beside the rate without; at least 90 %.
        tail:      how much later the last of ten segments is there when it is lost (RFC 8985, 7); at most two round trips and 10 ms.
        pause:     the path carries nothing for 600 ms, and loses nothing (its queue is 16 MB here): what is sent again, the window when it is over beside before,
                   in segments; at most one window is sent again, and the window comes back (RFC 5682, RFC 3522, RFC 3708).

        """;

    [Fact]
    [Trait("Speed", "Slow")]
    public void Losses_reordering_and_pauses_cost_as_approved()
    {
        StringBuilder table = new(Head.ReplaceLineEndings("\n"));
        table.Append("reordered  round trip ms  Mbit/s without  with  ratio\n");
        foreach (int roundTrip in (int[])[2, 20, 50, 100])
        {
            double without = Throughput(roundTrip, late: 0);
            double with = Throughput(roundTrip, late: 0.01);
            table.Append(CultureInfo.InvariantCulture, $"{"",9}  {roundTrip,13}  {without / 1e6,14:F1}  {with / 1e6,4:F1}  {with / without,5:F2}\n");
            Assert.True(with >= 0.9 * without, $"reordering at {roundTrip} ms");
        }

        table.Append("tail       round trip ms  timestamps  later by ms\n");
        foreach (bool timestamps in (bool[])[true, false])
        {
            foreach (int roundTrip in (int[])[1, 20, 50, 100, 250])
            {
                double later = Tail(roundTrip, timestamps);
                table.Append(CultureInfo.InvariantCulture, $"{"",9}  {roundTrip,13}  {timestamps,10}  {later,11:F1}\n");
                Assert.InRange(later, 0, (2 * roundTrip) + 10);
            }
        }

        bool isCheap = true;
        table.Append("pause      round trip ms  SACK   timestamps  sent again  window before  behind\n");
        foreach ((bool sack, bool timestamps) in ((bool, bool)[])[(true, true), (true, false), (false, true), (false, false)])
        {
            foreach (int roundTrip in (int[])[20, 100])
            {
                (long again, long before, long behind) = Pause(roundTrip, sack, timestamps);
                table.Append(CultureInfo.InvariantCulture, $"{"",9}  {roundTrip,13}  {sack,-5}  {timestamps,10}  {again,10}  {before,13}  {behind,6}\n");
                isCheap &= again <= before && behind >= before;
            }
        }

        ThroughputTests.Approve("loss-repair.txt", table.ToString());
        Assert.True(isCheap, table.ToString());
    }

    private static TcpOptions Settings(bool sack = true, bool timestamps = true) => new()
    {
        SelectiveAcknowledgments = sack,
        Timestamps = timestamps,
        MaxReceiveBuffer = 4 * 1024 * 1024,
        MaxSendBuffer = 4 * 1024 * 1024,
    };

    private static double Throughput(int roundTrip, double late)
    {
        WireFaults faults = new()
        {
            Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0),
            Rate = Rate,
            Late = late,
            LateBy = TimeSpan.FromMilliseconds(1),
        };
        using FaultyWire wire = new(7, faults, Settings(), Settings());
        Transfer transfer = new(wire, 7, 30_000_000, 0, isGreedy: true);
        TimeSpan start = wire.Clock.Elapsed;
        Assert.True(wire.Clock.RunUntil(() => transfer.Server.IsDone, TimeSpan.FromHours(1)), "hangs");
        return 30_000_000 * 8 / (transfer.Server.DoneAt - start).TotalSeconds;
    }

    // Ten segments in one burst, when the round trip is known.
    private static double Tail(int roundTrip, bool timestamps)
    {
        TimeSpan[] times = new TimeSpan[2];
        for (int i = 0; i < 2; i++)
        {
            TcpOptions settings = Settings(timestamps: timestamps) with { QuickAcks = 1000 };
            WireFaults faults = new() { Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0), Rate = Rate };
            using FaultyWire wire = new(7, faults, settings, settings);
            Transfer transfer = new(wire, 7, 10 * (timestamps ? 1448 : 1460), 0, isGreedy: true);
            if (i == 1)
            {
                // SYN, ACK, and ten segments: the last one bears FIN.
                int sent = 0;
                wire.LosesFromA = _ => ++sent == 12;
            }

            TimeSpan start = wire.Clock.Elapsed;
            Assert.True(wire.Clock.RunUntil(() => transfer.Server.IsDone, TimeSpan.FromMinutes(1)), "hangs");
            Assert.Equal(i, wire.Lost);
            times[i] = transfer.Server.DoneAt - start;
        }

        return (times[1] - times[0]).TotalMilliseconds;
    }

    private static (long Again, long Before, long Behind) Pause(int roundTrip, bool sack, bool timestamps)
    {
        TcpOptions settings = Settings(sack, timestamps);
        WireFaults faults = new() { Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0), Rate = Rate, Queue = 16_000_000 };
        TimeSpan pauseEnd = TimeSpan.Zero;
        using FaultyWire wire = new(7, faults, settings, settings);
        wire.PausedUntil = () => pauseEnd;
        Transfer transfer = new(wire, 7, 60_000_000, 0, isGreedy: true);
        Assert.True(wire.Clock.RunUntil(() => transfer.Server.Received > 5_000_000, TimeSpan.FromMinutes(1)), "hangs");
        long before = Window(transfer, wire);
        long againBefore = wire.A.Tcp.Statistics.SegmentsRetransmitted;
        pauseEnd = wire.Clock.Elapsed + TimeSpan.FromMilliseconds(600);
        wire.Clock.RunUntil(() => wire.Clock.Elapsed > pauseEnd + TimeSpan.FromMilliseconds(4 * roundTrip), TimeSpan.FromSeconds(5));
        return (wire.A.Tcp.Statistics.SegmentsRetransmitted - againBefore, before, Window(transfer, wire));
    }

    private static long Window(Transfer transfer, FaultyWire wire)
    {
        using (wire.A.Gate.EnterScope())
        {
            TcpInfo info = transfer.Client.Connection!.Info();
            return info.CongestionWindow / info.SegmentSize;
        }
    }
}
