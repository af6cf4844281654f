using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The type of an ICMPv6 message; below 128 it is an error (RFC 4443, section 2.1).</summary>
internal enum Icmpv6Type : byte
{
    Unreachable = 1,
    PacketTooBig = 2,
    TimeExceeded = 3,
    ParameterProblem = 4,
    EchoRequest = 128,
    EchoReply = 129,
    /// <summary>RFC 2710 and RFC 3810.</summary>
    ListenerQuery = 130,
    /// <summary>RFC 2710.</summary>
    ListenerReport = 131,
    /// <summary>RFC 2710.</summary>
    ListenerDone = 132,
    /// <summary>RFC 4861, section 4.1.</summary>
    RouterSolicitation = 133,
    /// <summary>RFC 4861, section 4.2.</summary>
    RouterAdvertisement = 134,
    /// <summary>RFC 4861, section 4.3.</summary>
    NeighborSolicitation = 135,
    /// <summary>RFC 4861, section 4.4.</summary>
    NeighborAdvertisement = 136,
    /// <summary>RFC 4861, section 4.5.</summary>
    Redirect = 137,
    /// <summary>RFC 3810, section 5.2.</summary>
    ListenerReportV2 = 143,
}

/// <summary>Why something could not be reached (RFC 4443, section 3.1).</summary>
internal enum Icmpv6Unreachable : byte
{
    NoRoute = 0,
    Prohibited = 1,
    BeyondScope = 2,
    Address = 3,
    Port = 4,
    SourcePolicy = 5,
    RejectRoute = 6,
}

/// <summary>What is wrong with a header (RFC 4443, section 3.4).</summary>
internal enum Icmpv6Problem : byte
{
    ErroneousField = 0,
    UnknownNextHeader = 1,
    UnknownOption = 2,
    /// <summary>The first fragment does not have all headers (RFC 7112, section 5).</summary>
    IncompleteHeaderChain = 3,
}

/// <summary>The bytes of an ICMPv6 message (RFC 4443, section 2.1), as many as lie in one piece.</summary>
internal readonly ref struct Icmpv6View
{
    private readonly ReadOnlySpan<byte> _bytes;

    private Icmpv6View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal Icmpv6Type Type => (Icmpv6Type)_bytes[0];

    internal byte Code => _bytes[1];

    /// <summary>Of an echo: distinguishes the echoes of one program from those of others.</summary>
    internal ushort Identifier => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>Of an echo: distinguishes one from the next.</summary>
    internal ushort Sequence => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>Of a packet too big: what the next hop takes, in bytes (RFC 4443, section 3.2).</summary>
    internal uint NextHopMtu => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>Of a parameter problem: the offset of the byte that is wrong.</summary>
    internal uint Pointer => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>What is behind the first 8 bytes: an echo's payload, or the packet that an error quotes.</summary>
    internal ReadOnlySpan<byte> Body => _bytes[Icmpv6Message.Length..];

    /// <summary>All of it.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal bool IsEcho => Type is Icmpv6Type.EchoReply or Icmpv6Type.EchoRequest;

    /// <summary>Whether it is an error, which is never answered by one (RFC 4443, section 2.4, e).</summary>
    internal bool IsError => _bytes[0] < 128;

    /// <summary>Whether a message that lies in one piece is whole (RFC 4443, section 2.3).</summary>
    internal bool IsChecksumRight(in IPAddressValue source, in IPAddressValue destination)
    {
        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, IPProtocol.Icmpv6, _bytes.Length);
        sum.Add(_bytes);
        return sum.IsRight;
    }

    /// <summary>The packet that an error is about.</summary>
    internal bool TryReadQuote(out QuotedPacket quote)
    {
        quote = default;
        return IsError && QuotedPacket.TryReadIPv6(Body, out quote);
    }

    /// <summary>Reads a message. False: it is shorter than 8 bytes, which all have.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out Icmpv6View view)
    {
        view = new Icmpv6View(bytes);
        return bytes.Length >= Icmpv6Message.Length;
    }
}
