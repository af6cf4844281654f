using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The type of an ICMP message (RFC 792).</summary>
internal enum Icmpv4Type : byte
{
    EchoReply = 0,
    Unreachable = 3,
    /// <summary>Ignored by all (RFC 6633).</summary>
    SourceQuench = 4,
    Redirect = 5,
    EchoRequest = 8,
    TimeExceeded = 11,
    ParameterProblem = 12,
}

/// <summary>Why something could not be reached (RFC 792; RFC 1122, section 3.2.2.1; RFC 1812, section 5.2.7.1).</summary>
internal enum Icmpv4Unreachable : byte
{
    Network = 0,
    Host = 1,
    Protocol = 2,
    Port = 3,
    /// <summary>The packet is too long for the next hop and may not be cut (RFC 1191).</summary>
    FragmentationNeeded = 4,
    SourceRouteFailed = 5,
    NetworkUnknown = 6,
    HostUnknown = 7,
    NetworkProhibited = 9,
    HostProhibited = 10,
    NetworkForService = 11,
    HostForService = 12,
    Prohibited = 13,
    PrecedenceViolation = 14,
    PrecedenceCutoff = 15,
}

/// <summary>The bytes of an ICMP message (RFC 792), as many as lie in one piece.</summary>
internal readonly ref struct Icmpv4View
{
    private readonly ReadOnlySpan<byte> _bytes;

    private Icmpv4View(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal Icmpv4Type Type => (Icmpv4Type)_bytes[0];

    internal byte Code => _bytes[1];

    /// <summary>Of an echo: distinguishes the echoes of one program from those of others.</summary>
    internal ushort Identifier => BinaryPrimitives.ReadUInt16BigEndian(_bytes[4..]);

    /// <summary>Of an echo: distinguishes one from the next.</summary>
    internal ushort Sequence => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>Of <see cref="Icmpv4Unreachable.FragmentationNeeded"/>: what the next hop takes, in bytes (RFC 1191, section 4); 0 from old routers.</summary>
    internal ushort NextHopMtu => BinaryPrimitives.ReadUInt16BigEndian(_bytes[6..]);

    /// <summary>Of a parameter problem: the offset of the byte that is wrong.</summary>
    internal byte Pointer => _bytes[4];

    /// <summary>What is behind the first 8 bytes: an echo's payload, or the packet that an error quotes.</summary>
    internal ReadOnlySpan<byte> Body => _bytes[Icmpv4Message.Length..];

    internal bool IsEcho => Type is Icmpv4Type.EchoReply or Icmpv4Type.EchoRequest;

    /// <summary>Whether it is an error, which is never answered by one (RFC 1122, section 3.2.2).</summary>
    internal bool IsError =>
        Type is Icmpv4Type.Unreachable or Icmpv4Type.SourceQuench or Icmpv4Type.Redirect or Icmpv4Type.TimeExceeded or Icmpv4Type.ParameterProblem;

    /// <summary>Whether a message that lies in one piece is whole.</summary>
    internal bool IsChecksumRight => InternetChecksum.Of(_bytes) == 0;

    /// <summary>The packet that an error is about.</summary>
    internal bool TryReadQuote(out QuotedPacket quote)
    {
        quote = default;
        return IsError && QuotedPacket.TryReadIPv4(Body, out quote);
    }

    /// <summary>Reads a message. False: it is shorter than 8 bytes.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out Icmpv4View view)
    {
        view = new Icmpv4View(bytes);
        return bytes.Length >= Icmpv4Message.Length;
    }
}

/// <summary>The first 8 bytes of an ICMP message (RFC 792); behind them comes a payload, or as much of a packet as an error quotes.</summary>
internal readonly record struct Icmpv4Message
{
    /// <summary>Bytes of it.</summary>
    internal const int Length = 8;

    /// <summary>The most that an error message is to have, IP header included (RFC 1812, section 4.3.2.3).</summary>
    internal const int MaxErrorPacket = 576;

    private Icmpv4Message(Icmpv4Type type, byte code, uint rest) => (Type, Code, Rest) = (type, code, rest);

    internal Icmpv4Type Type { get; }

    internal byte Code { get; }

    /// <summary>The last 4 bytes, whose meaning is the type's.</summary>
    internal uint Rest { get; }

    internal static Icmpv4Message EchoRequest(ushort identifier, ushort sequence) => new(Icmpv4Type.EchoRequest, 0, ((uint)identifier << 16) | sequence);

    internal static Icmpv4Message EchoReply(ushort identifier, ushort sequence) => new(Icmpv4Type.EchoReply, 0, ((uint)identifier << 16) | sequence);

    internal static Icmpv4Message Unreachable(Icmpv4Unreachable reason) => new(Icmpv4Type.Unreachable, (byte)reason, 0);

    internal static Icmpv4Message FragmentationNeeded(ushort nextHopMtu) =>
        new(Icmpv4Type.Unreachable, (byte)Icmpv4Unreachable.FragmentationNeeded, nextHopMtu);

    /// <summary>A packet lived too long on its way, or its fragments did here.</summary>
    internal static Icmpv4Message TimeExceeded(bool inReassembly) => new(Icmpv4Type.TimeExceeded, inReassembly ? (byte)1 : (byte)0, 0);

    internal static Icmpv4Message ParameterProblem(byte pointer) => new(Icmpv4Type.ParameterProblem, 0, (uint)pointer << 24);

    /// <summary>Writes the 8 bytes, with the checksum over them and what follows.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="body">What follows, added up.</param>
    internal void Write(Span<byte> destination, InternetChecksum body)
    {
        destination = destination[..Length];
        destination[0] = (byte)Type;
        destination[1] = Code;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Rest);
        body.AddHeader(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], body.Value);
    }
}
