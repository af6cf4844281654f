using System.Runtime.Versioning;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>The pieces of a packet that stands for several ones are those that Linux makes of the same packet, byte for byte.</summary>
[SupportedOSPlatform("linux")]
[Collection(nameof(LinkTests))]
public sealed class SegmentCutterOracleTests
{
    private const int SegmentSize = 1301;

    [Theory]
    [InlineData(false, 0x10, false, 4000)]
    [InlineData(false, 0x18, true, 4000)] // ACK, PSH
    [InlineData(true, 0x18, true, 4000)]
    [InlineData(false, 0x19, true, 2602)] // FIN, ACK, PSH: two full segments
    [InlineData(true, 0x59, false, 1302)] // ECE as well; the last segment has one byte
    [InlineData(false, 0xD8, true, 60_000)] // CWR, ECE
    [InlineData(true, 0xD8, true, 60_000)]
    [InlineData(false, 0x38, true, 5000)] // URG
    [InlineData(true, 0x39, false, 5000)]
    public void Pieces_of_tcp_are_the_kernels(bool isIPv6, byte flags, bool hasTimestamps, int length)
    {
        byte[] tcp = Packets.Tcp(5, 6, uint.MaxValue - 2000, flags, Payload(length), acknowledgment: 77);
        if (hasTimestamps)
        {
            tcp = [.. tcp.AsSpan(0, 20), 1, 1, 8, 10, 0, 0, 0x12, 0x34, 0, 0, 0x56, 0x78, .. tcp.AsSpan(20)];
            tcp[12] = 8 << 4;
        }

        (tcp[18], tcp[19]) = (flags & 0x20) != 0 ? ((byte)7, (byte)9) : ((byte)0, (byte)0);
        Compare(isIPv6, 6, tcp, tcp.Length - length);
    }

    [Theory]
    [InlineData(false, 4000)]
    [InlineData(true, 4000)]
    [InlineData(false, 2602)]
    [InlineData(true, 1302)]
    [InlineData(false, 60_000)]
    public void Pieces_of_udp_are_the_kernels(bool isIPv6, int length) => Compare(isIPv6, 17, Packets.Udp(5, 6, Payload(length)), 8);

    private static void Compare(bool isIPv6, byte protocol, byte[] transport, int header) => TapNetwork.Forwarding(isIPv6, LinkOffloads.None, (from, to) =>
    {
        byte[] packet = isIPv6
            ? Packets.IPv6("fd00:81::2", "fd00:82::2", protocol, transport)
            : Packets.IPv4("10.8.1.2", "10.8.2.2", protocol, transport, id: 0xFFFE);
        if (isIPv6)
        {
            packet[1] = 0x20; // ECT(0)
        }

        int headers = packet.Length - transport.Length + header;
        ChecksumState[] states = protocol == 6 ? [ChecksumState.NotNeeded, ChecksumState.Partial] : [ChecksumState.Partial];
        List<byte[]>[] cut = [.. states.Select(state => Cut(TapNetwork.PartialFrame([], [.. packet], headers, SegmentSize), state))];
        Assert.All(cut, one => Assert.Equal(cut[0], one));
        Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], packet, headers, SegmentSize)));
        int count = 0;
        foreach (byte[] ours in cut[0])
        {
            byte[] kernels = Frames.BytesOf(to.Await(b => isIPv6 ? b[0] >> 4 == 6 && b[6] == protocol : b[0] == 0x45 && b[9] == protocol));

            // It has forwarded the packet: one hop less.
            Assert.Equal(ours[isIPv6 ? 7 : 8] - 1, kernels[isIPv6 ? 7 : 8]);
            foreach (byte[] one in (byte[][])[ours, kernels])
            {
                one[isIPv6 ? 7 : 8] = 0;
                if (!isIPv6)
                {
                    (one[10], one[11]) = (0, 0);
                }
            }

            Assert.Equal(Convert.ToHexString(kernels), Convert.ToHexString(ours));
            count++;
        }

        Assert.Equal((transport.Length - header + SegmentSize - 1) / SegmentSize, count);
    });

    private static List<byte[]> Cut(Frame whole, ChecksumState checksums)
    {
        whole.Checksums = checksums;
        List<Frame> pieces = [];
        Assert.True(FrameSegments.TryCut(whole, LinkMedium.IP, pieces));
        Assert.All(pieces, piece => Assert.Equal((0, checksums), (piece.SegmentSize, piece.Checksums)));
        whole.Release();
        return pieces.ConvertAll(piece =>
        {
            FrameChecksums.Complete(piece, LinkMedium.IP);
            return Frames.BytesOf(piece);
        });
    }

    [Fact]
    public void A_single_packet_and_what_has_its_checksum_is_not_cut()
    {
        using PoolAccount account = new();
        byte[] packet = Packets.IPv4("10.8.1.2", "10.8.2.2", 6, Packets.Tcp(5, 6, 1, 0x10, Payload(3000)));
        foreach ((int segmentSize, ChecksumState checksums) in ((int, ChecksumState)[])[(0, ChecksumState.Partial), (1000, ChecksumState.Complete)])
        {
            Frame frame = TapNetwork.PartialFrame([], [.. packet], 40, segmentSize);
            frame.Checksums = checksums;
            List<Frame> pieces = [];
            Assert.False(FrameSegments.TryCut(frame, LinkMedium.IP, pieces));
            Assert.Empty(pieces);
            frame.Release();
        }
    }

    [Theory]
    [InlineData(12, 0x50)] // the IP packet ends within the header of TCP
    [InlineData(2000, 0x40)] // the header of TCP is too short
    [InlineData(30, 0xF0)] // it is longer than the packet
    [InlineData(2000, 0xF0)] // it is longer than the head of the frame
    public void Headers_that_cannot_be_are_not_cut(int tcpLength, byte dataOffset)
    {
        using PoolAccount account = new();
        byte[] packet = Packets.IPv4("10.8.1.2", "10.8.2.2", 6, Packets.Tcp(5, 6, 1, 0x10, Payload(3000)));
        (packet[2], packet[3], packet[32]) = ((byte)((20 + tcpLength) >> 8), (byte)(20 + tcpLength), dataOffset);
        Frame frame = TapNetwork.PartialFrame([], packet, 70, 1000);
        List<Frame> pieces = [];
        Assert.False(FrameSegments.TryCut(frame, LinkMedium.IP, pieces));
        Assert.Empty(pieces);
        frame.Release();
    }

    [Fact]
    public void What_the_link_has_put_behind_the_packet_is_in_no_piece()
    {
        using PoolAccount account = new();
        byte[] packet = Packets.IPv4("10.8.1.2", "10.8.2.2", 6, Packets.Tcp(5, 6, 1, 0x10, Payload(1500)));
        Frame frame = TapNetwork.PartialFrame([], [.. packet, .. new byte[6]], 40, 1000);
        List<Frame> pieces = [];
        Assert.True(FrameSegments.TryCut(frame, LinkMedium.IP, pieces));
        Assert.Equal([1040, 540], pieces.Select(piece => piece.Length));
        pieces.ForEach(piece => piece.Release());
        frame.Release();
    }

    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        Frames.Fill(payload, 3);
        return payload;
    }
}
