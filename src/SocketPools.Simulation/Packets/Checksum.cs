using System.Buffers.Binary;

namespace SocketPools.Simulation.Packets;

/// <summary>The checksum of the Internet protocols (RFC 1071), and its incremental update (RFC 1624).</summary>
internal static class Checksum
{
    /// <summary>The sum of bytes, not folded, to be continued at an even offset.</summary>
    internal static ulong Sum(ReadOnlySpan<byte> bytes, ulong sum = 0)
    {
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            sum += BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    /// <summary>The checksum of a sum: its complement. Zero for a sum that includes a right checksum.</summary>
    internal static ushort Fold(ulong sum)
    {
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    internal static ushort Of(ReadOnlySpan<byte> bytes) => Fold(Sum(bytes));

    /// <summary>The sum of the pseudo header (RFC 9293, section 3.1; RFC 8200, section 8.1).</summary>
    /// <param name="addresses">Source and destination, one after the other.</param>
    /// <param name="protocol">The transport's number.</param>
    /// <param name="length">The transport's length in bytes.</param>
    internal static ulong Pseudo(ReadOnlySpan<byte> addresses, int protocol, int length) => Sum(addresses) + (ulong)protocol + (ulong)length;

    /// <summary>Changes a checksum for bytes that were replaced (RFC 1624, equation 3). Both have the same even length.</summary>
    internal static void Update(Span<byte> checksum, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        ulong sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(checksum);
        sum = Sum(after, sum);
        for (int at = 0; at < before.Length; at += 2)
        {
            sum += (ushort)~BinaryPrimitives.ReadUInt16BigEndian(before[at..]);
        }

        BinaryPrimitives.WriteUInt16BigEndian(checksum, Fold(sum));
    }
}
