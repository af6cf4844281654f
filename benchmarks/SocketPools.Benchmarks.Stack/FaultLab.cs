using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// Throughput at losses, reordering and delays, beside Linux in turns: to a kernel, over a TAP device, send a stack and another kernel.
/// The frames of the other kernel come over a TAP device as well, and a relay passes them on. Both have the same faults on their way. In a
/// round both lose the same segments, counted from the first; the pattern differs between rounds. Rates are means with their standard
/// errors.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FaultLab : IDisposable
{
    private const long Rate = 100_000_000;
    private const int Queue = 1_000_000;
    private const int TimeoutSeconds = 60;

    private readonly string _receiver = $"spfault{Environment.ProcessId}a";
    private readonly string _sender = $"spfault{Environment.ProcessId}b";
    private readonly FineClock _clock = new();
    private readonly Way _stacks;
    private readonly Way _kernels;
    private readonly TapLink _far;
    private readonly StackRadio _radio = new(new StackOptions { Name = "faults", Seed = 1 });
    private readonly SocketPool _pool;

    private FaultLab()
    {
        TapLab.IP("netns", "add", _receiver);
        TapLab.IP("netns", "add", _sender);
        _stacks = new Way(TapLab.Open(_receiver, "stack0", "10.78.0.1"), _clock);
        _kernels = new Way(TapLab.Open(_receiver, "kernel0", "10.78.1.1"), _clock);
        _far = TapLab.Open(_sender, "kernel1", "10.78.1.2");
        Relay.Join(_kernels.Link, _far);
        _radio.AddInterface(_stacks.Link).AddAddress(IPAddress.Parse("10.78.0.2"), 24);
        _pool = SocketPool.For(_radio);
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
        _pool.Dispose();
        _radio.Dispose();
        _kernels.Dispose();
        _stacks.Dispose();
        _far.Dispose();
        _clock.Dispose();
        TapLab.IP("netns", "del", _receiver);
        TapLab.IP("netns", "del", _sender);
    }

    private void Measure(int rounds, TimeSpan slice, double loss, double reordering, int delay)
    {
        LinkFaults back = new() { Delay = TimeSpan.FromMilliseconds(delay / 2.0) };
        LinkFaults faults = back with
        {
            Reordering = reordering,
            ReorderDelay = TimeSpan.FromMilliseconds(1),
            BitsPerSecond = Rate,
            MaxQueuedBytes = Queue,
        };
        double[] ours = new double[rounds];
        double[] others = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            _stacks.Begin(i, loss, faults, back);
            ours[i] = OfStack(slice);
            _kernels.Begin(i, loss, faults, back);
            others[i] = OfKernel(slice);
        }

        (double stack, double stackError) = MeanOf(ours);
        (double kernel, double kernelError) = MeanOf(others);
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

    private double OfStack(TimeSpan slice)
    {
        using Socket listener = KernelSocket.Listen(_receiver, "10.78.0.1");
        using PoolSocket sender = _pool.CreateSocket();
        sender.SetTimeout(TimeoutSeconds);
        sender.Connect((IPEndPoint)listener.LocalEndPoint!);
        using Socket receiver = listener.Accept();
        return Megabits(receiver, slice, block => sender.SendAll(block), () => sender.Shutdown(SocketShutdown.Send));
    }

    private double OfKernel(TimeSpan slice)
    {
        using Socket listener = KernelSocket.Listen(_receiver, "10.78.1.1");
        using Socket sender = KernelSocket.Create(_sender);
        KernelSocket.UseCubic(sender);
        sender.SendTimeout = TimeoutSeconds * 1000;
        sender.Connect(listener.LocalEndPoint!);
        using Socket receiver = listener.Accept();
        return Megabits(receiver, slice, block => sender.Send(block), () => sender.Shutdown(SocketShutdown.Send));
    }

    // Until all has arrived.
    private static double Megabits(Socket receiver, TimeSpan slice, Action<byte[]> send, Action end)
    {
        receiver.ReceiveTimeout = TimeoutSeconds * 1000;
        long bytes = 0;
        Thread reader = new(() =>
        {
            byte[] buffer = new byte[65536];
            while (receiver.Receive(buffer) is > 0 and int count)
            {
                bytes += count;
            }
        });
        reader.Start();
        byte[] block = new byte[16384];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < slice)
        {
            send(block);
        }

        end();
        reader.Join();
        return bytes * 8 / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6;
    }

    // A TAP device with faults on the way to it.
    private sealed class Way : IDisposable
    {
        private readonly FaultyLink _faulty;
        private readonly PatternLink _losses;

        internal Way(TapLink tap, FineClock clock)
        {
            _faulty = new FaultyLink(tap, new FaultyLinkOptions { Seed = 17, TimeProvider = clock });
            _losses = new PatternLink(_faulty);
        }

        internal PatternLink Link => _losses;

        internal void Begin(int seed, double loss, LinkFaults faults, LinkFaults back)
        {
            _losses.Begin(seed, loss);
            (_faulty.Outbound, _faulty.Inbound) = (faults, back);
        }

        public void Dispose()
        {
            _losses.Dispose();
            _faulty.Dispose();
        }
    }
}
