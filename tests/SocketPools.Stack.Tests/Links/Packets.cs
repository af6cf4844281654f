using System.Buffers.Binary;
using System.Net;

namespace SocketPools.Stack.Tests.Links;

/// <summary>Packets written byte by byte, and the plainest checksum there is: nothing of the stack's own code, which is under test.</summary>
internal static class Packets
{
    internal const int EthernetLength = 14;
    internal const int IPv4Length = 20;
    internal const int TcpLength = 20;

    internal static byte[] Ethernet(byte[] to, byte[] from, ushort type, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[EthernetLength + payload.Length];
        to.CopyTo(frame, 0);
        from.CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), type);
        payload.CopyTo(frame.AsSpan(EthernetLength));
        return frame;
    }

    internal static byte[] IPv4(string from, string to, byte protocol, ReadOnlySpan<byte> payload, ushort id = 0)
    {
        byte[] packet = new byte[IPv4Length + payload.Length];
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), id);
        packet[6] = 0x40; // don't fragment
        packet[8] = 64;
        packet[9] = protocol;
        IPAddress.Parse(from).GetAddressBytes().CopyTo(packet, 12);
        IPAddress.Parse(to).GetAddressBytes().CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), (ushort)~Sum(packet.AsSpan(0, IPv4Length)));
        payload.CopyTo(packet.AsSpan(IPv4Length));
        return packet;
    }

    internal static byte[] IPv6(string from, string to, byte protocol, ReadOnlySpan<byte> payload)
    {
        byte[] packet = new byte[40 + payload.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)payload.Length);
        packet[6] = protocol;
        packet[7] = 64;
        IPAddress.Parse(from).GetAddressBytes().CopyTo(packet, 8);
        IPAddress.Parse(to).GetAddressBytes().CopyTo(packet, 24);
        payload.CopyTo(packet.AsSpan(40));
        return packet;
    }

    /// <summary>A TCP segment. The checksum field is 0; <see cref="Complete"/> fills it.</summary>
    internal static byte[] Tcp(ushort from, ushort to, uint sequence, byte flags, ReadOnlySpan<byte> payload, uint acknowledgment = 0)
    {
        byte[] segment = new byte[TcpLength + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(segment, from);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), to);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), acknowledgment);
        segment[12] = TcpLength / 4 << 4;
        segment[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 65535);
        payload.CopyTo(segment.AsSpan(TcpLength));
        return segment;
    }

    /// <summary>A UDP datagram with checksum 0.</summary>
    internal static byte[] Udp(ushort from, ushort to, ReadOnlySpan<byte> payload)
    {
        byte[] datagram = new byte[8 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, from);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), to);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        payload.CopyTo(datagram.AsSpan(8));
        return datagram;
    }

    internal static byte[] Echo(byte type, ushort id, ushort sequence, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[8 + payload.Length];
        message[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), sequence);
        payload.CopyTo(message.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)~Sum(message));
        return message;
    }

    internal static byte[] ArpReply(byte[] senderMac, string senderIP, byte[] targetMac, string targetIP)
    {
        byte[] packet = [0, 1, 8, 0, 6, 4, 0, 2, .. senderMac, .. IPAddress.Parse(senderIP).GetAddressBytes(),
            .. targetMac, .. IPAddress.Parse(targetIP).GetAddressBytes()];
        return packet;
    }

    /// <summary>Where the checksum lies in a transport's header.</summary>
    internal static int ChecksumOffset(byte protocol) => protocol == 6 ? 16 : protocol == 17 ? 6 : 2;

    /// <summary>The sum of an IP packet's pseudo-header and, unless only that is wanted, of all behind the IP header.</summary>
    internal static ushort TransportSum(ReadOnlySpan<byte> ip, bool onlyPseudoHeader = false)
    {
        bool is4 = ip[0] >> 4 == 4;
        ReadOnlySpan<byte> transport = ip[(is4 ? IPv4Length : 40)..];
        byte[] pseudo = is4
            ? [.. ip[12..20], 0, ip[9], (byte)(transport.Length >> 8), (byte)transport.Length]
            : [.. ip[8..40], 0, 0, (byte)(transport.Length >> 8), (byte)transport.Length, 0, 0, 0, ip[6]];
        return onlyPseudoHeader ? Sum(pseudo) : Sum([.. pseudo, .. transport]);
    }

    /// <summary>Puts the transport's checksum into an IP packet whose field is 0.</summary>
    internal static byte[] Complete(byte[] ip) => Write(ip, (ushort)~TransportSum(ip));

    /// <summary>Puts the pseudo-header's sum there: a partial checksum.</summary>
    internal static byte[] Partial(byte[] ip) => Write(ip, TransportSum(ip, onlyPseudoHeader: true));

    internal static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)(bytes[i] << (i % 2 == 0 ? 8 : 0));
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static byte[] Write(byte[] ip, ushort sum)
    {
        bool is4 = ip[0] >> 4 == 4;
        int at = (is4 ? IPv4Length : 40) + ChecksumOffset(is4 ? ip[9] : ip[6]);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(at), sum);
        return ip;
    }
}
