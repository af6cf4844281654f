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
        FrameQueue pieces = default;
        Frame whole = TapNetwork.PartialFrame([], [.. packet], headers, SegmentSize);
        if (protocol == 6)
        {
            whole.Checksums = ChecksumState.NotNeeded;
            Assert.True(SegmentCutter.TryCut(whole, LinkMedium.IP, ref pieces));
        }
        else
        {
            Assert.True(SegmentCutter.TryCutDatagrams(whole, LinkMedium.IP, ref pieces));
        }

        whole.Release();
        Assert.True(from.SendOrRelease(TapNetwork.PartialFrame([], packet, headers, SegmentSize)));
        int count = 0;
        while (pieces.TryDequeue(out Frame? piece))
        {
            FrameChecksums.Complete(piece, LinkMedium.IP);
            byte[] ours = Frames.BytesOf(piece);
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

    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        Frames.Fill(payload, 3);
        return payload;
    }
}
