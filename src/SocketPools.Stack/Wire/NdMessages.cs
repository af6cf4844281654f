using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>Asks who has an address (RFC 4861, section 4.3). Sent with a hop limit of 255.</summary>
/// <param name="Target">The address.</param>
/// <param name="SourceLinkLayer">The sender's hardware address; null from the unspecified address, when the target is to be the sender's own.</param>
internal readonly record struct NeighborSolicitation(IPAddressValue Target, MacAddress? SourceLinkLayer)
{
    internal IPAddressValue Target { get; } = Target.OrThrowIfNotIPv6();

    /// <summary>By which the sender knows its own question again (RFC 7527), 48 bits; null for none.</summary>
    internal ulong? Nonce { get; init; }

    internal int Length => NeighborView.OptionsAt + (SourceLinkLayer is null ? 0 : 8) + (Nonce is null ? 0 : 8);

    /// <summary>Writes the message with its checksum.</summary>
    internal void Write(Span<byte> bytes, in IPAddressValue source, in IPAddressValue destination)
    {
        bytes = bytes[..Length];
        bytes.Clear();
        bytes[0] = (byte)Icmpv6Type.NeighborSolicitation;
        Target.Write(bytes[8..]);
        Span<byte> options = bytes[NeighborView.OptionsAt..];
        if (SourceLinkLayer is MacAddress mac)
        {
            NdOptions.WriteLinkLayer(options, NdOptionType.SourceLinkLayer, mac);
            options = options[8..];
        }

        if (Nonce is ulong nonce)
        {
            NdOptions.WriteNonce(options, nonce);
        }

        Icmpv6Message.Seal(bytes, source, destination);
    }
}

/// <summary>Tells who has an address (RFC 4861, section 4.4). Sent with a hop limit of 255.</summary>
/// <param name="Target">The address.</param>
/// <param name="TargetLinkLayer">Its hardware address.</param>
internal readonly record struct NeighborAdvertisement(IPAddressValue Target, MacAddress? TargetLinkLayer)
{
    internal IPAddressValue Target { get; } = Target.OrThrowIfNotIPv6();

    internal bool IsRouter { get; init; }

    /// <summary>Whether it answers; never to a group.</summary>
    internal bool IsSolicited { get; init; }

    /// <summary>Whether the address replaces the one that is known.</summary>
    internal bool IsOverride { get; init; }

    internal int Length => NeighborView.OptionsAt + (TargetLinkLayer is null ? 0 : 8);

    /// <summary>Writes the message with its checksum.</summary>
    internal void Write(Span<byte> bytes, in IPAddressValue source, in IPAddressValue destination)
    {
        bytes = bytes[..Length];
        bytes.Clear();
        bytes[0] = (byte)Icmpv6Type.NeighborAdvertisement;
        bytes[4] = (byte)((IsRouter ? 0x80 : 0) | (IsSolicited ? 0x40 : 0) | (IsOverride ? 0x20 : 0));
        Target.Write(bytes[8..]);
        if (TargetLinkLayer is MacAddress mac)
        {
            NdOptions.WriteLinkLayer(bytes[NeighborView.OptionsAt..], NdOptionType.TargetLinkLayer, mac);
        }

        Icmpv6Message.Seal(bytes, source, destination);
    }
}

/// <summary>Asks for routers (RFC 4861, section 4.1). Sent with a hop limit of 255.</summary>
/// <param name="SourceLinkLayer">The sender's hardware address; null from the unspecified address.</param>
internal readonly record struct RouterSolicitation(MacAddress? SourceLinkLayer)
{
    internal int Length => Icmpv6Message.Length + (SourceLinkLayer is null ? 0 : 8);

    /// <summary>Writes the message with its checksum.</summary>
    internal void Write(Span<byte> bytes, in IPAddressValue source, in IPAddressValue destination)
    {
        bytes = bytes[..Length];
        bytes.Clear();
        bytes[0] = (byte)Icmpv6Type.RouterSolicitation;
        if (SourceLinkLayer is MacAddress mac)
        {
            NdOptions.WriteLinkLayer(bytes[Icmpv6Message.Length..], NdOptionType.SourceLinkLayer, mac);
        }

        Icmpv6Message.Seal(bytes, source, destination);
    }
}

/// <summary>A router's announcement (RFC 4861, section 4.2), which this stack reads, and writes for those that it plays a router to. Sent with a hop limit of 255.</summary>
/// <param name="RouterLifetime">For how many seconds the sender is a default router; 0: it is none.</param>
internal readonly record struct RouterAdvertisement(ushort RouterLifetime)
{
    /// <summary>What hosts are to put into packets; 0 leaves it to them.</summary>
    internal byte HopLimit { get; init; }

    /// <summary>Milliseconds; 0 leaves it to the hosts.</summary>
    internal uint ReachableTime { get; init; }

    /// <summary>Milliseconds; 0 leaves it to the hosts.</summary>
    internal uint RetransmissionTime { get; init; }

    internal MacAddress? SourceLinkLayer { get; init; }

    internal NdPrefix? Prefix { get; init; }

    /// <summary>The link's MTU in bytes.</summary>
    internal uint? Mtu { get; init; }

    internal int Length => RouterAdvertisementView.OptionsAt + (SourceLinkLayer is null ? 0 : 8) + (Mtu is null ? 0 : 8) + (Prefix is null ? 0 : NdPrefix.Length);

    /// <summary>Writes the message with its checksum.</summary>
    internal void Write(Span<byte> bytes, in IPAddressValue source, in IPAddressValue destination)
    {
        bytes = bytes[..Length];
        bytes.Clear();
        bytes[0] = (byte)Icmpv6Type.RouterAdvertisement;
        bytes[4] = HopLimit;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], RouterLifetime);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], ReachableTime);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], RetransmissionTime);
        Span<byte> options = bytes[RouterAdvertisementView.OptionsAt..];
        if (SourceLinkLayer is MacAddress mac)
        {
            NdOptions.WriteLinkLayer(options, NdOptionType.SourceLinkLayer, mac);
            options = options[8..];
        }

        if (Mtu is uint mtu)
        {
            options[0] = (byte)NdOptionType.Mtu;
            options[1] = 1;
            BinaryPrimitives.WriteUInt32BigEndian(options[4..], mtu);
            options = options[8..];
        }

        Prefix?.Write(options);
        Icmpv6Message.Seal(bytes, source, destination);
    }
}
