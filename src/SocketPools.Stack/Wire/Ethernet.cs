using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>What an Ethernet frame carries: IANA, "IEEE 802 Numbers". Below 1536 it is the length of an IEEE 802.3 frame.</summary>
internal enum EtherType : ushort
{
    /// <summary>RFC 894.</summary>
    IPv4 = 0x0800,
    /// <summary>RFC 826.</summary>
    Arp = 0x0806,
    /// <summary>A tag of IEEE 802.1Q is in front of the type.</summary>
    Vlan = 0x8100,
    /// <summary>RFC 2464, section 3.</summary>
    IPv6 = 0x86DD,
    /// <summary>A service tag of IEEE 802.1ad is in front of the type.</summary>
    ServiceVlan = 0x88A8,
}

/// <summary>The bytes of an Ethernet II frame (RFC 894), without preamble and frame check sequence.</summary>
internal readonly ref struct EthernetView
{
    private const int TagLength = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private EthernetView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal MacAddress Destination => MacAddress.Read(_bytes);

    internal MacAddress Source => MacAddress.Read(_bytes[6..]);

    internal EtherType Type => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(_bytes[12..]);

    /// <summary>
    /// Steps over tags of VLAN 0, which carry a priority and name no VLAN (IEEE 802.1Q, 6.9.2). False: a tag is cut off, or names a
    /// VLAN, which is not this station's.
    /// </summary>
    /// <param name="bytes">The frame behind its header.</param>
    /// <param name="type">What the header says, and what is behind the tags.</param>
    /// <param name="length">Bytes of the tags.</param>
    internal static bool TrySkipPriorityTags(ReadOnlySpan<byte> bytes, ref EtherType type, out int length)
    {
        length = 0;
        while (type is EtherType.Vlan or EtherType.ServiceVlan)
        {
            if (bytes.Length < length + TagLength || (BinaryPrimitives.ReadUInt16BigEndian(bytes[length..]) & 0xFFF) != 0)
            {
                return false;
            }

            type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(bytes[(length + 2)..]);
            length += TagLength;
        }

        return true;
    }

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
