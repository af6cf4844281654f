using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Readers that stop: the window closes, the sender probes it, and everything goes on when it opens.</summary>
public sealed class StallTests
{
    private const int Length = 12_000_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void We_probe_the_kernels_closed_window(bool ipv6) => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6, byKernel: false);
        Transfer.Run(connection, toKernel: true, Length, beforeReading: () =>
        {
            Await(() => Probes(network) >= 2, () => $"{Probes(network)} probes");
            TcpInfo info = Info(network);
            Assert.True(info.SendWindow < info.SegmentSize, $"a window of {info.SendWindow} bytes is open");
        });
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_kernel_probes_our_closed_window(bool ipv6) => KernelNetwork.Run(network =>
    {
        Programs.Require("ss");
        using Connection connection = network.Connect(ipv6, byKernel: true);
        Transfer.Run(connection, toKernel: false, Length, beforeReading: () =>
        {
            // timer:(persist,TIME,COUNT): it probes. It does so for a moment too when it only paces what it sends.
            string Kernels() => Programs.Run("ss", "-tinoHO", "state", "established", "dst", $"[{KernelNetwork.Ours(ipv6)}]");
            bool IsClosed() => Info(network) is var info && info.ReceiveWindow >> info.ReceiveScale == 0;
            Await(() => IsClosed() && Kernels().Contains("timer:(persist,", StringComparison.Ordinal), () => $"{Info(network)} {Kernels()}");
        });
    });

    private static void Await(Func<bool> condition, Func<string> state) =>
        Assert.True(SpinWait.SpinUntil(condition, KernelNetwork.Patience), state());

    private static long Probes(KernelNetwork network)
    {
        using (network.Radio.Network.Gate.EnterScope())
        {
            return network.Radio.Tcp.Statistics.WindowProbes;
        }
    }

    private static TcpInfo Info(KernelNetwork network)
    {
        using (network.Radio.Network.Gate.EnterScope())
        {
            return network.Radio.Tcp.Connections.Single(connection => connection.State == TcpState.Established).Info();
        }
    }
}
