using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>Path MTU discovery (RFC 1191, RFC 8201): which messages count, how narrow a path can get, and for how long.</summary>
[Collection(Alone.Name)]
public sealed class PathMtuTests
{
    private static readonly IPEndPoint s_peer = new(IPAddress.Parse("192.0.2.1"), 9);
    private static readonly IPEndPoint s_peer6 = new(IPAddress.Parse("2001:db8::1"), 9);

    [Fact]
    public void A_message_about_a_datagram_to_somebody_else_than_the_socket_has_sent_to_is_ignored()
    {
        using HostileBench b = new();
        RadioSocket socket = b.Bind(SocketType.Dgram, 7);
        TooBig(b, 1000, Craft.UdpPacket(Station, 7, Peer, 9, new byte[10]));
        AssertMtu(b, 1500); // it has sent nothing at all
        IPEndPoint other = new(IPAddress.Parse("192.0.2.77"), 9);
        Assert.False(socket.TrySendTo(new byte[1400], other).Failed);
        TooBig(b, 1000, Craft.UdpPacket(Station, 7, Peer, 9, new byte[10]));
        AssertMtu(b, 1500); // nothing to this peer
        Assert.False(socket.TrySendTo(new byte[1400], new IPEndPoint(s_peer.Address, 8)).Failed);
        TooBig(b, 1000, Craft.UdpPacket(Station, 7, Peer, 9, new byte[10]));
        AssertMtu(b, 1500); // nothing to this port
        Assert.False(socket.TrySendTo(new byte[1400], s_peer).Failed);
        Assert.False(socket.TrySendTo(new byte[1400], other).Failed);
        TooBig(b, 1000, Craft.UdpPacket(Station, 7, Peer, 9, new byte[10]));
        AssertMtu(b, 1000);
        Assert.Equal(3, b.Dropped(DropReason.IcmpNoMatchingFlow));
    }

    [Fact]
    public void A_socket_that_is_closed_has_sent_nothing()
    {
        using HostileBench b = new();
        RadioSocket socket = b.Bind(SocketType.Dgram, 7);
        Assert.False(socket.TrySendTo(new byte[1400], s_peer).Failed);
        socket.Close();
        TooBig(b, 1000, Craft.UdpPacket(Station, 7, Peer, 9, new byte[10]));
        AssertMtu(b, 1500);
    }

