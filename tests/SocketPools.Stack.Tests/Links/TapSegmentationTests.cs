using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>
/// Packets of 64 KiB through the kernel, from one TUN device to another: where the second has no offloads the kernel cuts them as
/// the first described, and where it has, it hands them over in one piece.
/// </summary>
[SupportedOSPlatform("linux")]
[Collection(nameof(LinkTests))]
public sealed class TapSegmentationTests
{
    private const int SegmentSize = 1400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_kernel_cuts_a_large_packet_into_segments_with_checksums(bool isIPv6) => TapNetwork.Forwarding(isIPv6, LinkOffloads.None, (from, to) =>
    {
        byte[] payload = Payload(60_000);
        byte[] packet = Packet(isIPv6, payload, flags: 0x18);
        int headers = packet.Length - payload.Length;
        Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], packet, headers, SegmentSize)));

        byte[] arrived = new byte[payload.Length];
        int count = 0;
        int bytes = 0;
        while (bytes < payload.Length)
        {
            Frame frame = to.Await(b => IsOurs(b, isIPv6));
            Assert.Equal((ChecksumState.Complete, 0), (frame.Checksums, frame.SegmentSize));
            byte[] segment = Frames.BytesOf(frame);
            Assert.Equal(0xFFFF, Packets.TransportSum(segment));
            int at = (int)(BinaryPrimitives.ReadUInt32BigEndian(segment.AsSpan(headers - 16)) - 1000);
            segment.AsSpan(headers).CopyTo(arrived.AsSpan(at));
            bytes += segment.Length - headers;
            count++;
        }

        Assert.Equal(payload, arrived);
        Assert.Equal((payload.Length + SegmentSize - 1) / SegmentSize, count);
    });

    [Theory]
    [InlineData(false, 0x18)]
    [InlineData(true, 0x18)]
    [InlineData(false, 0x98)] // with CWR
    public void A_large_packet_passes_the_kernel_in_one_piece(bool isIPv6, byte flags) =>
        TapNetwork.Forwarding(isIPv6, LinkOffloads.PartialChecksums | LinkOffloads.Segmentation, (from, to) =>
        {
            byte[] payload = Payload(65_000);
            byte[] packet = Packet(isIPv6, payload, flags);
            int headers = packet.Length - payload.Length;
            Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], packet, headers, SegmentSize)));

            Frame frame = to.Await(b => IsOurs(b, isIPv6));
            Assert.Equal((ChecksumState.Partial, SegmentSize), (frame.Checksums, frame.SegmentSize));
            Assert.Equal((headers - 20, 16), (frame.ChecksumStart, frame.ChecksumOffset));
            Assert.Equal(payload, Frames.BytesOf(frame)[headers..]);
        });

    [Fact]
    public void A_partial_checksum_of_a_small_packet_is_completed() => TapNetwork.Forwarding(false, LinkOffloads.None, (from, to) =>
    {
        byte[] udp = Packets.IPv4("10.8.1.2", "10.8.2.2", 17, Packets.Udp(5, 6, Payload(99)));
        Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], udp, 28, 0)));
        byte[] arrived = Frames.BytesOf(to.Await(b => b[0] == 0x45 && b[9] == 17));
        Assert.Equal(0xFFFF, Packets.TransportSum(arrived));
        Assert.Equal(Payload(99), arrived[28..]);
    });

    [Fact]
    public void Descriptions_that_cannot_be_are_refused_here_and_not_by_chance_there() =>
        TapNetwork.Forwarding(false, LinkOffloads.PartialChecksums | LinkOffloads.Segmentation, (from, _) =>
        {
            byte[] packet = Packet(false, Payload(3000), 0x10);
            Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 36, SegmentSize))); // the headers are cut
            Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 40, 70_000)));
            Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 40, 0))); // too long for the MTU
            Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 40, 1461))); // each too long for the MTU
            Assert.False(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 40, 5000)));
            Frame odd = TapNetwork.PartialFrame([], [.. packet], 40, SegmentSize);
            odd.ChecksumStart = 39;
            Assert.False(from.SendOrRelease(odd));
            Assert.Equal(6, from.Counters.DroppedInvalid);
            Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], [.. packet], 40, 1460)));
        });

    [Fact]
    public void The_kernels_own_tcp_sends_large_packets_to_us() => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open(new TapLinkOptions { Medium = LinkMedium.IP, Name = "tun7" });
        NetworkNamespace.Ip("addr add 10.7.0.1/24 dev tun7");
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Parse("10.7.0.2"), 80));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The handshake is ours to finish.
        }

        byte[] syn = Frames.BytesOf(link.Await(b => b[0] == 0x45 && b[9] == 6));
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(syn.AsSpan(20));
        uint theirs = BinaryPrimitives.ReadUInt32BigEndian(syn.AsSpan(24)) + 1;
        Send(link, port, 0x12, 5000, theirs);
        Frames.BytesOf(link.Await(b => b[0] == 0x45 && b[9] == 6 && b[33] == 0x10));

        socket.Blocking = true;
        byte[] payload = Payload(5000);
        socket.Send(payload);
        byte[] arrived = [];
        bool wasLarge = false;
        while (arrived.Length < payload.Length)
        {
            Frame frame = link.Await(b => b[0] == 0x45 && b[9] == 6 && b.Length > 40);
            wasLarge |= frame.SegmentSize > 0 && frame.Length > frame.SegmentSize + 60;
            Assert.Equal(ChecksumState.Partial, frame.Checksums);
            byte[] segment = Frames.BytesOf(frame);
            int headers = 20 + (segment[32] >> 4) * 4;
            arrived = [.. arrived, .. segment.AsSpan(headers)];
            Send(link, port, 0x10, 5001, theirs + (uint)arrived.Length);
        }

        Assert.Equal(payload, arrived);
        Assert.True(wasLarge, "every packet was small");
        Send(link, port, 0x14, 5001, theirs + (uint)arrived.Length);

        static void Send(TapLink link, ushort port, byte flags, uint sequence, uint acknowledgment)
        {
            byte[] tcp = Packets.Tcp(80, port, sequence, flags, [], acknowledgment);
            Assert.True(link.SendOrRelease(Frame.Copy(Packets.Complete(Packets.IPv4("10.7.0.2", "10.7.0.1", 6, tcp)))));
        }
    });

    private static byte[] Packet(bool isIPv6, byte[] payload, byte flags)
    {
        byte[] tcp = Packets.Tcp(5, 6, 1000, flags, payload);
        return isIPv6 ? Packets.IPv6("fd00:81::2", "fd00:82::2", 6, tcp) : Packets.IPv4("10.8.1.2", "10.8.2.2", 6, tcp);
    }

    private static bool IsOurs(byte[] packet, bool isIPv6) => isIPv6 ? packet[0] >> 4 == 6 && packet[6] == 6 : packet[0] == 0x45 && packet[9] == 6;

    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        Frames.Fill(payload, 0);
        return payload;
    }
}
