using System.Globalization;
using System.Text.RegularExpressions;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Every mixture of the kernel's TCP options; <c>ss</c> and the stack agree about what was agreed upon.</summary>
public sealed partial class SettingsTests
{
    public static MatrixTheoryData<bool, bool, bool, bool> Mixtures =>
        new([false, true], [false, true], [false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Both_sides_agree_about_options_and_sizes(bool sack, bool timestamps, bool scaling, bool ecn) => KernelNetwork.Run(
        network =>
        {
            Programs.Require("ss");
            Programs.Sysctl("net.ipv4.tcp_sack", sack ? 1 : 0);
            Programs.Sysctl("net.ipv4.tcp_timestamps", timestamps ? 1 : 0);
            Programs.Sysctl("net.ipv4.tcp_window_scaling", scaling ? 1 : 0);
            Programs.Sysctl("net.ipv4.tcp_ecn", ecn ? 1 : 0);
            foreach ((bool ipv6, bool byKernel) in ((bool, bool)[])[(false, false), (false, true), (true, false), (true, true)])
            {
                using Connection connection = network.Connect(ipv6, byKernel);
                byte[] text = new byte[100_000];
                connection.Ours.SendAll(text);
                Transfer.ReceiveExactly(connection.Kernels.Receive, text);
                Transfer.Send(connection.Kernels, text);
                Transfer.ReceiveExactly(connection.Ours.ReceiveInto, text);

                TcpInfo ours = RowOf(network, connection);
                string kernels = Programs.Run("ss", "-tinoHO", "state", "established", "dst", $"[{KernelNetwork.Ours(ipv6)}]");
                Assert.Equal(sack, ours.Sack);
                Assert.True(Words(kernels).Length > 0, kernels);
                Assert.True(sack == Words(kernels).Contains("sack"), kernels);
                Assert.Equal(timestamps, ours.Timestamps);
                Assert.Equal(timestamps, Words(kernels).Contains("ts"));
                Assert.DoesNotContain("ecn", Words(kernels)); // it is off by default; EcnTests
                Match wscale = Scale().Match(kernels);
                Assert.Equal(scaling, wscale.Success);
                Assert.Equal(scaling ? (Number(wscale, 1), Number(wscale, 2)) : (0, 0), (ours.ReceiveScale, ours.SendScale));

                // Both count what a segment holds behind its options.
                int headers = (ipv6 ? 40 : 20) + 20 + (timestamps ? 12 : 0);
                Assert.Equal(Number(SegmentSize().Match(kernels), 1), ours.Mss);
                Assert.Equal(1500 - headers, ours.Mss);
                connection.Ours.Close();
                connection.Kernels.Close();
            }
        },
        new KernelSetup { Offloads = sack ? LinkOffloads.PartialChecksums | LinkOffloads.Segmentation : LinkOffloads.None });

    private static TcpInfo RowOf(KernelNetwork network, Connection connection)
    {
        string local = $"{connection.Ours.LocalEndPoint}";
        return network.Radio.GetSnapshot().Sockets.Single(s => s.Local == local && s.Tcp is not null).Tcp!;
    }

    private static string[] Words(string text) => text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\bwscale:(\d+),(\d+)\b")]
    private static partial Regex Scale();

    [GeneratedRegex(@"\bmss:(\d+)\b")]
    private static partial Regex SegmentSize();
}
