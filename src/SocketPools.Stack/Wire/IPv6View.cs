using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The header of an IPv6 packet (RFC 8200, section 3), and as much of what follows as lies in one piece with it.
/// <see cref="IPv6ExtensionWalker"/> reads on. Jumbograms (RFC 2675) are not read: no link here carries them.
/// </summary>
internal readonly ref struct IPv6View
{
    private readonly ReadOnlySpan<byte> _bytes;

    private IPv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Differentiated services and, in the last two bits, <see cref="CongestionBits"/>.</summary>
    internal byte TrafficClass => (byte)(BinaryPrimitives.ReadUInt16BigEndian(_bytes) >> 4);

    /// <summary>Explicit congestion notification (RFC 3168, section 5): 0 none, 1 and 2 capable, 3 congestion experienced.</summary>
    internal int CongestionBits => TrafficClass & 3;

    /// <summary>20 bits that are the same in all packets of one flow (RFC 6437).</summary>
    internal int FlowLabel => (int)BinaryPrimitives.ReadUInt32BigEndian(_bytes) & 0xFFFFF;

    /// <summary>Bytes behind the header, extension headers included.</summary>
    internal int PayloadLength => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>What the first header behind this one is: see <see cref="IPProtocol"/>.</summary>
    internal byte NextHeader => _bytes[6];

    internal byte HopLimit => _bytes[7];

    internal IPAddressValue Source => IPAddressValue.ReadIPv6(_bytes[8..]);

    internal IPAddressValue Destination => IPAddressValue.ReadIPv6(_bytes[24..]);

    /// <summary>Bytes of the packet; what the link appended is not counted.</summary>
    internal int TotalLength => IPv6Header.Length + PayloadLength;

    /// <summary>What lies behind the header in one piece with it.</summary>
    internal ReadOnlySpan<byte> Payload => _bytes[IPv6Header.Length..];

    /// <summary>The header and what lies in one piece with it.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads a packet that lies in one piece.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out IPv6View view) => TryRead(bytes, bytes.Length, out view);

    /// <summary>
    /// Reads a packet. False: another version, too short, a packet that was cut off, or a source that is a group (RFC 4291, 2.7).
    /// </summary>
    /// <param name="head">Its beginning, with all of the header.</param>
    /// <param name="available">Bytes of the packet that have come, head included.</param>
    /// <param name="view">The packet.</param>
    internal static bool TryRead(ReadOnlySpan<byte> head, int available, out IPv6View view)
    {
        view = default;
        if (head.Length < IPv6Header.Length || head[0] >> 4 != 6 || head[8] == 0xFF)
        {
            return false;
        }

        int totalLength = IPv6Header.Length + BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
        if (totalLength > available)
        {
            return false;
        }

        view = new IPv6View(head[..Math.Min(head.Length, totalLength)]);
        return true;
    }
}
