using System.Buffers.Binary;
using System.Net;

namespace SocketPools.Stack.Drill.Tests.Wire;

/// <summary>
/// The bytes of IP packets and TCP segments, written and summed without anything of the stack's: its own code must not be its witness.
/// </summary>
internal static class PacketBytes
{
    private const string FlagLetters = "FSRP.UEW";

    internal static byte FlagBits(string flags) => (byte)flags.Where(flag => flag != '-').Sum(flag => 1 << FlagLetters.IndexOf(flag, StringComparison.Ordinal));

    internal static string FlagNames(byte bits) => string.Concat("SFRPUEW.".Where(flag => (bits & (1 << FlagLetters.IndexOf(flag, StringComparison.Ordinal))) != 0));

    /// <summary>A TCP segment in an IP packet.</summary>
    internal static byte[] Segment(IPEndPoint from, IPEndPoint to, uint sequence, uint acknowledgment, string flags, int window, int urgent, byte[] options, byte[] payload, int trafficClass)
    {
        byte[] segment = new byte[20 + options.Length + payload.Length];
        Span<byte> span = segment;
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(span[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(span[8..], acknowledgment);
        span[12] = (byte)((20 + options.Length) / 4 << 4);
        span[13] = FlagBits(flags);
        BinaryPrimitives.WriteUInt16BigEndian(span[14..], (ushort)window);
        BinaryPrimitives.WriteUInt16BigEndian(span[18..], (ushort)urgent);
        options.CopyTo(segment, 20);
        payload.CopyTo(segment, 20 + options.Length);
        BinaryPrimitives.WriteUInt16BigEndian(span[16..], (ushort)~Sum(segment, PseudoHeader(from.Address, to.Address, 6, segment.Length)));
        return Packet(from.Address, to.Address, 6, segment, trafficClass);
    }

    internal static byte[] Packet(IPAddress from, IPAddress to, int protocol, byte[] payload, int trafficClass = 0)
    {
        byte[] source = from.GetAddressBytes();
        int length = source.Length == 4 ? 20 : 40;
        byte[] packet = new byte[length + payload.Length];
        Span<byte> span = packet;
        if (source.Length == 4)
        {
            span[0] = 0x45;
            span[1] = (byte)trafficClass;
            BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)packet.Length);
            span[8] = 64;
            span[9] = (byte)protocol;
        }
        else
        {
            span[0] = (byte)(0x60 | (trafficClass >> 4));
            span[1] = (byte)(trafficClass << 4);
            BinaryPrimitives.WriteUInt16BigEndian(span[4..], (ushort)payload.Length);
            span[6] = (byte)protocol;
            span[7] = 64;
        }

        source.CopyTo(packet, length - (2 * source.Length));
        to.GetAddressBytes().CopyTo(packet, length - source.Length);
        if (source.Length == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(span[10..], (ushort)~Sum(span[..20], 0));
        }

        payload.CopyTo(packet, length);
        return packet;
    }

    internal static uint PseudoHeader(IPAddress from, IPAddress to, int protocol, int length)
    {
        uint sum = (uint)(protocol + length);
        foreach (IPAddress address in (IPAddress[])[from, to])
        {
            byte[] bytes = address.GetAddressBytes();
            for (int i = 0; i < bytes.Length; i += 2)
            {
                sum += BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(i));
            }
        }

        return sum;
    }

    /// <summary>RFC 1071; 0xFFFF over bytes with a right checksum.</summary>
    internal static ushort Sum(ReadOnlySpan<byte> bytes, uint start)
    {
        ulong sum = start;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }
}
