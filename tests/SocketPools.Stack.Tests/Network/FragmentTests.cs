using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>Fragments are charged what they hold, a flood of them is paid by who sends it, and packets may be as long as the RFCs say.</summary>
[Collection(Alone.Name)]
public sealed class FragmentTests
{
    private static IPAddressValue Stranger(bool isIPv6, uint number) =>
        isIPv6 ? IPAddressValue.FromIPv6(0x2001_0DB8_0000_0000, 0x1_0000 + number) : IPAddressValue.FromIPv4(0xC000_0203u + (number % 200) + (number / 200 << 16));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fragment_is_charged_its_own_block_and_eighty_packets_are_put_together_side_by_side(bool isIPv6)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        List<List<byte[]>> packets = [];
        for (uint i = 0; i < 80; i++)
        {
            packets.Add(Craft.Fragments(from, to, IPProtocol.Udp, Craft.Datagram(from, 7, to, 7, new byte[1480]), 1400, i));
            b.GivePacket(packets[^1][0]);
        }

        Assert.Equal((80, 80 * BlockPool.SmallSize), (b.Radio.Network.Reassembly.Count, b.Radio.Network.Reassembly.Bytes));
        packets.ForEach(pieces => b.GivePacket(pieces[1]));
        for (int i = 0; i < 80; i++)
        {
            Assert.Equal(1480, Read(socket, new byte[4000]));
        }

