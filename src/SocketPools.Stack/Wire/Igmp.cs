using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>The type of an IGMP message (RFC 2236, section 2.1).</summary>
internal enum IgmpType : byte
{
    Query = 0x11,
    ReportV1 = 0x12,
    Report = 0x16,
    Leave = 0x17,
}

/// <summary>An IGMP message (RFC 2236, section 2). Queries of version 3 (RFC 3376) are longer, and read as if they were of version 2.</summary>
internal readonly ref struct IgmpView
{
    private const int Version3Length = 12;
    private const int Version1ResponseTime = 10_000;

    private readonly ReadOnlySpan<byte> _bytes;

    private IgmpView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    internal IgmpType Type => (IgmpType)_bytes[0];

    /// <summary>Whether it is a query of version 1, which names no time (RFC 2236, section 4).</summary>
    internal bool IsVersion1 => Type == IgmpType.Query && _bytes[1] == 0 && _bytes.Length < Version3Length;

    /// <summary>Of a query: milliseconds within which to answer; of version 3 a floating-point number where it is large (RFC 3376, section 4.1.1).</summary>
    internal int MaxResponseTime
    {
        get
        {
            int code = _bytes[1];
            bool isFloat = code >= 0x80 && _bytes.Length >= Version3Length;
            return IsVersion1 ? Version1ResponseTime : (isFloat ? ((code & 0xF) | 0x10) << ((code >> 4 & 7) + 3) : code) * 100;
        }
    }

    /// <summary>The group; of a general query 0.0.0.0.</summary>
    internal IPAddressValue Group => IPAddressValue.ReadIPv4(_bytes[4..]);

    /// <summary>Reads a message. False: it is shorter than 8 bytes, not whole, or of no group.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out IgmpView view)
    {
        view = new IgmpView(bytes);
        return bytes.Length >= IgmpMessage.Length && InternetChecksum.Of(bytes) == 0
            && (view.Type != IgmpType.Query || bytes.Length is IgmpMessage.Length or >= Version3Length) // RFC 3376, section 7.1
            && (view.Group.IsMulticast || (view.Type == IgmpType.Query && view.Group.IsUnspecified));
    }
}

/// <summary>An IGMPv2 message (RFC 2236, section 2). Sent with a TTL of 1 and router alert.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Group">The group; 0.0.0.0 for a general query.</param>
internal readonly record struct IgmpMessage(IgmpType Type, IPAddressValue Group)
{
    /// <summary>Bytes of it.</summary>
    internal const int Length = 8;

    internal IPAddressValue Group { get; } = Group.OrThrowIfNotIPv4();

    /// <summary>Tenths of a second within which to answer a query.</summary>
    internal byte MaxResponseTenths { get; init; }

    internal void Write(Span<byte> destination)
    {
        destination = destination[..Length];
        destination[0] = (byte)Type;
        destination[1] = MaxResponseTenths;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Group.IPv4Bits);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], InternetChecksum.Of(destination));
    }
}