    [Theory]
    [InlineData(ProtocolType.Icmp)]
    [InlineData((ProtocolType)200)]
    [InlineData(ProtocolType.Raw)]
    public void An_open_RAW_socket_makes_no_message_true_and_one_that_has_sent_such_a_packet_does(ProtocolType protocol)
    {
        using HostileBench b = new();
        byte number = protocol == ProtocolType.Raw ? (byte)200 : (byte)protocol;
        byte[] payload = [8, 0, 0, 0, 0x12, 0x34, 0, 1, .. new byte[1000]];
        byte[] packet = Craft.Packet(Station, Peer, number, payload);
        byte[] other = Craft.Packet(Station, Peer, number, [9, 0, 0, 0, 0x12, 0x35, 0, 1, .. new byte[1000]]);
        Assert.False(b.Radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Raw, protocol, out RadioSocket? socket).Failed);
        TooBig(b, 600, packet);
        AssertMtu(b, 1500);
        Assert.False(socket!.TrySendTo(protocol == ProtocolType.Raw ? packet : payload, new IPEndPoint(s_peer.Address, 0)).Failed);
        TooBig(b, 600, other);
        AssertMtu(b, 1500); // another identifier, or other first bytes
        TooBig(b, 600, packet);
        AssertMtu(b, 600);
        socket.Close();
    }

    [Fact]
    public void An_answer_to_an_echo_is_no_packet_of_a_socket()
    {
        using HostileBench b = new();
        b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.EchoRequest(1, 1), new byte[1000]));
        b.GivePacket(Craft.IcmpPacket(Peer6, Station6, Icmpv6Message.EchoRequest(1, 1), new byte[1400]));
        b.TakeSent();
        TooBig(b, 600, Craft.IcmpPacket(Station, Peer, Icmpv4Message.EchoReply(1, 1), new byte[1000]));
        TooBig6(b, 1300, Craft.IcmpPacket(Station6, Peer6, Icmpv6Message.EchoReply(1, 1), new byte[1200]));
        AssertMtu(b, 1500);
        AssertMtu(b, 1500, isIPv6: true);
    }

    /// <summary>Linux: net.ipv4.route.min_pmtu, and mtu_expires.</summary>
    [Theory]
    [InlineData(68)]
    [InlineData(0)]
    [InlineData(551)]
    public void No_path_of_IPv4_gets_narrower_than_552_bytes_and_below_that_routers_may_cut(ushort reported)
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000, segmentSize: 1460);
        Assert.Equal(1460, socket.TrySend(new byte[1460]).Count);
        byte[] sent = Assert.Single(b.TakeSent());
        Assert.Equal(0x40, sent[20] & 0x40); // don't fragment
        byte[] quote = Craft.TcpPacket(Station, Peer, new TcpHeader(80, 5000, new SequenceNumber(peer.Expected), default, TcpFlags.Ack, 1000));
        TooBig(b, reported, quote);
        AssertMtu(b, 552);
        List<byte[]> again = b.TakeSent();
        Assert.Equal(3, again.Count);
        Assert.All(again, frame => Assert.Equal(0, frame[20] & 0x40));
        Assert.All(again, frame => Assert.InRange(frame.Length, 1, 552 + 14));
    }

    /// <summary>RFC 1191, 6.3; RFC 8201, 5.3.</summary>
    [Fact]
    public void What_was_learned_of_a_path_is_forgotten_after_ten_minutes_and_segments_grow_again()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000, segmentSize: 1460);
        Assert.Equal(1460, socket.TrySend(new byte[1460]).Count);
        byte[] quote = Craft.TcpPacket(Station, Peer, new TcpHeader(80, 5000, new SequenceNumber(peer.Expected), default, TcpFlags.Ack, 1000));
        b.TakeSent();
        TooBig(b, 700, quote);
        Assert.Contains(b.TakeSegments(), segment => segment.Length == 660);
        peer.Expected += 1460;
        peer.Send(TcpFlags.Ack);
        b.Advance(599);
        AssertMtu(b, 700);
        b.Advance(2);
        AssertMtu(b, 1500);
        Assert.Empty(b.Radio.GetSnapshot().PathMtus);
        Assert.Equal(1460, socket.TrySend(new byte[1460]).Count);
        Assert.Contains(b.TakeSegments().Concat(b.TakeSegments()), segment => segment.Length == 1460); // the neighbour is asked for first
    }

    /// <summary>A DHCP server (option 26) or a router (RFC 4861, 4.6.4) has said less, while a connection and a socket are in use.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Paths_in_use_keep_to_an_MTU_that_the_interface_learns_later(bool isIPv6)
    {
        using HostileBench b = new();
        IPEndPoint to = isIPv6 ? s_peer6 : s_peer;
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, to.AddressFamily);
        Assert.False(socket.TrySendTo(new byte[1400], to).Failed);
        Assert.Single(b.TakeSent());
        (HandMade peer, RadioSocket connection) = b.Connect(b.Listen(80), 5000, segmentSize: 1460);
        Learn(1300);
        Assert.False(socket.TrySendTo(new byte[1400], to).Failed);
        List<byte[]> pieces = b.TakeSent();
        Assert.Equal(2, pieces.Count);
        Assert.All(pieces, frame => Assert.InRange(frame.Length, 1, 1314));
        if (!isIPv6)
        {
            Assert.Equal(4000, connection.TrySend(new byte[4000]).Count);
            Assert.All(b.TakeSent(), frame => Assert.InRange(frame.Length, 1, 1314));
            peer.Expected += 4000;
            peer.Send(TcpFlags.Ack);
        }

        Learn(null);
        Assert.False(socket.TrySendTo(new byte[1400], to).Failed);
        Assert.Single(b.TakeSent());

        void Learn(int? mtu)
        {
            using (b.Radio.Network.Gate.EnterScope())
            {
                if (isIPv6)
                {
                    b.Interface.Configuration.LearnMtuIPv6(mtu);
                }
                else
                {
                    b.Interface.Configuration.LearnMtu(mtu);
                }
            }
        }
    }

    [Fact]
    public void A_socket_sends_from_no_address_that_was_removed()
    {
        using HostileBench b = new();
        b.Interface.AddAddress(IPAddress.Parse("192.0.2.3"), 24);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7);
        Assert.False(socket.TrySendTo(new byte[10], s_peer).Failed);
        b.TakeSent();
        Assert.True(b.Interface.RemoveAddress(IPAddress.Parse("192.0.2.2")));
        Assert.False(socket.TrySendTo(new byte[10], s_peer).Failed);
        Assert.Equal<byte>([192, 0, 2, 3], Assert.Single(b.TakeSent())[26..30]);
    }

    [Fact]
    public void Other_connections_to_the_destination_learn_from_the_message_about_one()
    {
        using HostileBench b = new();
        RadioSocket listener = b.Listen(80);
        (HandMade peer, RadioSocket socket) = b.Connect(listener, 5000, segmentSize: 1460);
        (HandMade _, RadioSocket other) = b.Connect(listener, 5001, segmentSize: 1460);
        socket.TrySend(new byte[1460]);
        byte[] quote = Craft.TcpPacket(Station, Peer, new TcpHeader(80, 5000, new SequenceNumber(peer.Expected), default, TcpFlags.Ack, 1000));
        TooBig(b, 1000, quote);
        b.TakeSent();
        other.TrySend(new byte[1460]);
        Assert.Contains(b.TakeSegments(), segment => segment.To == 5001 && segment.Length == 960);
    }

    [Theory]
    [InlineData(1279u)]
    [InlineData(68u)]
    [InlineData(0u)]
    public void IPv6_knows_no_path_below_1280_bytes_and_discards_the_message(uint reported)
    {
        using HostileBench b = new();
        RadioSocket socket = b.Bind(SocketType.Dgram, 7, AddressFamily.InterNetworkV6);
        Assert.False(socket.TrySendTo(new byte[1400], s_peer6).Failed);
        byte[] quote = Craft.UdpPacket(Station6, 7, Peer6, 9, new byte[1000]);
        TooBig6(b, reported, quote);
        AssertMtu(b, 1500, isIPv6: true);
        TooBig6(b, 1280, quote);
        AssertMtu(b, 1280, isIPv6: true);
        TooBig6(b, 1400, quote);
        AssertMtu(b, 1280, isIPv6: true); // it never makes a path wider
        b.Advance(601);
        AssertMtu(b, 1500, isIPv6: true);
    }

    [Fact]
    public void The_issue_s_forged_message_does_not_end_TCP_to_a_destination()
    {
        using HostileBench b = new();
        b.Bind(SocketType.Dgram, 7);
        TooBig(b, 68, Craft.UdpPacket(Station, 7, Peer, 9, new byte[10]));
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000, segmentSize: 1460);
        Assert.Equal(4000, socket.TrySend(new byte[4000]).Count);
        Assert.Equal(4000, peer.Acknowledge());
    }

    /// <summary>RFC 791: a link may carry as little as 68 bytes.</summary>
    [Fact]
    public void No_packet_is_longer_than_the_narrowest_link_of_IPv4_whatever_the_options()
    {
        using NarrowBench b = new(68);
        byte[] text = new byte[2000];
        new Random(3).NextBytes(text);
        Assert.Equal(text, b.Transfer(text));
        Assert.InRange(b.Longest, 60, 68);
        Assert.Equal(0, b.Near.Counters.Dropped(DropReason.PacketTooBig));
        Assert.Equal(0, b.Far.Counters.Dropped(DropReason.PacketTooBig));
    }

    private static void TooBig(HostileBench b, ushort mtu, byte[] quote) =>
        b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.FragmentationNeeded(mtu), quote));

    private static void TooBig6(HostileBench b, uint mtu, byte[] quote) =>
        b.GivePacket(Craft.IcmpPacket(Peer6, Station6, Icmpv6Message.PacketTooBig(mtu), quote));

    private static void AssertMtu(HostileBench b, int expected, bool isIPv6 = false)
    {
        using (b.Radio.Network.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, b.Radio.Network.FindPath(isIPv6 ? Peer6 : Peer, default, out IP.NetworkPath? path));
            Assert.Equal(expected, path!.Mtu);
        }
    }
}
