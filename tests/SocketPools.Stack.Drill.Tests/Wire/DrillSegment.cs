using System.Buffers.Binary;
using System.Net;
using SocketPools.Stack.Drill.Tests.Parsing;

namespace SocketPools.Stack.Drill.Tests.Wire;

/// <summary>A TCP segment that the stack has sent, its lengths and checksums proven.</summary>
internal sealed record DrillSegment(double At, ushort SourcePort, ushort DestinationPort, uint Sequence, uint Acknowledgment, string Flags, int Window, IReadOnlyList<ScriptOption> Options, byte[] Payload, string? Fault)
{
    internal int Length => Payload.Length;

    internal bool IsPureAcknowledgment => Flags == "." && Length == 0;

    internal bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);

    /// <summary>Reads a packet; null when it is none of TCP.</summary>
    internal static DrillSegment? TryRead(double at, byte[] packet)
    {
        bool isIPv4 = packet[0] >> 4 == 4;
        int header = isIPv4 ? (packet[0] & 15) * 4 : 40;
        if (packet[isIPv4 ? 9 : 6] != 6)
        {
            return null;
        }

        ReadOnlySpan<byte> segment = packet.AsSpan(header);
        (int from, int size) = isIPv4 ? (12, 4) : (8, 16);
        IPAddress source = new(packet.AsSpan(from, size));
        IPAddress destination = new(packet.AsSpan(from + size, size));
        string? fault = isIPv4 && PacketBytes.Sum(packet.AsSpan(0, header), 0) != 0xFFFF ? "checksum of IP"
            : isIPv4 && BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)) != packet.Length ? "length of IP"
            : PacketBytes.Sum(segment, PacketBytes.PseudoHeader(source, destination, 6, segment.Length)) != 0xFFFF ? "checksum of TCP"
            : null;
        int length = (segment[12] >> 4) * 4;
        return new DrillSegment(
            at,
            BinaryPrimitives.ReadUInt16BigEndian(segment),
            BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(segment[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(segment[8..]),
            PacketBytes.FlagNames(segment[13]),
            BinaryPrimitives.ReadUInt16BigEndian(segment[14..]),
            OptionBytes.Read(segment[20..length]),
            segment[length..].ToArray(),
            fault);
    }
}
