using System.Globalization;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Explicit congestion notification (RFC 3168) with the kernel's: who agrees with whom, and marks in both directions.</summary>
public sealed class EcnTests
{
    public static MatrixTheoryData<TcpEcn, int> Mixtures => new([TcpEcn.Disabled, TcpEcn.Enabled, TcpEcn.Accepted], [0, 1, 2]);

    /// <summary>The stack's numbers are those of net.ipv4.tcp_ecn, and mean the same.</summary>
    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Both_agree_when_who_connects_asks_and_who_listens_accepts(TcpEcn ours, int kernels) => KernelNetwork.Run(
        network =>
        {
            Programs.Require("ss");
            Programs.Sysctl("net.ipv4.tcp_ecn", kernels);
            foreach ((bool ipv6, bool byKernel) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                using Connection connection = network.Connect(ipv6, byKernel);
                Exchange(connection, 100_000);
                bool isAgreed = byKernel ? kernels == 1 && ours != TcpEcn.Disabled : ours == TcpEcn.Enabled && kernels != 0;
                Diagnostics.TcpInfo row = RowOf(network, connection);
                string[] words = Programs.Run("ss", "-tinoHO", "state", "established", "dst", $"[{KernelNetwork.Ours(ipv6)}]").Split((char[])[' ', '\n']);
                Assert.Equal((isAgreed, isAgreed), (row.Ecn, row.EcnSeen));
                Assert.Equal((isAgreed, isAgreed), (words.Contains("ecn"), words.Contains("ecnseen")));
                Assert.True(!isAgreed || network.Radio.GetSnapshot().ToString().Contains(" ecn ecnseen ", StringComparison.Ordinal));
                connection.Ours.Close();
                connection.Kernels.Close();
            }
        },
        new KernelSetup { Tcp = new TcpOptions { Ecn = ours } });

    /// <summary>Every two-hundredth packet with text is marked; none is lost, and none is sent again. The kernel counts the marks as the stack does.</summary>
    [Theory]
    [InlineData(false, LinkOffloads.None)]
    [InlineData(true, LinkOffloads.None)]
    [InlineData(false, LinkOffloads.PartialChecksums)]
    public void Marks_reduce_the_window_of_either_sender_and_nothing_is_sent_again(bool ipv6, LinkOffloads offloads) => KernelNetwork.Run(
        network =>
        {
            Programs.Sysctl("net.ipv4.tcp_ecn", 1);
            using Connection connection = network.Connect(ipv6, byKernel: false);
            long kernelsBefore = KernelsMarks();
            network.Faulty!.Outbound = network.Faulty.Inbound = new LinkFaults { Congestion = 0.005 };
            Transfer.Run(connection, toKernel: true, 4_000_000);
            long sent = network.Faulty.OutboundCounters.FramesMarked;
            Assert.True(sent > 0, "nothing was marked");
            Assert.Equal(sent, KernelsMarks() - kernelsBefore);
            Assert.InRange(Counter(network, "tcpCongestionEchoReductions"), 1, sent);

            Transfer.Run(connection, toKernel: false, 4_000_000);
            long received = network.Faulty.InboundCounters.FramesMarked;
            Assert.True(received > 0, "nothing was marked");
            Assert.Equal(received, Counter(network, "tcpCongestionMarksReceived"));
            network.Faulty.Outbound = network.Faulty.Inbound = LinkFaults.None;
        },
        new KernelSetup { Tcp = new TcpOptions { Ecn = TcpEcn.Enabled }, Offloads = offloads, Faults = LinkFaults.None, IsCaptured = false });

    private static void Exchange(Connection connection, int length)
    {
        byte[] text = new byte[length];
        connection.Ours.SendAll(text);
        Transfer.ReceiveExactly(connection.Kernels.Receive, text);
        Transfer.Send(connection.Kernels, text);
        Transfer.ReceiveExactly(connection.Ours.ReceiveInto, text);
    }

    private static Diagnostics.TcpInfo RowOf(KernelNetwork network, Connection connection)
    {
        string local = $"{connection.Ours.LocalEndPoint}";
        return network.Radio.GetSnapshot().Sockets.Single(s => s.Local == local && s.Tcp is not null).Tcp!;
    }

    private static long Counter(KernelNetwork network, string name) => network.Radio.GetSnapshot().Counters.Single(c => c.Name == name).Count;

    // IpExt InCEPkts of netstat(8), or Ip6InCEPkts.
    private static long KernelsMarks() => Number("/proc/thread-self/net/netstat", "InCEPkts", isTable: true) + Number("/proc/thread-self/net/snmp6", "Ip6InCEPkts", isTable: false);

    private static long Number(string file, string name, bool isTable)
    {
        string[] lines = File.ReadAllLines(file);
        if (!isTable)
        {
            return Parse(lines.Single(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }

        int at = Array.FindIndex(lines, l => l.Split(' ').Contains(name));
        return Parse(lines[at + 1].Split(' ')[Array.IndexOf(lines[at].Split(' '), name)]);
    }

    private static long Parse(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
