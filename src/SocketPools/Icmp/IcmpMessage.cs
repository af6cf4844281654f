using System.Buffers.Binary;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>What an ICMP message is, as far as echoes are concerned. See <see cref="IcmpMessage.Kind"/>.</summary>
public enum IcmpKind
{
    /// <summary>The message is of another type.</summary>
    Other,
    /// <summary>A request to send the payload back.</summary>
    EchoRequest,
    /// <summary>A reply that returns the payload.</summary>
    EchoReply,
    /// <summary>An echo request could not be delivered; the message quotes its beginning.</summary>
    Unreachable,
    /// <summary>An echo request lived too long; the message quotes its beginning.</summary>
    TimeExceeded,
}

/// <summary>
/// A view over the bytes of an ICMP (RFC 792) or ICMPv6 (RFC 4443) message whose lengths and checksum are right. Created by
/// <see cref="TryParse"/>; <see cref="WriteEchoRequest"/> writes one.
/// </summary>
public readonly ref struct IcmpMessage
{
    /// <summary>The bytes of an echo before its payload.</summary>
    public const int HeaderLength = 8;

    private const byte IcmpProtocol = 1;
    private const byte IcmpV6Protocol = 58;
    private const int IPv6HeaderLength = 40;

    private readonly ReadOnlySpan<byte> _quotedDestination;

    private IcmpMessage(IcmpKind kind, ReadOnlySpan<byte> echo, ReadOnlySpan<byte> quotedDestination, int? timeToLive)
    {
        Kind = kind;
        TimeToLive = timeToLive;
        _quotedDestination = quotedDestination;
        if (kind != IcmpKind.Other)
        {
            Identifier = BinaryPrimitives.ReadUInt16BigEndian(echo[4..]);
            Sequence = BinaryPrimitives.ReadUInt16BigEndian(echo[6..]);
            Payload = echo[HeaderLength..];
        }
    }

    /// <summary>Gets whether this is an echo request, an echo reply, an error or another message.</summary>
    public IcmpKind Kind { get; }

    /// <summary>The identifier of the echo, or of the quoted request; 0 for other messages.</summary>
    public ushort Identifier { get; }

    /// <summary>The sequence number of the echo, or of the quoted request; 0 for other messages.</summary>
    public ushort Sequence { get; }

    /// <summary>The payload of the echo, or as much of the request's as is quoted.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The time to live of the packet that brought it; null when there was no IP header.</summary>
    public int? TimeToLive { get; }

    /// <summary>Whether the quoted request went to this host.</summary>
    /// <param name="destination">The host.</param>
    public bool WasSentTo(IPSocketAddress destination)
    {
        Span<byte> address = stackalloc byte[16];
        return _quotedDestination.SequenceEqual(address[..destination.WriteAddress(address)]);
    }

    /// <summary>Writes an echo request. The checksum of ICMPv6 is left to the kernel (RFC 3542, section 3.1).</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes more than the payload.</param>
    /// <param name="family">InterNetwork for ICMP, InterNetworkV6 for ICMPv6.</param>
    /// <param name="identifier">Distinguishes the requests of one program from those of others.</param>
    /// <param name="sequence">Distinguishes the requests of one program from each other.</param>
    /// <param name="payload">Any bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int WriteEchoRequest(Span<byte> destination, AddressFamily family, ushort identifier, ushort sequence, ReadOnlySpan<byte> payload)
    {
        Span<byte> message = destination[..(HeaderLength + payload.Length)];
        bool isV6 = family == AddressFamily.InterNetworkV6;
        message[..4].Clear();
        message[0] = (byte)(isV6 ? 128 : 8);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], sequence);
        payload.CopyTo(message[HeaderLength..]);
        if (!isV6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message[2..], Checksum(message));
        }

        return message.Length;
    }

    /// <summary>Reads what a socket received.</summary>
    /// <param name="packet">All of it.</param>
    /// <param name="family">InterNetwork for ICMP, InterNetworkV6 for ICMPv6.</param>
    /// <param name="hasIPHeader">Whether an IPv4 header comes first.</param>
    /// <param name="message">The message.</param>
    /// <returns>False when a length or the checksum is wrong. The kernel has checked that of ICMPv6.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, AddressFamily family, bool hasIPHeader, out IcmpMessage message)
    {
        message = default;
        int? timeToLive = null;
        if (hasIPHeader)
        {
            if (!TrySkipIPv4Header(packet, out int header))
            {
                return false;
            }

            timeToLive = packet[8];
            packet = packet[header..];
        }

        bool isV6 = family == AddressFamily.InterNetworkV6;
        if (packet.Length < HeaderLength || (!isV6 && Checksum(packet) != 0))
        {
            return false;
        }

        IcmpKind kind = KindOf(packet[0], isV6);
        if (kind is IcmpKind.Other or IcmpKind.EchoRequest or IcmpKind.EchoReply)
        {
            message = new IcmpMessage(kind, packet, default, timeToLive);
        }
        else
        {
            message = TryUnquote(packet[HeaderLength..], isV6, out ReadOnlySpan<byte> request, out ReadOnlySpan<byte> to)
                ? new IcmpMessage(kind, request, to, timeToLive)
                : new IcmpMessage(IcmpKind.Other, default, default, timeToLive);
        }

        return true;
    }

    /// <summary>The Internet checksum (RFC 1071). Over bytes that carry their own it is 0 when they are whole.</summary>
    /// <param name="bytes">The bytes; the field itself is 0 when it is computed.</param>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        while (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
        }

        sum += bytes.Length == 1 ? (ulong)bytes[0] << 8 : 0;
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static IcmpKind KindOf(byte type, bool isV6) => (type, isV6) switch
    {
        (8, false) or (128, true) => IcmpKind.EchoRequest,
        (0, false) or (129, true) => IcmpKind.EchoReply,
        (3, false) or (1, true) => IcmpKind.Unreachable,
        (11, false) or (3, true) => IcmpKind.TimeExceeded,
        _ => IcmpKind.Other,
    };

    /// <summary>Finds the echo request that an error quotes: an IP header and at least 8 bytes after it.</summary>
    private static bool TryUnquote(ReadOnlySpan<byte> quote, bool isV6, out ReadOnlySpan<byte> request, out ReadOnlySpan<byte> destination)
    {
        request = destination = default;
        int header = IPv6HeaderLength;
        if (isV6)
        {
            if (quote.Length < IPv6HeaderLength || quote[0] >> 4 != 6 || quote[6] != IcmpV6Protocol)
            {
                return false;
            }

            destination = quote.Slice(24, 16);
        }
        else
        {
            if (!TrySkipIPv4Header(quote, out header))
            {
                return false;
            }

            destination = quote.Slice(16, 4);
        }

        request = quote[header..];
        return request.Length >= HeaderLength && KindOf(request[0], isV6) == IcmpKind.EchoRequest;
    }

    private static bool TrySkipIPv4Header(ReadOnlySpan<byte> packet, out int header)
    {
        header = packet.Length > 0 ? (packet[0] & 0xF) * 4 : 0;
        return header >= 20 && packet.Length >= header && packet[0] >> 4 == 4 && packet[9] == IcmpProtocol;
    }
}
