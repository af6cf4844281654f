using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The beginning of a packet that an ICMP error quotes: its IP header, and of what comes behind at least 8 bytes (RFC 792), mostly
/// more (RFC 1812, section 4.3.2.3; RFC 4443, section 2.4, c). Lengths in it are the original's; they are not compared with the quote.
/// </summary>
internal readonly ref struct QuotedPacket
{
    private const int MinTransport = 8;

    /// <summary>Where the packet came from: this host, if the error is for it.</summary>
    internal IPAddressValue Source { get; private init; }

    /// <summary>Where it was to go.</summary>
    internal IPAddressValue Destination { get; private init; }

    /// <summary>The transport: see <see cref="IPProtocol"/>.</summary>
    internal byte Protocol { get; private init; }

    /// <summary>The first bytes of the transport's packet, 8 or more.</summary>
    internal ReadOnlySpan<byte> Transport { get; private init; }

    /// <summary>Of TCP and UDP.</summary>
    internal ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(Transport);

    /// <summary>Of TCP and UDP.</summary>
    internal ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(Transport[2..]);

    /// <summary>Of TCP: whether the error is about something that is on its way is to be seen here (RFC 5927, section 4.1).</summary>
    internal SequenceNumber Sequence => new(BinaryPrimitives.ReadUInt32BigEndian(Transport[4..]));

    /// <summary>Reads a quote. False: it is no IPv4, too short, or of a fragment that is not the first.</summary>
    internal static bool TryReadIPv4(ReadOnlySpan<byte> bytes, out QuotedPacket quote)
    {
        quote = default;
        if (bytes.Length < IPv4Header.MinLength || bytes[0] >> 4 != 4)
        {
            return false;
        }

        int header = (bytes[0] & 0xF) * 4;
        if (header < IPv4Header.MinLength || bytes.Length < header + MinTransport || (BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x1FFF) != 0)
        {
            return false;
        }

        quote = new QuotedPacket
        {
            Source = IPAddressValue.ReadIPv4(bytes[12..]),
            Destination = IPAddressValue.ReadIPv4(bytes[16..]),
            Protocol = bytes[9],
            Transport = bytes[header..],
        };
        return true;
    }

    /// <summary>
    /// Reads a quote, over its extension headers, authentication among them. False: it is no IPv6, too short, or of a fragment that
    /// is not the first.
    /// </summary>
    internal static bool TryReadIPv6(ReadOnlySpan<byte> bytes, out QuotedPacket quote)
    {
        quote = default;
        if (bytes.Length < IPv6Header.Length + MinTransport || bytes[0] >> 4 != 6 || !TrySkip(bytes, out byte protocol, out int offset))
        {
            return false;
        }

        quote = new QuotedPacket
        {
            Source = IPAddressValue.ReadIPv6(bytes[8..]),
            Destination = IPAddressValue.ReadIPv6(bytes[24..]),
            Protocol = protocol,
            Transport = bytes[offset..],
        };
        return true;
    }

    private static bool TrySkip(ReadOnlySpan<byte> bytes, out byte protocol, out int offset)
    {
        protocol = bytes[6];
        offset = IPv6Header.Length;
        while (offset + MinTransport <= bytes.Length)
        {
            int length;
            switch (protocol)
            {
                case IPProtocol.HopByHop or IPProtocol.Routing or IPProtocol.DestinationOptions:
                    length = (bytes[offset + 1] + 1) * 8;
                    break;
                case IPProtocol.Authentication:
                    length = (bytes[offset + 1] + 2) * 4;
                    break;
                case IPProtocol.Fragment when IPv6FragmentHeader.Read(bytes[offset..]).Offset == 0:
                    length = IPv6FragmentHeader.Length;
                    break;
                default:
                    return protocol != IPProtocol.Fragment;
            }

            protocol = bytes[offset];
            offset += length;
        }

        return false;
    }
}
