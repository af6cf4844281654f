using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// A message of multicast listener discovery, version 1 (RFC 2710, section 3) or a query of version 2 (RFC 3810, section 5.1). All
/// are sent with a hop limit of 1 and router alert. A received one is not asked for its alert: source and hop limit show already that
/// it is of this link.
/// </summary>
internal readonly ref struct MldView
{
    private const int Version2Length = 28;

    private readonly Icmpv6View _message;

    private MldView(Icmpv6View message) => _message = message;

    internal Icmpv6Type Type => _message.Type;

    /// <summary>Whether it is a query of version 2, which is longer (RFC 3810, section 8.1).</summary>
    internal bool IsVersion2 => Type == Icmpv6Type.ListenerQuery && _message.Bytes.Length >= Version2Length;

    /// <summary>Whether it is a query of version 1. What is neither is ignored (RFC 3810, section 8.1).</summary>
    internal bool IsVersion1 => Type == Icmpv6Type.ListenerQuery && _message.Bytes.Length == MldMessage.Length;

    /// <summary>Of a query: milliseconds within which to answer; of version 2 a floating-point number where it is large (section 5.1.3).</summary>
    internal int MaxResponseTime
    {
        get
        {
            int code = BinaryPrimitives.ReadUInt16BigEndian(_message.Bytes[4..]);
            return IsVersion2 && code >= 0x8000 ? ((code & 0xFFF) | 0x1000) << ((code >> 12 & 7) + 3) : code;
        }
    }

    /// <summary>The group; of a general query the unspecified address.</summary>
    internal IPAddressValue Group => IPAddressValue.ReadIPv6(_message.Bytes[8..]);

    /// <summary>Reads a message. False: it is none, shorter than 24 bytes, or not from a neighbour, by a link-local address and a hop limit of 1.</summary>
    internal static bool TryRead(Icmpv6View message, IPv6View packet, out MldView view)
    {
        view = new MldView(message);
        return message.Type is Icmpv6Type.ListenerQuery or Icmpv6Type.ListenerReport or Icmpv6Type.ListenerDone
            && message.Code == 0 && message.Bytes.Length >= MldMessage.Length && packet.HopLimit == 1
            && (packet.Source.IsLinkLocal || (packet.Source.IsUnspecified && message.Type != Icmpv6Type.ListenerQuery))
            && (view.Group.IsMulticast || (view.Group.IsUnspecified && message.Type == Icmpv6Type.ListenerQuery));
    }
}

/// <summary>A report or done of version 1 (RFC 2710, section 3): to the group, or to all routers. Sent with a hop limit of 1.</summary>
/// <param name="Type">Query, report or done.</param>
/// <param name="Group">The group.</param>
internal readonly record struct MldMessage(Icmpv6Type Type, IPAddressValue Group)
{
    internal const int Length = 24;

    internal IPAddressValue Group { get; } = Group.OrThrowIfNotIPv6();

    /// <summary>Milliseconds within which to answer a query.</summary>
    internal ushort MaxResponseTime { get; init; }

    /// <summary>Writes the message with its checksum.</summary>
    internal void Write(Span<byte> bytes, in IPAddressValue source, in IPAddressValue destination)
    {
        bytes = bytes[..Length];
        bytes.Clear();
        bytes[0] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], MaxResponseTime);
        Group.Write(bytes[8..]);
        Icmpv6Message.Seal(bytes, source, destination);
    }
}

/// <summary>What a record of a report says (RFC 3810, section 5.2.12). Without lists of sources: this stack takes a group from all or from none.</summary>
internal enum MldRecordType : byte
{
    /// <summary>The answer to a query: the group is taken.</summary>
    IsExclude = 2,
    /// <summary>The group is left.</summary>
    ToInclude = 3,
    /// <summary>The group is joined.</summary>
    ToExclude = 4,
}

/// <summary>A record of a report.</summary>
/// <param name="Type">What it says.</param>
/// <param name="Group">Of which group.</param>
internal readonly record struct MldRecord(MldRecordType Type, IPAddressValue Group)
{
    internal const int Length = 20;

    internal IPAddressValue Group { get; } = Group.OrThrowIfNotIPv6();
}

/// <summary>A report of version 2 (RFC 3810, section 5.2), to <see cref="IPAddressValue.AllMldV2Routers"/>. Sent with a hop limit of 1.</summary>
internal static class MldV2Report
{
    /// <summary>Bytes of a report with so many records.</summary>
    internal static int LengthOf(int records) => Icmpv6Message.Length + (records * MldRecord.Length);

    /// <summary>Writes the message with its checksum.</summary>
    /// <returns>The bytes written.</returns>
    internal static int Write(Span<byte> bytes, ReadOnlySpan<MldRecord> records, in IPAddressValue source, in IPAddressValue destination)
    {
        bytes = bytes[..LengthOf(records.Length)];
        bytes.Clear();
        bytes[0] = (byte)Icmpv6Type.ListenerReportV2;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], checked((ushort)records.Length));
        for (int i = 0; i < records.Length; i++)
        {
            Span<byte> record = bytes[LengthOf(i)..];
            record[0] = (byte)records[i].Type;
            records[i].Group.Write(record[4..]);
        }

        Icmpv6Message.Seal(bytes, source, destination);
        return bytes.Length;
    }
}
