using System.Diagnostics;
using System.Globalization;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>
/// Short messages of the kernel's without Nagle's algorithm, some of whose acknowledgments the stack puts off: the kernel takes none for lost. With it,
/// <see cref="MessageTests"/> shows that none waits.
/// </summary>
public sealed class ReadAcknowledgmentTests
{
    private const int Messages = 20;
    private const int Enough = 20;
    private const int MostBursts = 600;

    // The kernel sends a probe two round trips and 2 ms after the last message, or later.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(12);

    private static readonly string[] s_counters = ["TCPLossProbes", "TCPDSACKRecv", "TCPTimeouts"];

    /// <summary>A pause behind each burst is longer than a probe waits. On a busy machine some acknowledgments are late, not all.</summary>
    [Theory(Timeout = 240_000)]
    [InlineData(1, 0)]
    [InlineData(100, 0)]
    [InlineData(536, 0)]
    [InlineData(100, 64_000)]
    public async Task Bursts_of_short_messages_cause_no_probe(int size, int bulk)
    {
        await Task.Yield();
        KernelNetwork.Run(network =>
        {
            using Connection connection = network.Connect(ipv6: false, byKernel: true);
            connection.Kernels.NoDelay = true;
            int done = 0;
            int clean = 0;
            long[] first = Counters();
            while (clean < Enough && done < MostBursts)
            {
                long[] before = Counters();
                Burst(connection, size, bulk);
                clean += Counters().SequenceEqual(before) ? 1 : 0;
                done++;
            }

            long[] last = Counters();
            string text = $"{clean} of {done} bursts without a probe: {string.Join(", ", s_counters.Select((name, i) => $"{name} {last[i] - first[i]}"))}";
            TestContext.Current.TestOutputHelper?.WriteLine(text);
            Assert.True(clean == Enough, text);
        });
    }

    private static void Burst(Connection connection, int size, int bulk)
    {
        byte[] message = new byte[size];
        byte[] buffer = new byte[128 * 1024];
        if (bulk > 0)
        {
            connection.Kernels.Send(new byte[bulk]);
        }

        for (int i = 0; i < Messages; i++)
        {
            connection.Kernels.Send(message);
        }

        for (int read = 0; read < (Messages * size) + bulk;)
        {
            read += connection.Ours.ReceiveInto(buffer);
        }

        long start = Stopwatch.GetTimestamp();
        Assert.True(SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= s_pause, KernelNetwork.Patience));
    }

    // TcpExt of netstat(8).
    private static long[] Counters()
    {
        string[] lines = File.ReadAllLines("/proc/thread-self/net/netstat");
        int at = Array.FindIndex(lines, static line => line.StartsWith("TcpExt:", StringComparison.Ordinal));
        string[] names = lines[at].Split(' ');
        string[] values = lines[at + 1].Split(' ');
        return Array.ConvertAll(s_counters, name => long.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture));
    }
}
