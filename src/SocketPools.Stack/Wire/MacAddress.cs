using System.Buffers.Binary;
using System.Net.NetworkInformation;

namespace SocketPools.Stack.Wire;

/// <summary>A hardware address of Ethernet, 48 bits (IEEE 802, section 8).</summary>
internal readonly record struct MacAddress
{
    /// <summary>Bytes of an address.</summary>
    internal const int Length = 6;

    private const ulong AllOnes = 0xFFFF_FFFF_FFFF;

    private readonly ulong _bits;

    /// <summary>An address from its number.</summary>
    /// <param name="bits">48 bits, the first byte the highest.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 48.</exception>
    internal MacAddress(ulong bits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, AllOnes);
        _bits = bits;
    }

    /// <summary>ff:ff:ff:ff:ff:ff, every station.</summary>
    internal static MacAddress Broadcast => new(AllOnes);

    /// <summary>Whether it is for more than one station, broadcast included.</summary>
    internal bool IsGroup => (_bits >> 40 & 1) != 0;

    /// <summary>Whether one station may own it: neither a group nor all zeros.</summary>
    internal bool IsStation => !IsGroup && _bits != 0;

    /// <summary>The modified EUI-64 interface identifier (RFC 4291, appendix A).</summary>
    internal ulong InterfaceIdentifier => ((_bits >> 24 << 40) | 0xFF_FE00_0000 | (_bits & 0xFF_FFFF)) ^ 0x0200_0000_0000_0000;

    /// <summary>The first 6 bytes.</summary>
    internal static MacAddress Read(ReadOnlySpan<byte> bytes) =>
        new((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

    /// <summary>The BCL's address.</summary>
    /// <exception cref="ArgumentException">It has not 6 bytes.</exception>
    internal static MacAddress From(PhysicalAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == Length ? Read(bytes)
            : throw new ArgumentException($"An Ethernet address has 6 bytes, not {bytes.Length}.", nameof(address));
    }

    /// <summary>
    /// Where packets for a multicast address go: 01:00:5e and its last 23 bits (RFC 1112, section 6.4), or 33:33 and its last 32
    /// (RFC 2464, section 7).
    /// </summary>
    internal static MacAddress ForMulticast(in IPAddressValue group) => group.IsIPv4
        ? new MacAddress(0x0100_5E00_0000UL | (group.IPv4Bits & 0x7F_FFFF))
        : new MacAddress(0x3333_0000_0000 | (group.Low & 0xFFFF_FFFF));

    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)_bits);
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(_bits >> 32));
    }

    /// <summary>Returns the six octets in hexadecimal: <c>02:00:00:00:00:01</c>.</summary>
    public override string ToString()
    {
        ulong b = _bits;
        return $"{b >> 40:x2}:{b >> 32 & 0xFF:x2}:{b >> 24 & 0xFF:x2}:{b >> 16 & 0xFF:x2}:{b >> 8 & 0xFF:x2}:{b & 0xFF:x2}";
    }
}
