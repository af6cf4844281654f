using System.Buffers.Binary;

namespace SocketPools.Simulation.Packets;

/// <summary>Ethernet II frames and their addresses, which are numbers of 48 bits here.</summary>
internal static class Ethernet
{
    internal const int HeaderLength = 14;
    internal const int IPv4 = 0x0800;
    internal const int Arp = 0x0806;
    internal const int IPv6 = 0x86DD;
    internal const ulong Broadcast = 0xFFFF_FFFF_FFFF;

    internal static ulong Destination(ReadOnlySpan<byte> frame) => ReadAddress(frame);

    internal static int Type(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);

    internal static bool IsGroup(ulong address) => ((address >> 40) & 1) != 0;

    internal static ulong ReadAddress(ReadOnlySpan<byte> bytes) => ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);

    internal static void WriteAddress(Span<byte> bytes, ulong address)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(address >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)address);
    }

    internal static byte[] ToBytes(ulong address)
    {
        byte[] bytes = new byte[6];
        WriteAddress(bytes, address);
        return bytes;
    }

    /// <summary>A frame around a packet.</summary>
    internal static byte[] Frame(ulong destination, ulong source, int type, ReadOnlySpan<byte> packet)
    {
        byte[] frame = new byte[HeaderLength + packet.Length];
        WriteAddress(frame, destination);
        WriteAddress(frame.AsSpan(6), source);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)type);
        packet.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>The address of a group of IP (RFC 1112, section 6.4; RFC 2464, section 7).</summary>
    internal static ulong Group(AddressValue group) => group.IsIPv6
        ? 0x3333_0000_0000UL | (uint)group.Bits
        : 0x0100_5E00_0000UL | ((uint)group.Bits & 0x7F_FFFF);
}
