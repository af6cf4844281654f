using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>Many datagrams in one packet through the kernel, from one TUN device to another, and from a socket of the kernel.</summary>
[SupportedOSPlatform("linux")]
[Collection(nameof(LinkTests))]
public sealed class TapDatagramSegmentationTests
{
    private const LinkOffloads All = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation | LinkOffloads.DatagramSegmentation;

    [Theory]
    [InlineData(false, LinkOffloads.None, 45 * 1400, 1400)]
    [InlineData(true, LinkOffloads.None, 45 * 1400, 1400)]
    [InlineData(false, LinkOffloads.None, 3001, 1000)]
    [InlineData(false, LinkOffloads.None, 64, 1)]
    [InlineData(false, LinkOffloads.PartialChecksums | LinkOffloads.Segmentation, 3001, 1000)]
    [InlineData(false, All, 45 * 1400, 1400)]
    [InlineData(true, All, 45 * 1400, 1400)]
    [InlineData(false, All, 3001, 1000)]
    [InlineData(true, All, 3001, 1000)]
    [InlineData(true, All, 64, 1)]
    public void A_packet_of_datagrams_arrives_as_datagrams(bool isIPv6, LinkOffloads receiving, int length, int segmentSize) =>
        TapNetwork.Forwarding(isIPv6, receiving, (from, to) =>
        {
            byte[] payload = Payload(length);
            byte[] packet = Packet(isIPv6, payload);
            int headers = packet.Length - length;
            Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], packet, headers, segmentSize)));
            Assert.Equal(1, from.Counters.FramesSent);

            List<byte> arrived = [];
            List<ushort> identifications = [];
            int count = (length + segmentSize - 1) / segmentSize;
            for (int i = 0; i < count; i++)
            {
                Frame frame = to.Await(b => IsOurs(b, isIPv6));
                Assert.Equal(0, frame.SegmentSize);
                Assert.Equal(receiving == LinkOffloads.None ? ChecksumState.Complete : ChecksumState.Partial, frame.Checksums);
                bool isPartial = frame.Checksums == ChecksumState.Partial;
                byte[] datagram = Frames.BytesOf(frame);
                Assert.Equal(Math.Min(segmentSize, length - (i * segmentSize)), datagram.Length - headers);
                Assert.Equal(datagram.Length - headers + 8, BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(headers - 4)));
                if (isPartial)
                {
                    Assert.Equal(Packets.TransportSum(datagram, onlyPseudoHeader: true), BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(headers - 2)));
                }
                else
                {
                    Assert.Equal(0xFFFF, Packets.TransportSum(datagram));
                }

                if (!isIPv6)
                {
                    Assert.Equal(datagram.Length, BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(2)));
                    Assert.Equal(0xFFFF, Packets.Sum(datagram.AsSpan(0, 20)));
                    identifications.Add(BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(4)));
                }

                arrived.AddRange(datagram.AsSpan(headers));
            }

            Assert.Equal(payload, arrived);
            Assert.Equal(identifications.Count, identifications.Distinct().Count());
            Assert.InRange(to.Counters.FramesReceived, count, count + 3); // the kernel asks for routers as well
            Assert.Equal(0, to.Counters.DroppedMalformed);
        });

    [Theory]
    [InlineData(5, 1000)] // the kernel sends one packet of five
    [InlineData(1, 1000)]
    [InlineData(64, 20)]
    public void What_a_socket_of_the_kernel_sends_with_UDP_SEGMENT_arrives_as_datagrams(int count, int segmentSize) => TapNetwork.Run(() =>
    {
        const int udpSegment = 103;
        using TapLink link = TapLink.Open(new TapLinkOptions { Medium = LinkMedium.IP, Name = "tun7" });
        Assert.Equal(All, link.Offloads);
        NetworkNamespace.Ip("addr add 10.7.0.1/24 dev tun7");
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption((int)SocketOptionLevel.Udp, udpSegment, BitConverter.GetBytes(segmentSize));
        byte[] payload = Payload((count * segmentSize) - 7);
        Assert.Equal(payload.Length, socket.SendTo(payload, new IPEndPoint(IPAddress.Parse("10.7.0.2"), 9)));
        List<byte> arrived = [];
        for (int i = 0; i < count; i++)
        {
            byte[] datagram = Frames.BytesOf(link.Await(b => IsOurs(b, isIPv6: false)));
            Assert.Equal(i < count - 1 ? segmentSize : segmentSize - 7, datagram.Length - 28);
            arrived.AddRange(datagram.AsSpan(28));
        }

        Assert.Equal(payload, arrived);
    });

    [Fact]
    public void Datagrams_are_cut_when_they_are_received() => TapNetwork.Forwarding(false, All, (from, to) =>
    {
        const int count = 128; // as many as the kernel takes
        byte[] payload = Payload(count);
        long before = BlockPool.Small.InUse;
        Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], Packet(false, payload), 28, 1)));
        Frame first = to.Await(b => IsOurs(b, isIPv6: false));
        long inUse = BlockPool.Small.InUse - before;
        Assert.Equal([payload[0]], Frames.BytesOf(first)[28..]);
        Assert.True(inUse < 10, $"{inUse} blocks for one datagram");
        for (int i = 1; i < count; i++)
        {
            Assert.Equal([payload[i]], Frames.BytesOf(to.Await(b => IsOurs(b, isIPv6: false)))[28..]);
        }

        // What is not received is given back with the link.
        Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], Packet(false, Payload(count)), 28, 1)));
        to.Await(b => IsOurs(b, isIPv6: false)).Release();
    });

    [Theory]
    [InlineData(LinkOffloads.None)]
    [InlineData(LinkOffloads.PartialChecksums)]
    [InlineData(LinkOffloads.PartialChecksums | LinkOffloads.Segmentation)]
    public void A_device_that_another_link_had_before_has_the_offloads_of_the_next_one(LinkOffloads next) => TapNetwork.Run(() =>
    {
        const int udpSegment = 103;
        NetworkNamespace.Ip("tuntap add dev tun9 mode tun");
        TapLink.Open(new TapLinkOptions { Medium = LinkMedium.IP, Name = "tun9" }).Dispose();
        using TapLink link = TapLink.Open(new TapLinkOptions { Medium = LinkMedium.IP, Name = "tun9", Offloads = next });
        NetworkNamespace.Ip("addr add 10.7.0.1/24 dev tun9");
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption((int)SocketOptionLevel.Udp, udpSegment, BitConverter.GetBytes(1000));
        byte[] payload = Payload(5000);
        Assert.Equal(payload.Length, socket.SendTo(payload, new IPEndPoint(IPAddress.Parse("10.7.0.2"), 9)));
        List<byte> arrived = [];
        for (int i = 0; i < 5; i++)
        {
            Frame frame = link.Await(b => IsOurs(b, isIPv6: false));
            Assert.Equal(0, frame.SegmentSize);
            Assert.Equal(next == LinkOffloads.None, frame.Checksums == ChecksumState.Complete);
            byte[] datagram = Frames.BytesOf(frame);
            Assert.Equal(1028, datagram.Length);
            if (next == LinkOffloads.None)
            {
                Assert.Equal(0xFFFF, Packets.TransportSum(datagram));
            }

            arrived.AddRange(datagram.AsSpan(28));
        }

        Assert.Equal(payload, arrived);
    });

    [Fact]
    public void Descriptions_that_cannot_be_are_refused() => TapNetwork.Forwarding(false, LinkOffloads.None, (from, _) =>
    {
        byte[] packet = Packet(false, Payload(3000));
        Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 27, 1000))); // the header is cut
        Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 28, 70_000)));
        Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 28, 0))); // too long for the MTU
        Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 28, 1473))); // each too long for the MTU
        Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 28, 5000)));
        Assert.Equal(5, from.Counters.DroppedInvalid);
        Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 28, 1472)));
        using TapLink without = TapLink.Open(new TapLinkOptions
        {
            Medium = LinkMedium.IP,
            Name = "tun3",
            Offloads = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation,
        });
        Assert.False(without.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 28, 1000)));
    });

    [Theory]
    [InlineData(0, ChecksumState.Partial)]
    [InlineData(1000, ChecksumState.Complete)]
    public void A_frame_that_is_no_packet_of_datagrams_is_not_cut(int segmentSize, ChecksumState checksums)
    {
        Frame frame = TapNetwork.PartialFrame([], Packet(false, Payload(3000)), 28, segmentSize);
        frame.Checksums = checksums;
        FrameQueue pieces = default;
        Assert.False(SegmentCutter.TryCutDatagrams(frame, LinkMedium.IP, ref pieces));
        Assert.True(pieces.IsEmpty);
        frame.Release();

        byte[] cut = Packet(false, Payload(3000));
        BinaryPrimitives.WriteUInt16BigEndian(cut.AsSpan(2), 27); // the IP packet ends within the UDP header
        Frame shorter = TapNetwork.PartialFrame([], cut, 28, 1000);
        Assert.False(SegmentCutter.TryCutDatagrams(shorter, LinkMedium.IP, ref pieces));
        shorter.Release();

        Frame tcp = TapNetwork.PartialFrame([], Packets.IPv4("10.8.1.2", "10.8.2.2", 6, Packets.Tcp(5, 6, 1000, 0x10, Payload(3000))), 40, 1000);
        Assert.False(SegmentCutter.TryCutDatagrams(tcp, LinkMedium.IP, ref pieces));
        tcp.Release();
    }

    private static byte[] Packet(bool isIPv6, byte[] payload)
    {
        byte[] udp = Packets.Udp(5, 6, payload);
        return isIPv6 ? Packets.IPv6("fd00:81::2", "fd00:82::2", 17, udp) : Packets.IPv4("10.8.1.2", "10.8.2.2", 17, udp);
    }

    private static bool IsOurs(byte[] packet, bool isIPv6) => isIPv6 ? packet[0] >> 4 == 6 && packet[6] == 17 : packet[0] == 0x45 && packet[9] == 17;

    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        Frames.Fill(payload, 0);
        return payload;
    }
}
