using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The header of an IPv4 packet (RFC 791, section 3.1), and as much of the payload as lies in one piece with it. Options are stepped
/// over: a host needs none of them (RFC 1122, section 3.2.1.8), and source routes are not followed.
/// </summary>
internal readonly ref struct IPv4View
{
    private readonly ReadOnlySpan<byte> _bytes;

    private IPv4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Bytes of header and options, 20..60.</summary>
    internal int HeaderLength => (_bytes[0] & 0xF) * 4;

    /// <summary>Differentiated services and, in the last two bits, <see cref="CongestionBits"/>.</summary>
    internal byte TrafficClass => _bytes[1];

    /// <summary>Explicit congestion notification (RFC 3168, section 5): 0 none, 1 and 2 capable, 3 congestion experienced.</summary>
    internal int CongestionBits => _bytes[1] & 3;

    /// <summary>Bytes of the packet; what the link appended is not counted.</summary>
    internal int TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Tistinguishes the fragments of one packet from those of others.</summary>
    internal ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    internal bool MayNotFragment => (_bytes[6] & 0x40) != 0;

    /// <summary>Whether there are fragments behind this one.</summary>
    internal bool HasMoreFragments => (_bytes[6] & 0x20) != 0;

    /// <summary>Where this fragment's payload begins in the packet's, in bytes.</summary>
    internal int FragmentOffset => (BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]) & 0x1FFF) * 8;

    /// <summary>Whether this is not a whole packet.</summary>
    internal bool IsFragment => (BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]) & 0x3FFF) != 0;

    internal byte TimeToLive => _bytes[8];

    /// <summary>What comes behind the header: see <see cref="IPProtocol"/>.</summary>
    internal byte Protocol => _bytes[9];

    internal IPAddressValue Source => IPAddressValue.ReadIPv4(_bytes[12..]);

    internal IPAddressValue Destination => IPAddressValue.ReadIPv4(_bytes[16..]);

    /// <summary>The header with its options.</summary>
    internal ReadOnlySpan<byte> Header => _bytes[..HeaderLength];

    /// <summary>Bytes of payload in the packet, wherever they lie.</summary>
    internal int PayloadLength => TotalLength - HeaderLength;

    /// <summary>The payload that lies in one piece with the header.</summary>
    internal ReadOnlySpan<byte> Payload => _bytes[HeaderLength..];

    /// <summary>Whether the header is whole (RFC 1122, section 3.2.1.2: a packet whose header is not is dropped in silence).</summary>
    internal bool IsChecksumRight
    {
        get
        {
            InternetChecksum sum = default;
            sum.AddHeader(Header);
            return sum.IsRight;
        }
    }

    /// <summary>Reads a packet that lies in one piece.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out IPv4View view) => TryRead(bytes, bytes.Length, out view);

    /// <summary>
    /// Reads a packet. False: another version, a header that is too short or longer than the packet, a packet that was cut off, or a
    /// fragment that would end behind byte 65535 or, before the last one, not on a multiple of 8.
    /// </summary>
    /// <param name="head">Its beginning, with all of the header.</param>
    /// <param name="available">Bytes of the packet that have come, head included.</param>
    /// <param name="view">The packet.</param>
    internal static bool TryRead(ReadOnlySpan<byte> head, int available, out IPv4View view)
    {
        view = default;
        if (head.Length < IPv4Header.MinLength || head[0] >> 4 != 4)
        {
            return false;
        }

        int headerLength = (head[0] & 0xF) * 4;
        int totalLength = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
        if (headerLength < IPv4Header.MinLength || headerLength > head.Length || totalLength < headerLength || totalLength > available)
        {
            return false;
        }

        view = new IPv4View(head[..Math.Min(head.Length, totalLength)]);
        return !view.IsFragment
            || (view.FragmentOffset + view.PayloadLength <= IPv4Header.MaxLength - IPv4Header.MinLength
                && (!view.HasMoreFragments || (view.PayloadLength % 8 == 0 && view.PayloadLength > 0)));
    }
}
