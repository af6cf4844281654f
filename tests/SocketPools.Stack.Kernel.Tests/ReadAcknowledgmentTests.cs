using System.Diagnostics;
using System.Globalization;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>
/// Short messages of the kernel's, with and without Nagle's algorithm: the stack puts some acknowledgments off, and the kernel neither waits for one
/// as long as for a delayed acknowledgment, nor takes a message for lost.
/// </summary>
public sealed class ReadAcknowledgmentTests
{
    // What a busy machine may add to the median, and much less than a delayed acknowledgment.
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(15);

    /// <summary>Bursts with a pause behind each, longer than a probe waits.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(100, 0)]
    [InlineData(536, 0)]
    [InlineData(100, 64_000)]
    public void Bursts_of_short_messages_cause_no_probe_and_nothing_is_sent_again(int size, int bulk) => KernelNetwork.Run(
        network =>
        {
            const int bursts = 60;
            const int messages = 20;
            using Connection connection = network.Connect(ipv6: false, byKernel: true);
            connection.Kernels.NoDelay = true;
            long[] before = Counters();
            byte[] message = new byte[size];
            byte[] buffer = new byte[128 * 1024];
            TimeSpan[] ages = new TimeSpan[bursts];
            for (int i = 0; i < bursts; i++)
            {
                long start = Stopwatch.GetTimestamp();
                if (bulk > 0)
                {
                    connection.Kernels.Send(new byte[bulk]);
                }

                for (int j = 0; j < messages; j++)
                {
                    connection.Kernels.Send(message);
                }

                for (int read = 0; read < (messages * size) + bulk;)
                {
                    read += connection.Ours.ReceiveInto(buffer);
                }

                ages[i] = Stopwatch.GetElapsedTime(start);
                Assert.True(SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= ages[i] + TimeSpan.FromMilliseconds(12), KernelNetwork.Patience));
            }

            Array.Sort(ages);
            long[] after = Counters();
            string text = string.Join(", ", s_counters.Select((name, i) => $"{name} {after[i] - before[i]}"));
            TestContext.Current.TestOutputHelper?.WriteLine($"{text}, a burst in {ages[bursts / 2].TotalMilliseconds:F3} ms");
            Assert.True(ages[bursts / 2] < s_slack, $"a burst took {ages[bursts / 2]}");

            // A thread that acknowledges late on a busy machine causes one now and then.
            Assert.True(after[0] - before[0] < bursts / 2, text);
        });

    private static readonly string[] s_counters = ["TCPLossProbes", "TCPSpuriousRtxHostQueues", "TCPDSACKRecv", "TCPTimeouts"];

    private static long[] Counters()
    {
        string[] lines = File.ReadAllLines("/proc/thread-self/net/netstat");
        int at = Array.FindIndex(lines, static line => line.StartsWith("TcpExt:", StringComparison.Ordinal));
        string[] names = lines[at].Split(' ');
        string[] values = lines[at + 1].Split(' ');
        return Array.ConvertAll(s_counters, name => long.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture));
    }
}
