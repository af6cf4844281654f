using SocketPools.Stack.Wire;
using static SocketPools.Stack.Fuzz.Ingress.Craft;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>What a stack does not send by itself: queries, announcements, forged errors, fragments of every kind.</summary>
internal static class IngressSpecials
{
    private static readonly IPAddressValue s_peer = Craft.IP("192.0.2.1");
    private static readonly IPAddressValue s_station = Craft.IP("192.0.2.2");
    private static readonly IPAddressValue s_peer6 = Craft.IP("2001:db8::1");
    private static readonly IPAddressValue s_station6 = Craft.IP("2001:db8::2");
    private static readonly IPAddressValue s_router = Craft.IP("fe80::a");

    internal static IEnumerable<byte[]> Groups()
    {
        yield return Ethernet(Igmp(s_peer, IPAddressValue.AllHosts, new IgmpMessage(IgmpType.Query, Craft.IP("0.0.0.0")) { MaxResponseTenths = 10 }));
        yield return Ethernet(Igmp(s_peer, Craft.IP("239.1.2.3"), new IgmpMessage(IgmpType.Query, Craft.IP("239.1.2.3")) { MaxResponseTenths = 1 }));
        yield return Ethernet(Igmp(s_peer, Craft.IP("239.1.2.3"), new IgmpMessage(IgmpType.Report, Craft.IP("239.1.2.3"))));
        yield return Ethernet(Mld(s_router, IPAddressValue.AllNodes, new MldMessage(Icmpv6Type.ListenerQuery, Craft.IP("::")) { MaxResponseTime = 100 }));
        yield return Ethernet(UdpPacket(s_peer, 5353, Craft.IP("239.1.2.3"), 5353, new byte[40]));
        yield return Ethernet(UdpPacket(s_peer, 5353, Craft.IP("255.255.255.255"), 7, new byte[40]));
        yield return Ethernet(IcmpPacket(s_peer, s_station, Icmpv4Message.EchoRequest(1, 2), new byte[56]));
        yield return Ethernet(IcmpPacket(s_peer6, IPAddressValue.AllNodes, Icmpv6Message.EchoRequest(1, 2), new byte[56]));
        yield return Ethernet(IcmpPacket(s_peer6, s_station6, Icmpv6Message.EchoRequest(1, 2), new byte[56]));
    }

    internal static IEnumerable<byte[]> Neighbors()
    {
        yield return Arp(ArpPacket.Request(Peer, s_peer, s_station));
        yield return Arp(ArpPacket.Request(Peer, s_peer, s_peer));
        yield return Arp(ArpPacket.Request(Peer, s_station, s_station).ReplyFrom(Peer), Station);
        yield return Arp(ArpPacket.Request(Peer, Craft.IP("0.0.0.0"), s_station));
        yield return Ethernet(Solicitation(s_peer6, s_station6, Peer));
        yield return Ethernet(Solicitation(Craft.IP("::"), s_station6, null));
        yield return Ethernet(Advertisement(s_peer6, s_station6, new NeighborAdvertisement(s_peer6, Peer) { IsSolicited = true, IsOverride = true }));
        NdPrefix prefix = new(new IPPrefix(Craft.IP("2001:db8:1::"), 64), IsOnLink: true, IsAutonomous: true, 3600, 1800);
        yield return Ethernet(Router(s_router, new RouterAdvertisement(1800) { SourceLinkLayer = Peer, Prefix = prefix, Mtu = 1400 }));
        yield return Ethernet(Solicitation(Craft.IP("::"), prefix.Prefix.Address.WithInterface(Station), null));
        yield return Ethernet(Router(s_router, new RouterAdvertisement(0)));
        yield return Ethernet(Redirect(s_router, s_station6, s_peer6, Craft.IP("2001:db8:7::1"), default));
    }

    internal static IEnumerable<byte[]> Errors()
    {
        // About the SYN to port 9, the echo to a port and an echo request; the ports are guessed by the fuzzer.
        byte[] syn = TcpPacket(s_station, s_peer, new TcpHeader(40_000, 9, default, default, TcpFlags.Syn, 1000));
        byte[] echo = UdpPacket(s_station, 7, s_peer, 40_000, new byte[16]);
        foreach (byte[] quote in (byte[][])[syn, echo])
        {
            yield return Ethernet(IcmpPacket(s_peer, s_station, Icmpv4Message.Unreachable(Icmpv4Unreachable.Port), quote));
            yield return Ethernet(IcmpPacket(s_peer, s_station, Icmpv4Message.FragmentationNeeded(576), quote));
            yield return Ethernet(IcmpPacket(s_peer, s_station, Icmpv4Message.TimeExceeded(inReassembly: false), quote));
            yield return Ethernet(Redirect(s_peer, s_station, Craft.IP("192.0.2.9"), default, quote));
        }

        byte[] six = UdpPacket(s_station6, 7, s_peer6, 40_000, new byte[16]);
        yield return Ethernet(IcmpPacket(s_peer6, s_station6, Icmpv6Message.PacketTooBig(1280), six));
        yield return Ethernet(IcmpPacket(s_peer6, s_station6, Icmpv6Message.Unreachable(Icmpv6Unreachable.Port), six));
        yield return Ethernet(UdpPacket(s_peer, 999, s_station, 999, new byte[16]));
        yield return Ethernet(UdpPacket(s_peer6, 999, s_station6, 999, new byte[16]));
        yield return Ethernet(Packet(s_peer, s_station, 200, new byte[16]));
        yield return Ethernet(Packet(s_peer6, s_station6, 200, new byte[16]));
    }

    internal static IEnumerable<byte[]> Fragments()
    {
        byte[] data = Datagram(s_peer, 7, s_station, 7, new byte[300]);
        byte[] data6 = Datagram(s_peer6, 7, s_station6, 7, new byte[300]);
        List<byte[]> four = Craft.Fragments(s_peer, s_station, IPProtocol.Udp, data, 104, 1);
        List<byte[]> six = Craft.Fragments(s_peer6, s_station6, IPProtocol.Udp, data6, 104, 1);
        foreach (byte[] piece in four.Concat(six).Reverse())
        {
            yield return Ethernet(piece);
        }

        // One that overlaps, one whose end is missing, the longest there can be.
        yield return Ethernet(Packet(s_peer, s_station, IPProtocol.Udp, data.AsSpan(0, 104), 0, hasMore: true, id: 2));
        yield return Ethernet(Packet(s_peer, s_station, IPProtocol.Udp, data.AsSpan(0, 104), 96, hasMore: true, id: 2));
        yield return Ethernet(Packet(s_peer, s_station, IPProtocol.Udp, data.AsSpan(0, 104), 0, hasMore: true, id: 3));
        yield return Ethernet(Packet(s_peer, s_station, IPProtocol.Udp, data.AsSpan(0, 8), 65_504, hasMore: false, id: 3));
        yield return Ethernet(Packet(s_peer6, s_station6, IPProtocol.Udp, data6.AsSpan(0, 104), 0, hasMore: true, id: 3));
    }
}
