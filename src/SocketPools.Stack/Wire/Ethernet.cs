using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>What an Ethernet frame carries: IANA, "IEEE 802 Numbers". Below 1536 it is the length of an IEEE 802.3 frame.</summary>
internal enum EtherType : ushort
{
    /// <summary>RFC 894.</summary>
    IPv4 = 0x0800,
    /// <summary>RFC 826.</summary>
    Arp = 0x0806,
    /// <summary>RFC 2464, section 3.</summary>
    IPv6 = 0x86DD,
}

/// <summary>The bytes of an Ethernet II frame (RFC 894), without preamble and frame check sequence.</summary>
internal readonly ref struct EthernetView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal MacAddress Destination => MacAddress.Read(_bytes);

    internal MacAddress Source => MacAddress.Read(_bytes[6..]);

    internal EtherType Type => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_bytes[12..]);

    /// <summary>All behind the header, padding to 60 bytes included: the packet's own length says where it ends.</summary>
    internal ReadOnlySpan<byte> Payload => _bytes[EthernetHeader.Length..];

    /// <summary>Reads a frame. False: it is shorter than its header, or sent by a group.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out EthernetView view)
    {
        view = new EthernetView(bytes);
        return bytes.Length >= EthernetHeader.Length && (bytes[6] & 1) == 0;
    }
}

/// <summary>The header of an Ethernet II frame.</summary>
internal readonly record struct EthernetHeader(MacAddress Destination, MacAddress Source, EtherType Type)
{
    /// <summary>Bytes of the header.</summary>
    internal const int Length = 14;

    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], (ushort)Type);
        Destination.Write(destination);
        Source.Write(destination[6..]);
    }
}
