using System.Buffers.Binary;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>Packets of a peer that says what it likes, with checksums that are right.</summary>
internal static class Craft
{
    /// <summary>The hardware address of the peer.</summary>
    internal static MacAddress Peer { get; } = MacAddress.Read([2, 0, 0, 0, 0, 0x0A]);

    /// <summary>The hardware address of the stack that hears it.</summary>
    internal static MacAddress Station { get; } = MacAddress.From(IngressStation.Hardware);

    internal static IPAddressValue IP(string address) => IPAddressValue.Parse(address);

    /// <summary>An Ethernet frame to the station, to the group of the packet's address, or to whoever is told.</summary>
    internal static byte[] Ethernet(byte[] packet, MacAddress? to = null, MacAddress? from = null)
    {
        bool isIPv4 = packet[0] >> 4 == 4;
        IPAddressValue destination = isIPv4 ? IPAddressValue.ReadIPv4(packet.AsSpan(16)) : IPAddressValue.ReadIPv6(packet.AsSpan(24));
        MacAddress target = to ?? (destination.IsMulticast ? MacAddress.ForMulticast(destination) : destination.IsLimitedBroadcast ? MacAddress.Broadcast : Station);
        return Ethernet(packet, isIPv4 ? EtherType.IPv4 : EtherType.IPv6, target, from ?? Peer);
    }

    internal static byte[] Ethernet(byte[] payload, EtherType type, MacAddress to, MacAddress from)
    {
        byte[] frame = new byte[EthernetHeader.Length + payload.Length];
        new EthernetHeader(to, from, type).Write(frame);
        payload.CopyTo(frame, EthernetHeader.Length);
        return frame;
    }

    internal static byte[] Packet(
        IPAddressValue from, IPAddressValue to, byte protocol, ReadOnlySpan<byte> payload, int offset = 0, bool hasMore = false, uint id = 0, byte hops = 64)
    {
        if (from.IsIPv4)
        {
            IPv4Header header = new(from, to, protocol, payload.Length)
            {
                FragmentOffset = offset,
                HasMoreFragments = hasMore,
                Identification = (ushort)id,
                TimeToLive = hops,
            };
            byte[] packet = new byte[header.Length + payload.Length];
            header.Write(packet);
            payload.CopyTo(packet.AsSpan(header.Length));
            return packet;
        }

        bool isFragment = hasMore || offset > 0;
        int room = isFragment ? IPv6FragmentHeader.Length : 0;
        byte[] six = new byte[IPv6Header.Length + room + payload.Length];
        new IPv6Header(from, to, isFragment ? IPProtocol.Fragment : protocol, room + payload.Length) { HopLimit = hops }.Write(six);
        if (isFragment)
        {
            new IPv6FragmentHeader(protocol, offset, hasMore, id).Write(six.AsSpan(IPv6Header.Length));
        }

        payload.CopyTo(six.AsSpan(IPv6Header.Length + room));
        return six;
    }

    internal static byte[] UdpPacket(IPAddressValue from, ushort fromPort, IPAddressValue to, ushort toPort, ReadOnlySpan<byte> data) =>
        Packet(from, to, IPProtocol.Udp, Datagram(from, fromPort, to, toPort, data));

    internal static byte[] Datagram(IPAddressValue from, ushort fromPort, IPAddressValue to, ushort toPort, ReadOnlySpan<byte> data)
    {
        byte[] datagram = new byte[UdpHeader.Length + data.Length];
        data.CopyTo(datagram.AsSpan(UdpHeader.Length));
        InternetChecksum sum = default;
        sum.AddPseudoHeader(from, to, IPProtocol.Udp, datagram.Length);
        sum.Add(data);
        new UdpHeader(fromPort, toPort, data.Length).Write(datagram, sum);
        return datagram;
    }

    internal static byte[] TcpPacket(IPAddressValue from, IPAddressValue to, TcpHeader header, ReadOnlySpan<byte> text = default)
    {
        byte[] segment = new byte[header.Length + text.Length];
        text.CopyTo(segment.AsSpan(header.Length));
        InternetChecksum sum = default;
        sum.AddPseudoHeader(from, to, IPProtocol.Tcp, segment.Length);
        sum.Add(text);
        header.Write(segment, sum);
        return Packet(from, to, IPProtocol.Tcp, segment);
    }

