using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The header of an IPv6 packet (RFC 8200, section 3).</summary>
internal readonly record struct IPv6Header
{
    /// <summary>Bytes of the header.</summary>
    internal const int Length = 40;

    /// <summary>The least MTU of a link in bytes (RFC 8200, section 5).</summary>
    internal const int MinMtu = 1280;

    /// <summary>A header.</summary>
    /// <param name="source">An IPv6 address.</param>
    /// <param name="destination">An IPv6 address.</param>
    /// <param name="nextHeader">What comes behind it: see <see cref="IPProtocol"/>.</param>
    /// <param name="payloadLength">How many bytes do, 0..65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload does not fit, or an address is of another family.</exception>
    internal IPv6Header(in IPAddressValue source, in IPAddressValue destination, byte nextHeader, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)payloadLength, ushort.MaxValue, nameof(payloadLength));
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.IsIPv6 && destination.IsIPv6, true, nameof(source));
        Source = source;
        Destination = destination;
        NextHeader = nextHeader;
        PayloadLength = payloadLength;
    }

    internal IPAddressValue Source { get; }

    internal IPAddressValue Destination { get; }

    internal byte NextHeader { get; }

    internal int PayloadLength { get; }

    /// <summary>Routers left to pass; 255 proves a neighbour (RFC 4861, section 3.1), 1 keeps a packet on its link.</summary>
    internal byte HopLimit { get; init; } = 64;

    /// <summary>Differentiated services, and the two bits of congestion notification.</summary>
    internal byte TrafficClass { get; init; }

    /// <summary>The same for all packets of a flow, 0..1048575 (RFC 6437); 0 for none.</summary>
    internal int FlowLabel
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, 0xFFFFFu, nameof(value));
            field = value;
        }
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    internal void Write(Span<byte> destination)
    {
        destination = destination[..Length];
        BinaryPrimitives.WriteUInt32BigEndian(destination, 0x6000_0000u | ((uint)TrafficClass << 20) | (uint)FlowLabel);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)PayloadLength);
        destination[6] = NextHeader;
        destination[7] = HopLimit;
        Source.Write(destination[8..]);
        Destination.Write(destination[24..]);
    }
}

/// <summary>The header of an IPv6 fragment (RFC 8200, section 4.5).</summary>
/// <param name="NextHeader">What the fragmented part begins with.</param>
/// <param name="Offset">Where this fragment begins in it: a multiple of 8 below 65536.</param>
/// <param name="HasMore">Whether there are fragments behind it.</param>
/// <param name="Identification">Tistinguishes the fragments of one packet from those of others.</param>
internal readonly record struct IPv6FragmentHeader(byte NextHeader, int Offset, bool HasMore, uint Identification)
{
    /// <summary>Bytes of the header.</summary>
    internal const int Length = 8;

    /// <summary>Whether it is a whole packet, to be read as if there were no fragment header (RFC 6946).</summary>
    internal bool IsAtomic => Offset == 0 && !HasMore;

    /// <summary>Reads the first 8 bytes.</summary>
    internal static IPv6FragmentHeader Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0], BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) & 0xFFF8, (bytes[3] & 1) != 0, BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));

    internal void Write(Span<byte> destination)
    {
        destination = destination[..Length];
        destination[0] = NextHeader;
        destination[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)((Offset & 0xFFF8) | (HasMore ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Identification);
    }
}

/// <summary>A hop-by-hop header with nothing but router alert for MLD in it (RFC 2711), which reports and queries carry.</summary>
internal static class IPv6RouterAlert
{
    /// <summary>Bytes of the header.</summary>
    internal const int Length = 8;

    internal static void Write(Span<byte> destination, byte nextHeader) =>
        BinaryPrimitives.WriteUInt64BigEndian(destination, ((ulong)nextHeader << 56) | 0x0005_0200_0001_00);
}
