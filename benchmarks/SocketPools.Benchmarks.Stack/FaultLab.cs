using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// Throughput at losses, reordering and delays, beside Linux in turns: the stack sends to the kernel over a TAP device, or the kernel to
/// the stack, and the same faults are on the way of the text, on the stack's side of the device. In a round both lose the same segments,
/// counted from the first; the pattern differs between rounds. Rates are means with their standard errors.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FaultLab : IDisposable
{
    private const long Rate = 100_000_000;
    private const int Queue = 1_000_000;

    private readonly string _namespace = $"spfault{Environment.ProcessId}";
    private readonly IPAddress _kernel = IPAddress.Parse("10.78.0.1");
    private readonly FineClock _clock = new();
    private readonly FaultyLink _link;
    private readonly PatternLink _losses;
    private readonly StackRadio _radio = new(new StackOptions { Name = "faults", Seed = 1 });
    private readonly SocketPool _pool;
    private readonly PeerProcess _peer;

    private FaultLab()
    {
        TapLab.IP("netns", "add", _namespace);
        TapLink tap = TapLink.Open(new TapLinkOptions { Name = "faulty0", Offloads = LinkOffloads.None, BringUp = false });
        TapLab.IP("link", "set", tap.Name, "netns", _namespace);
        TapLab.IP("-n", _namespace, "addr", "add", $"{_kernel}/24", "dev", tap.Name);
        TapLab.IP("-n", _namespace, "link", "set", tap.Name, "up");
        _link = new FaultyLink(tap, new FaultyLinkOptions { Seed = 17, TimeProvider = _clock });
        _losses = new PatternLink(_link);
        _radio.AddInterface(_losses).AddAddress(IPAddress.Parse("10.78.0.2"), 24);
        _pool = SocketPool.For(_radio);
        _peer = new PeerProcess(_namespace);
    }

    /// <summary>Measures all cells and writes the table.</summary>
    /// <param name="rounds">Turns of each in a cell.</param>
    /// <param name="slice">How long a turn takes.</param>
    /// <param name="delays">The round trips, in milliseconds.</param>
    /// <param name="losses">The parts of the frames that are lost, in percent.</param>
    internal static void Run(int rounds, TimeSpan slice, int[] delays, double[] losses)
    {
        if (!TapLab.IsPossible)
        {
            Console.WriteLine("Needs Linux, root and /dev/net/tun.");
            return;
        }

        using FaultLab lab = new();
        Console.WriteLine("| loss % | reordered % | round trip ms | stack Mbit/s | Linux Mbit/s | ratio |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (int delay in delays)
        {
            foreach (double loss in losses)
            {
                foreach (double reordering in (double[])[0, 0.01])
                {
                    lab.Measure(rounds, slice, loss / 100, reordering, delay);
                }
            }
        }
    }

    public void Dispose()
    {
        _peer.Dispose();
        _pool.Dispose();
        _radio.Dispose();
        _clock.Dispose();
        TapLab.IP("netns", "del", _namespace);
    }

    private void Measure(int rounds, TimeSpan slice, double loss, double reordering, int delay)
    {
        LinkFaults back = new() { Delay = TimeSpan.FromMilliseconds(delay / 2.0) };
        LinkFaults faults = back with
        {
            Reordering = reordering,
            ReorderDelay = TimeSpan.FromMilliseconds(1),
            BitsPerSecond = Rate,
            QueueLimit = Queue,
        };
        double[] ours = new double[rounds];
        double[] kernels = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            _losses.Begin(i, loss, 0);
            (_link.Outbound, _link.Inbound) = (faults, back);
            ours[i] = Send(slice);
            _losses.Begin(i, 0, loss);
            (_link.Outbound, _link.Inbound) = (back, faults);
            kernels[i] = Receive(slice);
        }

        (double stack, double stackError) = MeanOf(ours);
        (double kernel, double kernelError) = MeanOf(kernels);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {loss * 100} | {reordering * 100} | {delay} | {stack:F1} ± {stackError:F1} | {kernel:F1} ± {kernelError:F1} | {stack / kernel:F2} |"));
    }

    // With the standard error of the mean.
    private static (double Mean, double Error) MeanOf(double[] values)
    {
        double mean = values.Average();
        double variance = values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1);
        return (mean, Math.Sqrt(variance / values.Length));
    }

    // All that was sent has arrived when the kernel ends.
    private double Send(TimeSpan slice)
    {
        using PoolSocket socket = Connect(KernelPeer.Sink);
        byte[] block = new byte[16384];
        long bytes = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < slice)
        {
            socket.SendAll(block);
            bytes += block.Length;
        }

        socket.Shutdown(SocketShutdown.Send);
        socket.ReceiveInto(block);
        return Megabits(bytes, start);
    }

    private double Receive(TimeSpan slice)
    {
        using PoolSocket socket = Connect(KernelPeer.CubicSource);
        byte[] block = new byte[65536];
        long bytes = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < slice)
        {
            bytes += socket.ReceiveInto(block);
        }

        return Megabits(bytes, start);
    }

    private PoolSocket Connect(byte role)
    {
        PoolSocket socket = _pool.CreateSocket();
        socket.SetTimeout(60);
        socket.Connect(new IPEndPoint(_kernel, _peer.Port));
        socket.SendAll([role]);
        return socket;
    }

    private static double Megabits(long bytes, long start) => bytes * 8 / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
}