    internal static byte[] IcmpPacket(IPAddressValue from, IPAddressValue to, Icmpv4Message message, ReadOnlySpan<byte> body)
    {
        byte[] bytes = new byte[Icmpv4Message.Length + body.Length];
        body.CopyTo(bytes.AsSpan(Icmpv4Message.Length));
        InternetChecksum sum = default;
        sum.Add(body);
        message.Write(bytes, sum);
        return Packet(from, to, IPProtocol.Icmp, bytes);
    }

    internal static byte[] IcmpPacket(IPAddressValue from, IPAddressValue to, Icmpv6Message message, ReadOnlySpan<byte> body)
    {
        byte[] bytes = new byte[Icmpv6Message.Length + body.Length];
        body.CopyTo(bytes.AsSpan(Icmpv6Message.Length));
        InternetChecksum sum = default;
        sum.AddPseudoHeader(from, to, IPProtocol.Icmpv6, bytes.Length);
        sum.Add(body);
        message.Write(bytes, sum);
        return Packet(from, to, IPProtocol.Icmpv6, bytes);
    }

    internal static byte[] Igmp(IPAddressValue from, IPAddressValue to, IgmpMessage message)
    {
        byte[] bytes = new byte[IgmpMessage.Length];
        message.Write(bytes);
        return Packet(from, to, IPProtocol.Igmp, bytes, hops: 1);
    }

    internal static byte[] Mld(IPAddressValue from, IPAddressValue to, MldMessage message)
    {
        byte[] bytes = new byte[MldMessage.Length];
        message.Write(bytes, from, to);
        return Packet(from, to, IPProtocol.Icmpv6, bytes, hops: 1);
    }

    internal static byte[] Arp(ArpPacket packet, MacAddress? to = null)
    {
        byte[] bytes = new byte[ArpPacket.Length];
        packet.Write(bytes);
        return Ethernet(bytes, EtherType.Arp, to ?? MacAddress.Broadcast, packet.SenderHardware);
    }

    internal static byte[] Solicitation(IPAddressValue from, IPAddressValue target, MacAddress? hardware)
    {
        NeighborSolicitation message = new(target, hardware);
        byte[] bytes = new byte[message.Length];
        message.Write(bytes, from, target.SolicitedNode);
        return Packet(from, target.SolicitedNode, IPProtocol.Icmpv6, bytes, hops: NdRules.HopLimit);
    }

    internal static byte[] Advertisement(IPAddressValue from, IPAddressValue to, NeighborAdvertisement message)
    {
        byte[] bytes = new byte[message.Length];
        message.Write(bytes, from, to);
        return Packet(from, to, IPProtocol.Icmpv6, bytes, hops: NdRules.HopLimit);
    }

    internal static byte[] Router(IPAddressValue from, RouterAdvertisement message)
    {
        byte[] bytes = new byte[message.Length];
        message.Write(bytes, from, IPAddressValue.AllNodes);
        return Packet(from, IPAddressValue.AllNodes, IPProtocol.Icmpv6, bytes, hops: NdRules.HopLimit);
    }

    /// <summary>A router's advice to take another way (RFC 4861, section 4.5; RFC 792).</summary>
    internal static byte[] Redirect(IPAddressValue router, IPAddressValue to, IPAddressValue target, IPAddressValue destination, ReadOnlySpan<byte> quote)
    {
        byte[] bytes = new byte[router.IsIPv4 ? 8 + quote.Length : 40];
        if (router.IsIPv4)
        {
            (bytes[0], bytes[1]) = ((byte)Icmpv4Type.Redirect, 1);
            target.Write(bytes.AsSpan(4));
            quote.CopyTo(bytes.AsSpan(8));
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), InternetChecksum.Of(bytes));
            return Packet(router, to, IPProtocol.Icmp, bytes);
        }

        bytes[0] = (byte)Icmpv6Type.Redirect;
        target.Write(bytes.AsSpan(8));
        destination.Write(bytes.AsSpan(24));
        Icmpv6Message.Seal(bytes, router, to);
        return Packet(router, to, IPProtocol.Icmpv6, bytes, hops: NdRules.HopLimit);
    }

    /// <summary>A packet in pieces of so many bytes, in order.</summary>
    internal static List<byte[]> Fragments(IPAddressValue from, IPAddressValue to, byte protocol, byte[] payload, int most, uint id)
    {
        List<byte[]> pieces = [];
        for (int at = 0; at < payload.Length; at += most)
        {
            int length = Math.Min(most, payload.Length - at);
            pieces.Add(Packet(from, to, protocol, payload.AsSpan(at, length), at, at + length < payload.Length, id));
        }

        return pieces;
    }
}
