using System.Buffers.Binary;

namespace SocketPools.Simulation.Packets;

/// <summary>Makes whole IP packets.</summary>
internal static class PacketWriter
{
    /// <summary>A packet around a transport's bytes, whose checksum is filled in at an offset.</summary>
    /// <param name="source">The source.</param>
    /// <param name="destination">The destination, of the same version.</param>
    /// <param name="protocol">The transport's number.</param>
    /// <param name="transport">The transport's bytes, with zero for the checksum.</param>
    /// <param name="checksumAt">Where the checksum is in them.</param>
    /// <param name="timeToLive">Time to live, or hop limit.</param>
    /// <param name="identification">IPv4's identification.</param>
    internal static byte[] Make(
        AddressValue source, AddressValue destination, int protocol, ReadOnlySpan<byte> transport, int checksumAt, byte timeToLive = 64, ushort identification = 0)
    {
        int header = source.IsIPv6 ? 40 : 20;
        byte[] packet = new byte[header + transport.Length];
        Span<byte> bytes = packet;
        Span<byte> addresses = source.IsIPv6 ? bytes[8..40] : bytes[12..20];
        source.Write(addresses);
        destination.Write(addresses[source.Length..]);
        if (source.IsIPv6)
        {
            bytes[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)transport.Length);
            bytes[6] = (byte)protocol;
            bytes[7] = timeToLive;
        }
        else
        {
            bytes[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)packet.Length);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], identification);
            bytes[8] = timeToLive;
            bytes[9] = (byte)protocol;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], Checksum.Of(bytes[..20]));
        }

        transport.CopyTo(bytes[header..]);
        ulong pseudo = protocol == IPPacket.Icmp ? 0 : Checksum.Pseudo(addresses, protocol, transport.Length);
        ushort checksum = Checksum.Fold(Checksum.Sum(transport, pseudo));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[(header + checksumAt)..], checksum == 0 && protocol == IPPacket.Udp ? (ushort)0xFFFF : checksum);
        return packet;
    }

    /// <summary>A message of ICMP or ICMPv6, by the version of the addresses.</summary>
    internal static byte[] Icmp(AddressValue source, AddressValue destination, byte type, byte code, uint rest, ReadOnlySpan<byte> body, byte timeToLive = 64)
    {
        byte[] message = new byte[8 + body.Length];
        message[0] = type;
        message[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        body.CopyTo(message.AsSpan(8));
        return Make(source, destination, source.IsIPv6 ? IPPacket.Icmpv6 : IPPacket.Icmp, message, 2, timeToLive);
    }

    /// <summary>A datagram of UDP.</summary>
    internal static byte[] Udp(AddressValue source, ushort sourcePort, AddressValue destination, ushort destinationPort, ReadOnlySpan<byte> payload)
    {
        byte[] datagram = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        payload.CopyTo(datagram.AsSpan(8));
        return Make(source, destination, IPPacket.Udp, datagram, 6);
    }

    /// <summary>The fragments of an IPv4 packet for an MTU (RFC 791, section 3.2). The flag that forbids it is not looked at.</summary>
    internal static IEnumerable<byte[]> Fragment(byte[] packet, int mtu)
    {
        int header = (packet[0] & 15) * 4;
        int field = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6));
        int room = (mtu - header) & ~7;
        for (int at = header; at < packet.Length; at += room)
        {
            int length = Math.Min(room, packet.Length - at);
            byte[] fragment = new byte[header + length];
            packet.AsSpan(0, header).CopyTo(fragment);
            packet.AsSpan(at, length).CopyTo(fragment.AsSpan(header));
            bool isLast = at + length == packet.Length;
            int flags = (field & 0xC000) | (isLast ? field & 0x2000 : 0x2000);
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(2), (ushort)fragment.Length);
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(6), (ushort)(flags | ((field & 0x1FFF) + ((at - header) / 8))));
            fragment.AsSpan(10, 2).Clear();
            BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(10), Checksum.Of(fragment.AsSpan(0, header)));
            yield return fragment;
        }
    }
}
