using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The header of an IPv4 packet (RFC 791, section 3.1). Of the options it knows router alert (RFC 2113), which IGMP needs.</summary>
internal readonly record struct IPv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    internal const int MinLength = 20;

    /// <summary>Bytes of the longest packet.</summary>
    internal const int MaxLength = 65535;

    private const uint RouterAlert = 0x9404_0000;

    /// <summary>A header.</summary>
    /// <param name="source">An IPv4 address.</param>
    /// <param name="destination">An IPv4 address.</param>
    /// <param name="protocol">What comes behind it: see <see cref="IPProtocol"/>.</param>
    /// <param name="payloadLength">How many bytes do, so that no more than 65535 are in the packet.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload does not fit, or an address is of another family.</exception>
    internal IPv4Header(in IPAddressValue source, in IPAddressValue destination, byte protocol, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadLength, MaxLength - MinLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.IsIPv4 && destination.IsIPv4, true, nameof(source));
        Source = source;
        Destination = destination;
        Protocol = protocol;
        PayloadLength = payloadLength;
    }

    internal IPAddressValue Source { get; }

    internal IPAddressValue Destination { get; }

    internal byte Protocol { get; }

    internal int PayloadLength { get; }

    /// <summary>Routers left to pass (RFC 1122, section 3.2.1.7); 1 keeps a packet on its link.</summary>
    internal byte TimeToLive { get; init; } = 64;

    /// <summary>Differentiated services, and the two bits of congestion notification.</summary>
    internal byte TrafficClass { get; init; }

    /// <summary>Tistinguishes the fragments of one packet from those of others; any number where there is one fragment (RFC 6864).</summary>
    internal ushort Identification { get; init; }

    internal bool MayNotFragment { get; init; }

    internal bool HasMoreFragments { get; init; }

    /// <summary>Where this fragment begins: a multiple of 8 below 65536.</summary>
    internal int FragmentOffset
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, 65528u, nameof(value));
            ArgumentOutOfRangeException.ThrowIfNotEqual(value % 8, 0, nameof(value));
            field = value;
        }
    }

    /// <summary>Whether routers are to look at it (RFC 2113).</summary>
    internal bool HasRouterAlert
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value ? PayloadLength : 0, MaxLength - MinLength - 4, nameof(value));
            field = value;
        }
    }

    /// <summary>Bytes of the header: 20, or 24 with router alert.</summary>
    internal int Length => HasRouterAlert ? MinLength + 4 : MinLength;

    /// <summary>Writes the header and its checksum.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    internal void Write(Span<byte> destination)
    {
        destination = destination[..Length];
        destination[0] = (byte)(0x40 | (destination.Length / 4));
        destination[1] = TrafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(destination.Length + PayloadLength));
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], Identification);
        int flags = (MayNotFragment ? 0x4000 : 0) | (HasMoreFragments ? 0x2000 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)(flags | (FragmentOffset / 8)));
        destination[8] = TimeToLive;
        destination[9] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Source.IPv4Bits);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], Destination.IPv4Bits);
        if (HasRouterAlert)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[20..], RouterAlert);
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], InternetChecksum.Of(destination));
    }
}
