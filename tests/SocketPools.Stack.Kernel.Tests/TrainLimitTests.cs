using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Datagrams that are sent together where a size, a neighbour or a peer ends what can be done.</summary>
public sealed class TrainLimitTests
{
    private const LinkOffloads All = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation | LinkOffloads.DatagramSegmentation;

    [Theory]
    [InlineData(false, 65_507)] // the longest datagram of IPv4: each is a packet of its own
    [InlineData(false, 32_753)] // two of them are the longest packet but one byte
    [InlineData(false, 32_754)]
    [InlineData(false, 1_023)] // 64 of them are 65,472 bytes
    [InlineData(false, 1_024)]
    [InlineData(true, 65_487)]
    [InlineData(true, 65_488)] // with 40 bytes of header above the MTU: fragments
    [InlineData(true, 32_743)]
    [InlineData(true, 1_024)]
    public void Datagrams_up_to_the_longest_one_arrive_over_a_link_with_the_longest_MTU(bool ipv6, int segmentSize) => KernelNetwork.Run(
        network =>
        {
            using Socket kernels = KernelNetwork.KernelListener(ipv6, SocketType.Dgram);
            kernels.ReceiveBufferSize = 1 << 21;
            using PoolSocket ours = network.OurSocket(ipv6, SocketType.Dgram);
            byte[] data = Random(Math.Max(2 * segmentSize, 66_000) + 1, seed: segmentSize);

            for (int i = 0; i < 2; i++)
            {
                // The first datagram of all gives the socket its port, and goes alone.
                Assert.Equal(data.Length, ours.SendSegmentsTo(data, segmentSize, (IPEndPoint)kernels.LocalEndPoint!));
                Receive(kernels, data, segmentSize, network.Link);
            }
        },
        new KernelSetup { Offloads = All, Medium = LinkMedium.IP, Mtu = 65_535, IsCaptured = false });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Datagrams_wait_together_for_the_neighbour_and_arrive(bool isMapped) => KernelNetwork.Run(
        network =>
        {
            using Socket kernels = KernelNetwork.KernelListener(ipv6: false, SocketType.Dgram);
            kernels.ReceiveBufferSize = 1 << 21;
            using PoolSocket ours = network.OurSocket(ipv6: isMapped, SocketType.Dgram);
            IPEndPoint there = (IPEndPoint)kernels.LocalEndPoint!;
            ours.Bind(new IPEndPoint(isMapped ? IPAddress.IPv6Any : IPAddress.Any, 0));
            ours.Connect(isMapped ? new IPEndPoint(there.Address.MapToIPv6(), there.Port) : there);
            byte[] data = Random(40_007, seed: 1);
            Assert.Equal(data.Length, ours.SendSegments(data, 1000));
            Receive(kernels, data, 1000, network.Link);
            Assert.InRange(network.Link.Counters.FramesSent, 2, 9); // the question for the neighbour, the packet, and reports about groups
        },
        new KernelSetup { Offloads = All });

    [Fact]
    public void Datagrams_to_a_neighbour_that_is_not_there_are_dropped_and_counted() => KernelNetwork.Run(
        network =>
        {
            using PoolSocket ours = network.OurListener(ipv6: false, SocketType.Dgram);
            Assert.Equal(40_000, ours.SendSegmentsTo(new byte[40_000], 1000, new IPEndPoint(IPAddress.Parse("10.78.0.99"), 9)));
            Assert.True(SpinWait.SpinUntil(() => network.Radio.Counters.Dropped(Core.DropReason.NeighborUnreachable) > 0, KernelNetwork.Patience));
        },
        new KernelSetup { Offloads = All });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Datagrams_to_a_port_that_nobody_has_are_an_error_of_the_next_call(bool ipv6) => KernelNetwork.Run(
        network =>
        {
            IPEndPoint there;
            using (Socket kernels = KernelNetwork.KernelListener(ipv6, SocketType.Dgram))
            {
                there = (IPEndPoint)kernels.LocalEndPoint!;
            }

            using PoolSocket ours = network.OurSocket(ipv6, SocketType.Dgram);
            ours.Connect(there);
            Assert.Equal(3000, ours.SendSegments(new byte[3000], 1000));
            Assert.NotEqual(Readiness.None, ours.Poll(Readiness.Readable, KernelNetwork.Patience));
            Assert.Equal(Errno.ECONNREFUSED, Assert.Throws<PoolSocketException>(() => ours.SendSegments(new byte[3000], 1000)).Errno);
        },
        new KernelSetup { Offloads = All });

    private static void Receive(Socket kernels, byte[] data, int segmentSize, TapLink link)
    {
        byte[] received = new byte[65_536];
        for (int at = 0; at < data.Length; at += segmentSize)
        {
            int expected = Math.Min(segmentSize, data.Length - at);
            LinkCounters counters = link.Counters;
            Assert.True(
                kernels.Poll(KernelNetwork.Patience, SelectMode.SelectRead),
                $"no datagram at {at}; sent {counters.FramesSent} frames, refused {counters.DroppedQueueFull}, {counters.DroppedInvalid}: {link.LastError}");
            Assert.Equal(expected, kernels.Receive(received));
            Assert.True(data.AsSpan(at, expected).SequenceEqual(received.AsSpan(0, expected)), $"the bytes of the datagram at {at}");
        }
    }

    private static byte[] Random(int length, int seed)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return data;
    }
}
