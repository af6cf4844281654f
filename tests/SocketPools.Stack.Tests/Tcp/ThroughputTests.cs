using System.Globalization;
using System.Text;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>How fast TCP is on a virtual clock. The table is kept in the repository: a change in TCP shows as a diff of numbers.</summary>
[Collection(Alone.Name)]
[Trait("Speed", "Slow")]
public sealed class ThroughputTests
{
    private const long Rate = 100_000_000;

    [Fact]
    public void Cubic_fills_100_Mbit_a_second_over_100_ms_to_90_percent()
    {
        // The queue is half of what is on the way; the time of the handshake and of slow start counts.
        double rate = Measure(TcpCongestionControl.Cubic, loss: 0, oneWay: 50, queue: 625_000, buffer: 6 * 1024 * 1024, bytes: 300_000_000);
        Assert.True(rate >= 0.9 * Rate, string.Create(CultureInfo.InvariantCulture, $"{rate / 1e6:F1} Mbit/s"));
    }

    [Fact]
    public void Throughput_by_loss_delay_and_buffer_is_as_approved()
    {
        StringBuilder table = new();
        table.Append("Throughput in Mbit/s over 100 Mbit/s with a queue of 100 kB, 10 MB, on a virtual clock.\n");
        table.Append("control  loss %  round trip ms  buffer KiB  Mbit/s\n");
        foreach (TcpCongestionControl control in (TcpCongestionControl[])[TcpCongestionControl.Cubic, TcpCongestionControl.NewReno])
        {
            foreach (double loss in (double[])[0, 0.0001, 0.001, 0.01])
            {
                foreach (int roundTrip in (int[])[2, 20, 100])
                {
                    foreach (int buffer in (int[])[64, 512, 4096])
                    {
                        double rate = Measure(control, loss, roundTrip / 2.0, 100_000, buffer * 1024, 10_000_000);
                        table.Append(CultureInfo.InvariantCulture, $"{control,-7}  {loss * 100,6:0.##}  {roundTrip,13}  {buffer,10}  {rate / 1e6,6:F1}\n");
                    }
                }
            }
        }

        Approve("throughput.txt", table.ToString());
    }

    private static double Measure(TcpCongestionControl control, double loss, double oneWay, int queue, int buffer, long bytes)
    {
        TcpOptions settings = new()
        {
            CongestionControl = control,
            ReceiveBuffer = Math.Min(buffer, 128 * 1024),
            MaxReceiveBuffer = buffer,
            SendBuffer = Math.Min(buffer, 128 * 1024),
            MaxSendBuffer = buffer,
        };
        WireFaults faults = new() { Loss = loss, Delay = TimeSpan.FromMilliseconds(oneWay), Rate = Rate, Queue = queue };
        using FaultyWire wire = new(7, faults, settings, settings);
        Transfer transfer = new(wire, 7, bytes, 0, isGreedy: true);
        TimeSpan start = wire.Clock.Elapsed;
        Assert.True(wire.Clock.RunUntil(() => transfer.Server.IsDone, TimeSpan.FromHours(10)), "hangs");
        Assert.True(transfer.Server.IsWhole, transfer.Server.Error.ToString());
        return bytes * 8 / (transfer.Server.DoneAt - start).TotalSeconds;
    }

    internal static void Approve(string name, string text)
    {
        string path = Path.Combine(Repository.Root, "tests", "SocketPools.Stack.Tests", "Tcp", "Approved", name);
        string approved = File.Exists(path) ? File.ReadAllText(path) : "";
        if (approved != text)
        {
            File.WriteAllText(Path.ChangeExtension(path, ".received.txt"), text);
        }

        Assert.Equal(approved, text);
    }
}
