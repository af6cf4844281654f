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
