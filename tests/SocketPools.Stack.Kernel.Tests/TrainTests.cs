using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Datagrams of one size that are sent and received together, between the stack and the kernel.</summary>
public sealed class TrainTests
{
    private const LinkOffloads All = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation | LinkOffloads.DatagramSegmentation;
    private const int UdpSegment = 103;

    [Theory]
    [InlineData(false, All, LinkMedium.Ethernet, 60_000, 1200, 1)]
    [InlineData(true, All, LinkMedium.Ethernet, 60_000, 1200, 1)]
    [InlineData(false, All, LinkMedium.IP, 60_000, 1200, 1)]
    [InlineData(true, All, LinkMedium.IP, 60_000, 1200, 1)]
    [InlineData(false, All, LinkMedium.Ethernet, 30_011, 1472, 1)] // the longest that fit into the MTU
    [InlineData(true, All, LinkMedium.Ethernet, 30_011, 1452, 1)]
    [InlineData(false, All, LinkMedium.Ethernet, 1201, 1200, 1)]
    [InlineData(false, All, LinkMedium.Ethernet, 640, 10, 1)]
    [InlineData(false, All, LinkMedium.Ethernet, 6001, 2000, 7)] // longer than the MTU: fragments
    [InlineData(false, LinkOffloads.PartialChecksums | LinkOffloads.Segmentation, LinkMedium.Ethernet, 60_000, 1200, 50)]
    [InlineData(true, LinkOffloads.None, LinkMedium.Ethernet, 60_000, 1200, 50)]
    public void What_we_send_together_the_kernel_receives_one_by_one(
        bool ipv6, LinkOffloads offloads, LinkMedium medium, int length, int segmentSize, int frames) => KernelNetwork.Run(
        network =>
        {
            using Socket kernels = KernelNetwork.KernelListener(ipv6, SocketType.Dgram);
            kernels.ReceiveBufferSize = 1 << 20;
            using PoolSocket ours = network.OurListener(ipv6, SocketType.Dgram);
            IPEndPoint there = (IPEndPoint)kernels.LocalEndPoint!;
            Assert.Equal(1, ours.SendTo([1], there)); // the neighbour is known from now on
            byte[] received = new byte[65_536];
            Assert.Equal(1, kernels.Receive(received));
            byte[] data = Random(length, seed: length);
            long before = network.Link.Counters.FramesSent;
            Assert.Equal(length, ours.SendSegmentsTo(data, segmentSize, there));
            for (int at = 0; at < length; at += segmentSize)
            {
                int expected = Math.Min(segmentSize, length - at);
                EndPoint from = new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
                Assert.Equal(expected, kernels.ReceiveFrom(received, ref from));
                Assert.Equal(ours.LocalEndPoint, from);
                Assert.Equal(data[at..(at + expected)], received[..expected]);
            }

            // Fewer would do, and others may be among them: queries for neighbours.
            Assert.InRange(network.Link.Counters.FramesSent - before, frames, frames + 3);
        },
        new KernelSetup { Offloads = offloads, Medium = medium });

    [Theory]
    [InlineData(false, All, 50, 1200)]
    [InlineData(true, All, 50, 1200)]
    [InlineData(false, All, 2, 1472)]
    [InlineData(true, All, 64, 9)]
    [InlineData(false, LinkOffloads.None, 50, 1200)]
    public void What_the_kernel_sends_together_we_receive_together_or_one_by_one(bool ipv6, LinkOffloads offloads, int count, int segmentSize) =>
        KernelNetwork.Run(
            network =>
            {
                using PoolSocket ours = network.OurListener(ipv6, SocketType.Dgram);
                using Socket kernels = KernelNetwork.KernelListener(ipv6, SocketType.Dgram);
                kernels.SetRawSocketOption((int)SocketOptionLevel.Udp, UdpSegment, BitConverter.GetBytes(segmentSize));
                byte[] data = Random((count * segmentSize) - 3, seed: count);
                byte[] received = new byte[PoolSocket.SegmentBufferSize];
                EndPoint here = ours.LocalEndPoint;
                Assert.Equal(data.Length, kernels.SendTo(data, here));
                for (int at = 0; at < data.Length; at += segmentSize)
                {
                    int expected = Math.Min(segmentSize, data.Length - at);
                    Assert.Equal(expected, ours.ReceiveFromInto(received, out IPSocketAddress remote));
                    Assert.Equal(kernels.LocalEndPoint, remote.ToIPEndPoint());
                    Assert.Equal(data[at..(at + expected)], received[..expected]);
                }

                Assert.Equal(data.Length, kernels.SendTo(data, here));
                List<byte> all = [];
                while (all.Count < data.Length)
                {
                    int read = ours.ReceiveSegmentsInto(received, out int size, out _);
                    Assert.True(size == segmentSize || read == size, $"{read} bytes in segments of {size}");
                    all.AddRange(received.AsSpan(0, read));
                }

                Assert.Equal(data, all);
                Assert.Equal(0, network.Radio.Counters.Dropped(Core.DropReason.Checksum));
            },
            new KernelSetup { Offloads = offloads });

    [Fact]
    public void A_group_and_a_broadcast_hear_each_datagram() => KernelNetwork.Run(
        network =>
        {
            using Socket kernels = KernelNetwork.KernelSocket(ipv6: false, SocketType.Dgram);
            kernels.Bind(new IPEndPoint(IPAddress.Any, 0));
            int port = ((IPEndPoint)kernels.LocalEndPoint!).Port;
            using PoolSocket ours = network.OurListener(ipv6: false, SocketType.Dgram);
            ours.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, 1);
            Assert.Equal(3000, ours.SendSegmentsTo(Random(3000, seed: 1), 1000, new IPEndPoint(IPAddress.Broadcast, port)));
            byte[] received = new byte[2000];
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(1000, kernels.Receive(received));
            }
        },
        new KernelSetup { Offloads = All });

    [Fact]
    public void Sending_together_allocates_nothing() => KernelNetwork.Run(
        network =>
        {
            using Socket kernels = KernelNetwork.KernelListener(ipv6: false, SocketType.Dgram);
            using PoolSocket ours = network.OurListener(ipv6: false, SocketType.Dgram);
            ours.Connect((IPEndPoint)kernels.LocalEndPoint!);
            byte[] data = new byte[48_000];
            byte[] received = new byte[1000];
            long allocated = long.MaxValue;
            for (int round = 0; round < 40 && allocated > 0; round++)
            {
                allocated = 0;
                for (int i = 0; i < 20; i++)
                {
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    int sent = ours.SendSegments(data, received.Length);
                    allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                    Assert.Equal(data.Length, sent);
                    for (int at = 0; at < data.Length; at += received.Length)
                    {
                        Assert.Equal(received.Length, kernels.Receive(received));
                    }
                }
            }

            Assert.Equal(0, allocated);
        },
        new KernelSetup { Offloads = All, IsCaptured = false });

    private static byte[] Random(int length, int seed)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return data;
    }
}
