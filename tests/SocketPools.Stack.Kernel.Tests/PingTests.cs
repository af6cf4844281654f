using System.Net;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Echo over RAW sockets of ours; the kernel's ping is in <see cref="NeighborTests"/>.</summary>
public sealed class PingTests
{
    [Theory]
    [InlineData(false, 56)]
    [InlineData(true, 56)]
    [InlineData(false, 8000)]
    [InlineData(true, 8000)]
    public void We_ping_the_kernel(bool ipv6, int size) => KernelNetwork.Run(network =>
    {
        using IcmpEcho echo = new(network.Pool, KernelNetwork.Family(ipv6));
        byte[] text = new byte[size];
        new Random(size).NextBytes(text);
        IPEndPoint kernel = new(KernelNetwork.Kernels(ipv6), 0);
        for (ushort sequence = 1; sequence <= 3; sequence++)
        {
            EchoResult result = echo.Ping(kernel, sequence, text, KernelNetwork.Patience);
            Assert.Equal((EchoOutcome.Reply, kernel.Address), (result.Outcome, result.From.ToIPEndPoint().Address));
            Assert.InRange(result.TimeToLive ?? 64, 64, 64);
        }

        Assert.True(echo.IsRaw);
    });
}
