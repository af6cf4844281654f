using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// The first 8 bytes of an ICMPv6 message (RFC 4443, sections 3 and 4); behind them comes a payload, or as much of a packet as an
/// error quotes.
/// </summary>
internal readonly record struct Icmpv6Message
{
    /// <summary>Bytes of it.</summary>
    internal const int Length = 8;

    /// <summary>The most that an error message may have, IP header included (RFC 4443, section 2.4, c).</summary>
    internal const int MaxErrorPacket = 1280;

    private Icmpv6Message(Icmpv6Type type, byte code, uint rest) => (Type, Code, Rest) = (type, code, rest);

    internal Icmpv6Type Type { get; }

    internal byte Code { get; }

    /// <summary>The last 4 bytes, whose meaning is the type's.</summary>
    internal uint Rest { get; }

    internal static Icmpv6Message EchoRequest(ushort identifier, ushort sequence) => new(Icmpv6Type.EchoRequest, 0, ((uint)identifier << 16) | sequence);

    internal static Icmpv6Message EchoReply(ushort identifier, ushort sequence) => new(Icmpv6Type.EchoReply, 0, ((uint)identifier << 16) | sequence);

    internal static Icmpv6Message Unreachable(Icmpv6Unreachable reason) => new(Icmpv6Type.Unreachable, (byte)reason, 0);

    internal static Icmpv6Message PacketTooBig(uint nextHopMtu) => new(Icmpv6Type.PacketTooBig, 0, nextHopMtu);

    /// <summary>A packet lived too long on its way, or its fragments did here.</summary>
    internal static Icmpv6Message TimeExceeded(bool inReassembly) => new(Icmpv6Type.TimeExceeded, inReassembly ? (byte)1 : (byte)0, 0);

    /// <summary>Something is wrong at a byte of the packet.</summary>
    internal static Icmpv6Message ParameterProblem(Icmpv6Problem problem, int pointer) => new(Icmpv6Type.ParameterProblem, (byte)problem, (uint)pointer);

    /// <summary>Writes the 8 bytes, with the checksum over the pseudo-header, them and what follows.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="sum">The pseudo-header and what follows, added up.</param>
    internal void Write(Span<byte> destination, InternetChecksum sum)
    {
        destination = destination[..Length];
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Type << 24) | ((uint)Code << 16));
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Rest);
        sum.AddHeader(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sum.Value);
    }

    /// <summary>Writes the checksum of a message that is complete but for it, in one piece.</summary>
    internal static void Seal(Span<byte> message, in IPAddressValue source, in IPAddressValue destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, IPProtocol.Icmpv6, message.Length);
        sum.Add(message);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], sum.Value);
    }
}