        Assert.Equal((0, 0), (b.Radio.Network.Reassembly.Count, b.Radio.Network.Reassembly.Bytes));
        Assert.Equal(0, b.Dropped(DropReason.FragmentLimit));
    }

    /// <summary>RFC 3168, 5.3: a mark on any fragment is one on the packet; with a fragment that could not be marked it is nobody's packet. As Linux.</summary>
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 3, 3)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(2, 3, 3)]
    [InlineData(3, 2, 3)]
    [InlineData(1, 3, 3)]
    [InlineData(0, 3, null)]
    [InlineData(3, 0, null)]
    [InlineData(0, 1, null)]
    [InlineData(2, 0, null)]
    public void The_bits_of_congestion_notification_of_all_fragments_make_those_of_the_packet(int first, int second, int? expected)
    {
        using HostileBench b = new();
        foreach (bool isIPv6 in (bool[])[false, true])
        {
            foreach (bool isReversed in (bool[])[false, true])
            {
                (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
                List<byte[]> pieces = Craft.Fragments(from, to, 253, new byte[16], 8, id: 7);
                Mark(pieces[0], first);
                Mark(pieces[1], second);
                long dropped = b.Dropped(DropReason.Fragment);
                int? bits = null;
                using (b.Radio.Network.Gate.EnterScope())
                {
                    foreach (byte[] piece in isReversed ? pieces.AsEnumerable().Reverse() : pieces)
                    {
                        bits = Reassemble(b.Radio.Network.Reassembly, piece);
                    }
                }

                Assert.Equal(expected, bits);
                Assert.Equal(expected is null ? 1 : 0, b.Dropped(DropReason.Fragment) - dropped);
            }
        }
    }

    private static void Mark(byte[] packet, int bits) => packet[1] |= (byte)(packet[0] >> 4 == 4 ? bits : bits << 4);

    // The bits of the whole packet; null for none. Header checksums are looked at before.
    private static int? Reassemble(Reassembler reassembler, byte[] piece)
    {
        Frame frame = Frame.Rent(piece.Length);
        piece.CopyTo(frame.Append(piece.Length));
        Frame? whole;
        if (piece[0] >> 4 == 4)
        {
            Assert.True(IPv4View.TryRead(frame.Head, out IPv4View view));
            whole = reassembler.AddIPv4(view, frame);
        }
        else
        {
            Assert.True(IPv6View.TryRead(frame.Head, frame.Length, out IPv6View view));
            whole = reassembler.AddIPv6(view, IPv6ExtensionWalker.Walk(view), frame);
        }

        if (whole is null)
        {
            return null;
        }

        bool isIPv4 = IPv4View.TryRead(whole.Head, out IPv4View joined);
        Assert.True(!isIPv4 || joined.IsChecksumRight);
        int bits = isIPv4 ? joined.CongestionBits : IPv6View.TryRead(whole.Head, whole.Length, out IPv6View joined6) ? joined6.CongestionBits : -1;
        whole.Release();
        return bits;
    }

    /// <summary>However slow: a packet of another source is not what pays.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_flood_from_one_source_costs_a_slow_packet_of_another_nothing(bool isIPv6, bool areTiny)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        List<byte[]> slow = Craft.Fragments(from, to, IPProtocol.Udp, Craft.Datagram(from, 7, to, 7, new byte[9000]), 1400, 7);
        uint id = 1000;
        foreach (byte[] piece in slow)
        {
            b.GivePacket(piece);
            for (int i = 0; i < 6000; i++)
            {
                // Each a packet of its own, or the pieces of a few.
                IPAddressValue other = Stranger(isIPv6, 1);
                b.GivePacket(areTiny
                    ? Craft.Packet(other, to, IPProtocol.Udp, new byte[8], 8 + (i % 3000 * 16), hasMore: true, id + (uint)(i / 3000))
                    : Craft.Packet(other, to, IPProtocol.Udp, new byte[800], 0, hasMore: true, id++));
            }

            id += 2;
        }

        Assert.Equal(9000, Read(socket, new byte[10_000]));
        Assert.True(b.Dropped(DropReason.FragmentLimit) > 0);
        Assert.InRange(b.Radio.Network.Reassembly.Bytes, 0, b.Radio.Network.Limits.MaxFragmentBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flood_under_many_invented_names_keeps_nobody_out_whose_fragments_come_within_a_thousand_others(bool isIPv6)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        List<byte[]> honest = Craft.Fragments(from, to, IPProtocol.Udp, Craft.Datagram(from, 7, to, 7, new byte[9000]), 1400, 7);
        uint number = 0;
        foreach (byte[] piece in honest)
        {
            b.GivePacket(piece);
            for (int i = 0; i < 1000; i++, number++)
            {
                b.GivePacket(Craft.Packet(Stranger(isIPv6, number), to, IPProtocol.Udp, new byte[800], 0, hasMore: true, 1000 + number));
            }
        }

        Assert.Equal(9000, Read(socket, new byte[10_000]));
        Assert.True(b.Dropped(DropReason.FragmentLimit) > 4000);
        b.Advance(61);
        b.TakeSent();
        Assert.Equal((0, 0), (b.Radio.Network.Reassembly.Count, b.Radio.Network.Reassembly.Bytes));
    }

    [Fact]
    public void A_packet_that_is_too_much_alone_goes_itself()
    {
        using HostileBench b = new(options => options with { MaxFragmentBytes = 20_000 });
        b.GivePacket(Craft.Packet(Stranger(false, 1), Station, IPProtocol.Udp, new byte[800], 0, hasMore: true, 1));
        Craft.Fragments(Peer, Station, IPProtocol.Udp, new byte[30_000], 1400, 7).ForEach(b.GivePacket);
        Assert.InRange(b.Radio.Network.Reassembly.Bytes, 1, 20_000);
    }

    /// <summary>RFC 5722; RFC 8200, 4.5: overlapping fragments end their packet, and what follows begins another.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Overlapping_fragments_end_their_packet_and_no_other(bool isIPv6)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        byte[] datagram = Craft.Datagram(from, 7, to, 7, new byte[2000]);
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, datagram.AsSpan(0, 1400), 0, hasMore: true, 7));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, datagram.AsSpan(0, 1400), 0, hasMore: true, 8));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, datagram.AsSpan(1392), 1392, hasMore: false, 7));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, datagram.AsSpan(1400), 1400, hasMore: false, 7));
        Assert.Equal(-1, Read(socket, new byte[4000]));
        b.GivePacket(Craft.Packet(from, to, IPProtocol.Udp, datagram.AsSpan(1400), 1400, hasMore: false, 8));
        Assert.Equal(2000, Read(socket, new byte[4000]));
    }

    /// <summary>RFC 791: 65,535 bytes with the header. RFC 8200, section 3: as many behind the header, which has 40 more.</summary>
    [Theory]
    [InlineData(false, 65_507, true)]
    [InlineData(true, 65_507, true)]
    [InlineData(true, 65_527, true)]
    [InlineData(false, 65_508, false)]
    public void The_longest_datagram_comes_through_and_a_longer_one_does_not(bool isIPv6, int length, bool comes)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        byte[] text = new byte[length];
        new Random(5).NextBytes(text);
        List<byte[]> pieces = Craft.Fragments(from, to, IPProtocol.Udp, Craft.Datagram(from, 7, to, 7, text), 1400, 7);
        pieces.Reverse();
        pieces.ForEach(b.GivePacket);
        byte[] buffer = new byte[70_000];
        int count = Read(socket, buffer);
        Assert.Equal(comes ? length : -1, count);
        Assert.True(!comes || text.AsSpan().SequenceEqual(buffer.AsSpan(0, count)));
    }

    /// <summary>RFC 8200, 4.5: the sender of a fragment that would make the payload longer than 65,535 bytes hears of its offset.</summary>
    [Fact]
    public void A_fragment_of_IPv6_that_goes_beyond_the_longest_packet_is_reported()
    {
        using HostileBench b = new();
        b.GivePacket(Craft.Packet(Peer6, Station6, IPProtocol.Udp, new byte[16], 65_520, hasMore: false, 7));
        byte[] problem = Assert.Single(b.TakeSent());
        Assert.Equal((byte[])[4, 0], problem[54..56]);
        Assert.Equal((byte[])[0, 0, 0, 42], problem[58..62]);
        b.GivePacket(Craft.Packet(Peer, Station, IPProtocol.Udp, new byte[16], 65_512, hasMore: false, 7));
        Assert.Empty(b.TakeSent());
        Assert.Equal(0, b.Radio.Network.Reassembly.Count);
    }

    [Theory]
    [InlineData(false, 65_507)]
    [InlineData(true, 65_527)]
    public void A_socket_sends_the_longest_datagram_and_no_longer_one(bool isIPv6, int length)
    {
        using HostileBench b = new();
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        IPEndPoint self = new(isIPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 7);
        Assert.Equal(Errno.EMSGSIZE, socket.TrySendTo(new byte[length + 1], self).Errno);
        Assert.Equal(length, socket.TrySendTo(new byte[length], self).Count);
        Assert.Equal(length, Read(socket, new byte[70_000]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Putting_packets_together_allocates_nothing(bool isIPv6)
    {
        using HostileBench b = new();
        (IPAddressValue from, IPAddressValue to) = isIPv6 ? (Peer6, Station6) : (Peer, Station);
        List<byte[]> pieces = Craft.Fragments(from, to, IPProtocol.Udp, new byte[4000], 1400, 7);
        NetworkStack stack = b.Radio.Network;
        void Once()
        {
            foreach (byte[] piece in pieces)
            {
                using (stack.Gate.EnterScope())
                {
                    Frame frame = Frame.Copy(piece);
                    Frame? whole = null;
                    if (isIPv6)
                    {
                        IPv6View.TryRead(frame.Head, frame.Length, out IPv6View view);
                        whole = stack.Reassembly.AddIPv6(view, IPv6ExtensionWalker.Walk(view), frame);
                    }
                    else
                    {
                        IPv4View.TryRead(frame.Head, frame.Length, out IPv4View view);
                        whole = stack.Reassembly.AddIPv4(view, frame);
                    }

                    whole?.Release();
                }
            }
        }

        Once();
        Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Once();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(102, b.Radio.Counters.PacketsReassembled);
    }
}
