using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// The age of small messages when they are read, in one direction between default sockets (Nagle's algorithm is on): from a stack to the
/// kernel over a TAP device and back, from kernel to kernel over two TAP devices with a relay between them, and over a cable (veth), where
/// no process is on the way.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class MessageLab : IDisposable
{
    private const int Count = 100;

    private static readonly int[] s_sizes = [1, 100, 536, 1000, 1447, 4000];

    private readonly string _one = $"spmessage{Environment.ProcessId}a";
    private readonly string _other = $"spmessage{Environment.ProcessId}b";
    private readonly StackRadio _radio = new(new StackOptions { Name = "messages", Seed = 1 });
    private readonly SocketPool _pool;
    private readonly TapLink[] _relay;

    private MessageLab()
    {
        TapLab.IP("netns", "add", _one);
        TapLab.IP("netns", "add", _other);
        TapLab.IP("-n", _one, "link", "add", "cable0", "type", "veth", "peer", "name", "cable1", "netns", _other);
        TapLab.Configure(_one, "cable0", "10.79.1.1");
        TapLab.Configure(_other, "cable1", "10.79.1.2");
        _relay = [TapLab.Open(_one, "relay0", "10.79.2.1"), TapLab.Open(_other, "relay1", "10.79.2.2")];
        Relay.Join(_relay[0], _relay[1]);
        _radio.AddInterface(TapLab.Open(_one, "stack0", "10.79.3.1")).AddAddress(IPAddress.Parse("10.79.3.2"), 24);
        _pool = SocketPool.For(_radio);
    }

    /// <summary>Measures all cells and writes the table.</summary>
    /// <param name="rounds">Turns of each in a cell.</param>
    internal static void Run(int rounds)
    {
        if (!TapLab.IsPossible)
        {
            Console.WriteLine("Needs Linux, root and /dev/net/tun.");
            return;
        }

        using MessageLab lab = new();
        Console.WriteLine("| bytes | interval ms | direction | stack us | kernel, relay us | kernel, cable us | to relay | to cable |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (int size in s_sizes)
        {
            foreach (int interval in (int[])[0, 5])
            {
                lab.Measure(rounds, size, interval, toKernel: true);
                lab.Measure(rounds, size, interval, toKernel: false);
            }
        }
    }

    public void Dispose()
    {
        _pool.Dispose();
        _radio.Dispose();
        Array.ForEach(_relay, link => link.Dispose());
        TapLab.IP("netns", "del", _one);
        TapLab.IP("netns", "del", _other);
    }

    private void Measure(int rounds, int size, int interval, bool toKernel)
    {
        double[][] ages = [new double[rounds], new double[rounds], new double[rounds]];
        for (int i = 0; i < rounds; i++)
        {
            ages[0][i] = OfStack(size, interval, toKernel);
            ages[1][i] = OfKernel("10.79.2.1", size, interval, toKernel);
            ages[2][i] = OfKernel("10.79.1.1", size, interval, toKernel);
        }

        double[] medians = [.. ages.Select(Median)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {size} | {interval} | {(toKernel ? "to the kernel" : "from the kernel")} | {medians[0]:F0} | {medians[1]:F0} | {medians[2]:F0} | {RatioOf(ages[0], ages[1]):F2} | {RatioOf(ages[0], ages[2]):F2} |"));
    }

    private static double RatioOf(double[] ours, double[] others) => Median([.. ours.Zip(others, (one, other) => one / other)]);

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private double OfStack(int size, int interval, bool toKernel)
    {
        using Socket listener = KernelSocket.Listen(_one, "10.79.3.1");
        using PoolSocket socket = _pool.CreateSocket();
        socket.SetTimeout(10);
        socket.Connect((IPEndPoint)listener.LocalEndPoint!);
        using Socket kernels = listener.Accept();
        return toKernel
            ? MedianAge(size, interval, data => socket.SendAll(data), buffer => kernels.Receive(buffer))
            : MedianAge(size, interval, data => kernels.Send(data), buffer => socket.ReceiveInto(buffer));
    }

    private double OfKernel(string address, int size, int interval, bool toKernel)
    {
        using Socket listener = KernelSocket.Listen(_one, address);
        using Socket client = KernelSocket.Create(_other);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        (Socket sender, Socket receiver) = toKernel ? (client, server) : (server, client);
        return MedianAge(size, interval, data => sender.Send(data), buffer => receiver.Receive(buffer));
    }

    // In microseconds. With an interval of zero each message is sent when the last one was read.
    private static double MedianAge(int size, int interval, Action<byte[]> send, Func<byte[], int> receive)
    {
        long[] sentAt = new long[Count];
        double[] ages = new double[Count];
        byte[] message = new byte[size];
        using SemaphoreSlim read = new(0);
        Thread reader = new(() =>
        {
            byte[] buffer = new byte[65536];
            long bytes = 0;
            for (int done = 0; done < Count;)
            {
                bytes += receive(buffer);
                for (; done < bytes / size; done++)
                {
                    ages[done] = Stopwatch.GetElapsedTime(Volatile.Read(ref sentAt[done])).TotalMicroseconds;
                    read.Release();
                }
            }
        });
        reader.Start();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Count; i++)
        {
            TimeSpan wait = TimeSpan.FromMilliseconds((double)interval * i) - Stopwatch.GetElapsedTime(start);
            if (interval > 0 && wait > TimeSpan.Zero)
            {
                Thread.Sleep(wait);
            }

            Volatile.Write(ref sentAt[i], Stopwatch.GetTimestamp());
            send(message);
            if (interval == 0)
            {
                read.Wait();
            }
        }

        reader.Join();
        return Median(ages);
    }
}
