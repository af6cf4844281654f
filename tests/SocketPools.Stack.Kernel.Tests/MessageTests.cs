using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>
/// Messages in one direction between default sockets, with Nagle's algorithm on: how old they are when they are read, between the stack and
/// the kernel and from the kernel to itself. A delayed acknowledgment that one side waits for shows as 40 ms.
/// </summary>
public sealed class MessageTests
{
    private const int Count = 60;

    // What a busy machine may add to the median, and much less than a delayed acknowledgment.
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(15);

    private static readonly int[] s_sizes = [1, 100, 536, 1000, 1447, 4000];

    [Fact]
    [Trait("Speed", "Slow")]
    public void Messages_are_read_as_early_as_those_of_the_kernel_to_itself() => KernelNetwork.Run(network =>
    {
        StringBuilder table = new("bytes  interval  to kernel  from kernel  kernel alone (median ms)\n");
        List<string> late = [];
        foreach (int size in s_sizes)
        {
            foreach (int interval in (int[])[0, 5])
            {
                TimeSpan alone = KernelAlone(size, interval);
                TimeSpan to = Ours(network, size, interval, toKernel: true);
                TimeSpan from = Ours(network, size, interval, toKernel: false);
                string row = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{size,5}  {interval,8}  {to.TotalMilliseconds,9:F3}  {from.TotalMilliseconds,11:F3}  {alone.TotalMilliseconds,12:F3}");
                table.AppendLine(row);
                if (to > (1.2 * alone) + s_slack || from > (1.2 * alone) + s_slack)
                {
                    late.Add(row);
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Assert.True(late.Count == 0, table.ToString());
    });

    private static TimeSpan Ours(KernelNetwork network, int size, int interval, bool toKernel)
    {
        using Connection connection = network.Connect(ipv6: false, byKernel: !toKernel);
        return toKernel
            ? Measure(size, interval, data => connection.Ours.SendAll(data), buffer => connection.Kernels.Receive(buffer))
            : Measure(size, interval, data => connection.Kernels.Send(data), buffer => connection.Ours.ReceiveInto(buffer));
    }

    private static TimeSpan KernelAlone(int size, int interval)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using Socket sender = KernelNetwork.KernelSocket(ipv6: false);
        sender.Connect(listener.LocalEndPoint!);
        using Socket receiver = listener.Accept();
        return Measure(size, interval, data => sender.Send(data), buffer => receiver.Receive(buffer));
    }

    // The median age of a message. With an interval of zero each is sent when the last one was read.
    private static TimeSpan Measure(int size, int interval, Action<byte[]> send, Func<byte[], int> receive)
    {
        long[] sentAt = new long[Count];
        TimeSpan[] ages = new TimeSpan[Count];
        byte[] message = new byte[size];
        using SemaphoreSlim read = new(0);
        Thread reader = new(() =>
        {
            byte[] buffer = new byte[64 * 1024];
            long bytes = 0;
            int done = 0;
            while (done < Count && receive(buffer) is > 0 and int count)
            {
                bytes += count;
                for (; done < bytes / size; done++)
                {
                    ages[done] = Stopwatch.GetElapsedTime(Volatile.Read(ref sentAt[done]));
                    read.Release();
                }
            }
        });
        reader.Start();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Count; i++)
        {
            TimeSpan due = TimeSpan.FromMilliseconds((double)interval * i);
            Assert.True(SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= due, KernelNetwork.Patience));
            Volatile.Write(ref sentAt[i], Stopwatch.GetTimestamp());
            send(message);
            Assert.True(interval > 0 || read.Wait(KernelNetwork.Patience), $"message {i} was not read");
        }

        Assert.True(reader.Join(KernelNetwork.Patience), "not everything was read");
        Array.Sort(ages);
        return ages[Count / 2];
    }
}
