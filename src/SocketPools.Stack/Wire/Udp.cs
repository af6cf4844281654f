using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The header of a UDP datagram (RFC 768), and as much of the payload as lies in one piece with it.</summary>
internal readonly ref struct UdpView
{
    private readonly ReadOnlySpan<byte> _bytes;

    private UdpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal ushort SourcePort => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    internal ushort DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    /// <summary>Bytes of header and payload; more may have come, which are ignored.</summary>
    internal int Length => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>The checksum, or 0 for none.</summary>
    internal ushort Checksum => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>Bytes of payload, wherever they lie.</summary>
    internal int PayloadLength => Length - UdpHeader.Length;

    /// <summary>The payload that lies in one piece with the header.</summary>
    internal ReadOnlySpan<byte> Payload => _bytes[UdpHeader.Length..];

    /// <summary>
    /// Whether a datagram that lies in one piece is whole. One without checksum is in IPv4 (RFC 1122, section 4.1.3.4), in IPv6 it is
    /// not (RFC 8200, section 8.1).
    /// </summary>
    internal bool IsChecksumRight(in IPAddressValue source, in IPAddressValue destination)
    {
        if (Checksum == 0)
        {
            return source.IsIPv4;
        }

        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, IPProtocol.Udp, Length);
        sum.Add(_bytes);
        return sum.IsRight;
    }

    /// <summary>Reads a datagram that lies in one piece.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out UdpView view) => TryRead(bytes, bytes.Length, out view);

    /// <summary>Reads a datagram. False: its length is less than its header, or more than has come.</summary>
    /// <param name="head">Its beginning, with all of the header.</param>
    /// <param name="available">Bytes that have come behind the IP header, head included.</param>
    /// <param name="view">The datagram.</param>
    internal static bool TryRead(ReadOnlySpan<byte> head, int available, out UdpView view)
    {
        view = default;
        if (head.Length < UdpHeader.Length)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(head[4..]);
        if (length < UdpHeader.Length || length > available)
        {
            return false;
        }

        view = new UdpView(head[..Math.Min(length, head.Length)]);
        return true;
    }
}

/// <summary>The header of a UDP datagram (RFC 768).</summary>
internal readonly record struct UdpHeader
{
    /// <summary>Bytes of the header.</summary>
    internal const int Length = 8;

    /// <summary>Where the checksum lies.</summary>
    internal const int ChecksumOffset = 6;

    /// <summary>A header.</summary>
    /// <param name="sourcePort">The port it comes from.</param>
    /// <param name="destinationPort">The port it goes to.</param>
    /// <param name="payloadLength">0..65527.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload does not fit.</exception>
    internal UdpHeader(ushort sourcePort, ushort destinationPort, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)payloadLength, (uint)(ushort.MaxValue - Length), nameof(payloadLength));
        SourcePort = sourcePort;
        DestinationPort = destinationPort;
        PayloadLength = payloadLength;
    }

    internal ushort SourcePort { get; }

    internal ushort DestinationPort { get; }

    internal int PayloadLength { get; }

    /// <summary>Writes the header with its checksum; one that comes out as 0 is sent as all ones, because 0 means none.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="sum">The pseudo-header and the payload, added up.</param>
    internal void Write(Span<byte> destination, InternetChecksum sum)
    {
        WriteWithoutChecksum(destination);
        sum.AddHeader(destination[..Length]);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], sum.Value == 0 ? ushort.MaxValue : sum.Value);
    }

    /// <summary>Writes the header with 0 for a checksum, which is for links that need none.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="partialSum">With a link that completes checksums: the sum of the pseudo-header.</param>
    internal void WriteWithoutChecksum(Span<byte> destination, ushort partialSum = 0)
    {
        destination = destination[..Length];
        BinaryPrimitives.WriteUInt16BigEndian(destination, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], (ushort)(Length + PayloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], partialSum);
    }
}
