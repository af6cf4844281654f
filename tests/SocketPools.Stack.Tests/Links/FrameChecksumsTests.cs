using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

[Collection(nameof(LinkTests))]
public sealed class FrameChecksumsTests
{
    public static TheoryData<bool, byte, int> Cases
    {
        get
        {
            TheoryData<bool, byte, int> cases = [];
            foreach (bool isIPv6 in new[] { false, true })
            {
                foreach (byte protocol in new byte[] { 6, 17, (byte)(isIPv6 ? 58 : 1) })
                {
                    foreach (int payload in new[] { 0, 1, 2, 1399, 60_001 })
                    {
                        cases.Add(isIPv6, protocol, payload);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_missing_is_what_the_plain_sum_gives(bool isIPv6, byte protocol, int length)
    {
        using PoolAccount account = new();
        byte[] expected = Packet(isIPv6, protocol, length);
        if (protocol == 1)
        {
            // ICMP of IPv4 covers no addresses.
            ushort sum = (ushort)~Packets.Sum(expected.AsSpan(20));
            (expected[22], expected[23]) = ((byte)(sum >> 8), (byte)sum);
        }
        else
        {
            Packets.Complete(expected);
        }

        byte[] missing = Packet(isIPv6, protocol, length);
        if (!isIPv6)
        {
            (missing[10], missing[11]) = (0xAB, 0xCD);
        }

        // In pieces of odd lengths, behind an Ethernet header.
        Frame frame = InPieces([.. Ethernet(isIPv6), .. missing], (isIPv6 ? 54 : 34) + (protocol == 6 ? 20 : 8));
        frame.Checksums = ChecksumState.NotNeeded;
        byte[] copy = new byte[frame.Length];
        frame.CopyTo(copy);
        FrameChecksums.CompleteCopy(copy, frame, LinkMedium.Ethernet);
        Assert.Equal(expected, copy[14..]);
        FrameChecksums.Complete(frame, LinkMedium.Ethernet);
        Assert.Equal(ChecksumState.Complete, frame.Checksums);
        Assert.Equal(expected, Frames.BytesOf(frame)[14..]);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 6)]
    [InlineData(false, 17)]
    [InlineData(true, 17)]
    public void A_partial_one_is_completed_from_where_the_frame_says(bool isIPv6, byte protocol)
    {
        using PoolAccount account = new();
        byte[] expected = Packets.Complete(Packet(isIPv6, protocol, 2001));
        byte[] packet = Packet(isIPv6, protocol, 2001);
        Frame frame = TapNetwork.PartialFrame(Ethernet(isIPv6), packet, (isIPv6 ? 40 : 20) + (protocol == 6 ? 20 : 8), 0);
        byte[] copy = new byte[frame.Length];
        frame.CopyTo(copy);
        FrameChecksums.CompleteCopy(copy, frame, LinkMedium.Ethernet);
        Assert.Equal(expected, copy[14..]);
        FrameChecksums.Complete(frame, LinkMedium.Ethernet);
        Assert.Equal(expected, Frames.BytesOf(frame)[14..]);
    }

    [Fact]
    public void Fragments_and_bytes_that_are_no_packet_stay_as_they_are()
    {
        using PoolAccount account = new();
        byte[] fragment = Packets.IPv4("10.0.0.1", "10.0.0.2", 17, new byte[64]);
        fragment[6] = 0x20; // more fragments
        ushort sum = (ushort)~Packets.Sum([.. fragment[..10], 0, 0, .. fragment[12..20]]);
        (fragment[10], fragment[11]) = ((byte)(sum >> 8), (byte)sum);
        Unchanged(fragment);
        Unchanged([0x45]);
        Unchanged([]);
        Unchanged(Packets.IPv4("10.0.0.1", "10.0.0.2", 99, new byte[64]));
        Unchanged(Packets.IPv4("10.0.0.1", "10.0.0.2", 6, new byte[10])); // too short for its checksum

        static void Unchanged(byte[] bytes)
        {
            Frame frame = Frame.Copy(bytes);
            frame.Checksums = ChecksumState.NotNeeded;
            FrameChecksums.Complete(frame, LinkMedium.IP);
            Assert.Equal(bytes, Frames.BytesOf(frame));
        }
    }

    private static byte[] Ethernet(bool isIPv6) => Packets.Ethernet([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2], (ushort)(isIPv6 ? 0x86DD : 0x0800), []);

    private static byte[] Packet(bool isIPv6, byte protocol, int length)
    {
        byte[] payload = new byte[length];
        Frames.Fill(payload, 3);
        byte[] transport = protocol switch
        {
            6 => Packets.Tcp(80, 5000, 7, 0x18, payload),
            17 => Packets.Udp(53, 5000, payload),
            _ => [8, 0, 0, 0, 0, 1, 0, 2, .. payload],
        };
        return isIPv6
            ? Packets.IPv6("fd00::1", "fd00::2", protocol, transport)
            : Packets.IPv4("10.0.0.1", "10.0.0.2", protocol, transport);
    }

    private static Frame InPieces(byte[] bytes, int head)
    {
        Frame frame = Frame.Rent(head);
        bytes.AsSpan(0, head).CopyTo(frame.Append(head));
        for (int at = head, size = 1; at < bytes.Length; size = size * 7 % 30_000 | 1)
        {
            int length = frame.TailCount == Frame.MaxSlices - 1 ? bytes.Length - at : Math.Min(size, bytes.Length - at);
            Block block = BlockPool.Large.Rent();
            bytes.AsSpan(at, length).CopyTo(block.Bytes);
            frame.AppendOwned(new Slice(block, 0, length));
            at += length;
        }

        return frame;
    }
}
