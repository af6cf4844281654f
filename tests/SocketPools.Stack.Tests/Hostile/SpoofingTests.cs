using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Hostile;

/// <summary>Packets that say that they come from somebody else, or that something is otherwise than it is.</summary>
[Collection(Alone.Name)]
public sealed class SpoofingTests
{
    private static readonly MacAddress s_thief = MacAddress.Read([2, 0, 0, 0, 6, 6]);

    /// <summary>As on Linux (arp_accept 0): an announcement moves a neighbour that is known; it makes none.</summary>
    [Fact]
    public void An_announcement_moves_a_neighbour_that_is_known_and_makes_none()
    {
        using HostileBench b = new();
        int before = b.Interface.Inner.Neighbors.All.Count();
        b.Give(Craft.Arp(ArpPacket.Request(s_thief, IP("192.0.2.77"), IP("192.0.2.77"))));
        Assert.Equal(before, b.Interface.Inner.Neighbors.All.Count());
        b.Give(Craft.Arp(ArpPacket.Request(s_thief, Peer, Peer)));
        RadioSocket socket = b.Open(SocketType.Dgram);
        socket.TrySendTo(new byte[10], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
        Assert.Equal(s_thief, MacAddress.Read(Assert.Single(b.TakeSent())));
        // And the true one gets its traffic back when it is asked whether it is still there, or says so.
        b.Advance(5.5);
        Assert.Equal(s_thief, MacAddress.Read(Assert.Single(b.TakeSent())));
        b.Give(Craft.Arp(ArpPacket.Request(Craft.Peer, Peer, Station)));
        b.TakeSent();
        socket.TrySendTo(new byte[10], new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
        Assert.Equal(Craft.Peer, MacAddress.Read(Assert.Single(b.TakeSent())));
    }

    [Fact]
    public void Our_own_address_in_a_strangers_mouth_changes_nothing()
    {
        using HostileBench b = new();
        int before = b.Interface.Inner.Neighbors.All.Count();
        b.Give(Craft.Arp(ArpPacket.Request(s_thief, Station, Station)));
        foreach (string nobody in (string[])["224.0.0.1", "255.255.255.255", "127.0.0.1"])
        {
            b.Give(Craft.Arp(ArpPacket.Request(s_thief, IP(nobody), Station))); // nor is such a one answered, as on Linux
        }

        b.Give(Craft.Arp(ArpPacket.Request(s_thief, Station, Peer).ReplyFrom(s_thief), Craft.Station));
        b.GivePacket(Craft.Advertisement(Peer6, Station6, new NeighborAdvertisement(Station6, s_thief) { IsOverride = true }));
        Assert.Equal(before, b.Interface.Inner.Neighbors.All.Count());
        Assert.Equal(3, b.Interface.Addresses.Count);
        Assert.Empty(b.TakeSent());
    }

    [Fact]
    public void Neighbour_discovery_from_beyond_a_router_or_in_pieces_is_ignored()
    {
        using HostileBench b = new();
        byte[] far = Craft.Advertisement(Peer6, Station6, new NeighborAdvertisement(Peer6, s_thief) { IsSolicited = true, IsOverride = true });
        far[7] = 254; // one router has passed it on
        b.GivePacket(far);
        byte[] near = Craft.Advertisement(Peer6, Station6, new NeighborAdvertisement(Peer6, s_thief) { IsSolicited = true, IsOverride = true });
        foreach (byte[] piece in Craft.Fragments(Peer6, Station6, IPProtocol.Icmpv6, near[IPv6Header.Length..], 16, 5))
        {
            piece[7] = 255;
            b.GivePacket(piece);
        }

        // RFC 6980, section 5: also behind a fragment header that cuts nothing.
        byte[] atomic = [.. near[..IPv6Header.Length], IPProtocol.Icmpv6, 0, 0, 0, 0, 0, 0, 6, .. near[IPv6Header.Length..]];
        (atomic[5], atomic[6]) = ((byte)(atomic[5] + 8), IPProtocol.Fragment);
        b.GivePacket(atomic);
        Assert.Equal(2, b.Dropped(DropReason.Fragment));
        b.Open(SocketType.Dgram, AddressFamily.InterNetworkV6).TrySendTo(new byte[10], new IPEndPoint(IPAddress.Parse("2001:db8::1"), 9));
        Assert.Equal(Craft.Peer, MacAddress.Read(Assert.Single(b.TakeSent())));
    }

    [Fact]
    public void A_router_is_heard_only_where_routers_are_used_and_a_redirect_nowhere()
    {
        using HostileBench b = new();
        int version = b.Radio.Network.Routes.Version;
        NdPrefix prefix = new(new IPPrefix(IP("2001:db8:66::"), 64), IsOnLink: true, IsAutonomous: true, 3600, 3600);
        b.GivePacket(Craft.Router(Router, new RouterAdvertisement(1800) { SourceLinkLayer = s_thief, Prefix = prefix }));
        b.GivePacket(Craft.Redirect(Router, Station6, Router, Peer6, default));
        byte[] quote = Craft.UdpPacket(Station, 9, Peer, 9, new byte[10]);
        b.GivePacket(Craft.Redirect(Peer, Station, IP("192.0.2.66"), Peer, quote));
        Assert.Equal(version, b.Radio.Network.Routes.Version);
        Assert.Equal(3, b.Interface.Addresses.Count);
        Assert.Empty(b.TakeSent());
    }

    [Theory]
    [InlineData("192.0.2.2")] // itself
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("192.0.2.255")]
    public void Packets_from_addresses_that_nobody_on_the_wire_can_have_are_dropped(string source)
    {
        using HostileBench b = new();
        b.Listen(80);
        RadioSocket socket = b.Bind(SocketType.Dgram, 7);
        IPAddressValue from = IP(source);
        b.GivePacket(Craft.TcpPacket(from, Station, new TcpHeader(80, 80, default, default, TcpFlags.Syn, 1000)));
        b.GivePacket(Craft.UdpPacket(from, 7, Station, 7, new byte[10]));
        b.GivePacket(Craft.UdpPacket(from, 7, Station, 99, new byte[10]));
        b.GivePacket(Craft.IcmpPacket(from, Station, Icmpv4Message.EchoRequest(1, 1), new byte[10]));
        b.Advance(5);
        Assert.Empty(b.TakeSent());
        Assert.Equal(-1, Read(socket, new byte[10]));
        Assert.Equal(4, b.Dropped(DropReason.MartianSource));
        Assert.Equal(0, b.Tcp.SegmentsSent);
    }

    [Theory]
    [InlineData("2001:db8::2")]
    [InlineData("fe80::b")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    public void So_are_those_of_IPv6(string source)
    {
        using HostileBench b = new();
        b.Listen(80, family: AddressFamily.InterNetworkV6);
        b.Bind(SocketType.Dgram, 7, AddressFamily.InterNetworkV6);
        IPAddressValue from = IP(source);
        b.GivePacket(Craft.TcpPacket(from, Station6, new TcpHeader(80, 80, default, default, TcpFlags.Syn, 1000)));
        b.GivePacket(Craft.UdpPacket(from, 7, Station6, 99, new byte[10]));
        b.GivePacket(Craft.IcmpPacket(from, Station6, Icmpv6Message.EchoRequest(1, 1), new byte[10]));
        b.Advance(5);
        Assert.Empty(b.TakeSent());
        Assert.Equal(3, b.Dropped(DropReason.MartianSource) + b.Dropped(DropReason.Malformed));
    }

    [Fact]
    public void TCP_to_a_broadcast_or_a_group_or_in_a_broadcast_frame_is_dropped()
    {
        using HostileBench b = new();
        b.Listen(80);
        TcpHeader syn = new(5000, 80, default, default, TcpFlags.Syn, 1000);
        b.Give(Craft.Ethernet(Craft.TcpPacket(Peer, IP("192.0.2.255"), syn), MacAddress.Broadcast));
        b.GivePacket(Craft.TcpPacket(Peer, IPAddressValue.Broadcast, syn));
        b.GivePacket(Craft.TcpPacket(Peer, IPAddressValue.AllHosts, syn));
        b.Give(Craft.Ethernet(Craft.TcpPacket(Peer, Station, syn), MacAddress.Broadcast));
        Assert.Empty(b.TakeSent());
        Assert.Equal(4, b.Tcp[TcpDrop.NotUnicast]);
        b.Listen(81, family: AddressFamily.InterNetworkV6);
        syn = syn with { DestinationPort = 81 };
        b.GivePacket(Craft.TcpPacket(Peer6, IPAddressValue.AllNodes, syn));
        b.Give(Craft.Ethernet(Craft.TcpPacket(Peer6, Station6, syn), MacAddress.Read([0x33, 0x33, 0, 0, 0, 1])));
        Assert.Empty(b.TakeSent());
        Assert.Equal(6, b.Tcp[TcpDrop.NotUnicast]);
    }

    /// <summary>RFC 1122, 3.2.1.3 (a); RFC 4291, 2.5.2.</summary>
    [Fact]
    public void What_goes_to_the_unspecified_address_is_for_nobody()
    {
        using HostileBench b = new();
        b.Listen(80, family: AddressFamily.InterNetworkV6);
        RadioSocket datagrams = b.Bind(SocketType.Dgram, 7, AddressFamily.InterNetworkV6);
        TcpHeader syn = new(5000, 80, default, default, TcpFlags.Syn, 1000);
        foreach ((IPAddressValue from, IPAddressValue to) in ((IPAddressValue, IPAddressValue)[])[(Peer, IP("0.0.0.0")), (Peer6, IP("::"))])
        {
            b.GivePacket(Craft.TcpPacket(from, to, syn));
            b.GivePacket(Craft.UdpPacket(from, 5000, to, 7, [1]));
            b.GivePacket(Craft.UdpPacket(from, 5000, to, 8, [1]));
        }

        b.GivePacket(Craft.IcmpPacket(Peer, IP("0.0.0.0"), Icmpv4Message.EchoRequest(1, 1), [1]));
        b.GivePacket(Craft.IcmpPacket(Peer6, IP("::"), Icmpv6Message.EchoRequest(1, 1), [1]));
        Assert.Empty(b.TakeSent());
        Assert.Equal(-1, Read(datagrams, new byte[10]));
        Assert.Equal(8, b.Dropped(Core.DropReason.NotLocal));
    }

    [Theory]
    [InlineData(-5000)] // long acknowledged
    [InlineData(5000)] // never sent
    public void An_error_about_a_segment_that_is_not_on_its_way_changes_nothing(int at)
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        socket.TrySend(new byte[100]);
        b.TakeSent();
        byte[] quote = Craft.TcpPacket(Station, Peer, new TcpHeader(80, 5000, new SequenceNumber(peer.Expected) + at, default, TcpFlags.Ack, 1000));
        b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.FragmentationNeeded(68), quote));
        b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.Unreachable(Icmpv4Unreachable.Port), quote));
        Assert.Empty(b.TakeSent());
        AssertPathMtu(b, 1500);
        Assert.False(socket.TrySend(new byte[100]).Failed);
    }

    [Fact]
    public void A_hard_error_about_a_segment_on_its_way_does_not_end_a_connection_that_is_up()
    {
        using HostileBench b = new();
        (HandMade peer, RadioSocket socket) = b.Connect(b.Listen(80), 5000);
        socket.TrySend(new byte[100]);
        b.TakeSent();
        byte[] quote = Craft.TcpPacket(Station, Peer, new TcpHeader(80, 5000, new SequenceNumber(peer.Expected), default, TcpFlags.Ack, 1000));
        foreach (Icmpv4Unreachable code in (Icmpv4Unreachable[])[Icmpv4Unreachable.Port, Icmpv4Unreachable.Protocol, Icmpv4Unreachable.Prohibited])
        {
            b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.Unreachable(code), quote));
        }

        Assert.False(socket.TrySend(new byte[100]).Failed);
    }

    [Fact]
    public void An_error_about_a_datagram_that_no_socket_can_have_sent_does_not_shorten_its_path()
    {
        using HostileBench b = new();
        RadioSocket socket = b.Bind(SocketType.Dgram, 7);
        Assert.False(socket.TryConnect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9)).Failed);
        foreach (byte[] quote in (byte[][])[
            Craft.UdpPacket(Station, 8, Peer, 9, new byte[10]), Craft.UdpPacket(Station, 7, Peer, 10, new byte[10]),
            Craft.UdpPacket(Peer, 7, Station, 9, new byte[10]), Craft.IcmpPacket(Station, Peer, Icmpv4Message.EchoRequest(1, 1), new byte[10]),
            Craft.Packet(Station, Peer, 200, new byte[20])])
        {
            b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.FragmentationNeeded(68), quote));
        }

        AssertPathMtu(b, 1500);
        Assert.Equal(5, b.Dropped(DropReason.IcmpNoMatchingFlow));
        b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.FragmentationNeeded(600), Craft.UdpPacket(Station, 7, Peer, 9, new byte[10])));
        AssertPathMtu(b, 1500); // it has a peer, and has sent it nothing
        Assert.False(socket.TrySend(new byte[10]).Failed);
        b.GivePacket(Craft.IcmpPacket(Peer, Station, Icmpv4Message.FragmentationNeeded(600), Craft.UdpPacket(Station, 7, Peer, 9, new byte[10])));
        AssertPathMtu(b, 600);
    }

    private static IPAddressValue IP(string address) => IPAddressValue.Parse(address);

    private static void AssertPathMtu(HostileBench b, int expected)
    {
        using (b.Radio.Network.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, b.Radio.Network.FindPath(Peer, default, out IP.NetworkPath? path));
            Assert.Equal(expected, path!.Mtu);
        }
    }
}
