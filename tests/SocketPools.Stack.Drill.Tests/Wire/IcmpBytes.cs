using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Wire;

/// <summary>ICMP and ICMPv6 about a TCP segment, by packetdrill's names.</summary>
internal static class IcmpBytes
{
    internal static byte[] Write(ScriptPacket packet, IPEndPoint local, IPEndPoint remote, uint sequenceOffset)
    {
        byte[] header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)remote.Port);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), packet.Sequence + sequenceOffset);
        header[12] = 0x50;
        byte[] quoted = PacketBytes.Packet(local.Address, remote.Address, 6, header);
        bool isIPv6 = local.Address.GetAddressBytes().Length == 16;
        byte[] message = new byte[8 + quoted.Length];
        (message[0], message[1]) = isIPv6 ? CodeOfIPv6(packet.IcmpType, packet.IcmpCode) : CodeOfIPv4(packet.IcmpType, packet.IcmpCode);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)(packet.IcmpMtu ?? 0));
        quoted.CopyTo(message, 8);
        uint pseudoHeader = isIPv6 ? PacketBytes.PseudoHeader(remote.Address, local.Address, 58, message.Length) : 0;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)~PacketBytes.Sum(message, pseudoHeader));
        return PacketBytes.Packet(remote.Address, local.Address, isIPv6 ? 58 : 1, message);
    }

    private static (byte Type, byte Code) CodeOfIPv4(string type, string code) => (type, code) switch
    {
        ("unreachable", "net_unreachable") => (3, 0),
        ("unreachable", "host_unreachable") => (3, 1),
        ("unreachable", "protocol_unreachable" or "proto_unreachable") => (3, 2),
        ("unreachable", "port_unreachable") => (3, 3),
        ("unreachable", "frag_needed") => (3, 4),
        ("unreachable", "source_route_failed") => (3, 5),
        ("unreachable", "net_unknown") => (3, 6),
        ("unreachable", "host_unknown") => (3, 7),
        ("unreachable", "source_host_isolated") => (3, 8),
        ("unreachable", "net_prohibited") => (3, 9),
        ("unreachable", "host_prohibited") => (3, 10),
        ("unreachable", "net_unreachable_for_tos") => (3, 11),
        ("unreachable", "host_unreachable_for_tos") => (3, 12),
        ("unreachable", "packet_filtered" or "comm_prohibited") => (3, 13),
        ("unreachable", "precedence_violation") => (3, 14),
        ("unreachable", "precedence_cutoff") => (3, 15),
        ("source_quench", _) => (4, 0),
        ("redirect", _) => (5, 0),
        ("echo_request", _) => (8, 0),
        ("echo_reply", _) => (0, 0),
        ("time_exceeded", _) => (11, 0),
        ("parameter_problem", _) => (12, 0),
        ("timestamp_request", _) => (13, 0),
        ("timestamp_reply", _) => (14, 0),
        ("information_request", _) => (15, 0),
        ("information_reply", _) => (16, 0),
        ("address_mask_request", _) => (17, 0),
        ("address_mask_reply", _) => (18, 0),
        _ => ByNumber(type, code, unreachable: 3),
    };

    private static (byte Type, byte Code) CodeOfIPv6(string type, string code) => (type, code) switch
    {
        ("unreachable", "no_route") => (1, 0),
        ("unreachable", "admin_prohibited" or "comm_prohibited") => (1, 1),
        ("unreachable", "not_neighbour" or "beyond_scope") => (1, 2),
        ("unreachable", "addr_unreachable" or "address_unreachable") => (1, 3),
        ("unreachable", "port_unreachable") => (1, 4),
        ("packet_too_big", _) => (2, 0),
        ("time_exceeded", _) => (3, 0),
        ("parameter_problem", "unknown_next_header") => (4, 1),
        ("parameter_problem", _) => (4, 0),
        _ => ByNumber(type, code, unreachable: 1),
    };

    private static (byte Type, byte Code) ByNumber(string type, string code, byte unreachable)
    {
        int number = type == "unreachable" ? unreachable : Number(type, "type_");
        return number < 0 ? throw new UnsupportedException($"icmp {type} {code}") : ((byte)number, (byte)Math.Max(0, Number(code, "code_")));
    }

    private static int Number(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? int.Parse(text.AsSpan(prefix.Length), CultureInfo.InvariantCulture) : -1;
}
