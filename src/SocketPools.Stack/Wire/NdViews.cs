using System.Buffers.Binary;

namespace SocketPools.Stack.Wire;

/// <summary>
/// What all messages of neighbour discovery must be (RFC 4861, sections 6.1, 7.1 and 8.1): sent by a neighbour, which a hop limit of
/// 255 proves, of code 0, with options that are whole. The checksum is seen to before.
/// </summary>
internal static class NdRules
{
    internal const byte HopLimit = 255;

    internal static bool AreKept(Icmpv6View message, IPv6View packet, int optionsAt) =>
        packet.HopLimit == HopLimit && message.Code == 0 && message.Bytes.Length >= optionsAt && NdOptions.AreWhole(message.Bytes[optionsAt..]);
}

/// <summary>A neighbour solicitation or advertisement (RFC 4861, sections 4.3 and 4.4).</summary>
internal readonly ref struct NeighborView
{
    /// <summary>Where the options begin.</summary>
    internal const int OptionsAt = 24;

    private readonly Icmpv6View _message;

    private NeighborView(Icmpv6View message) => _message = message;

    internal bool IsAdvertisement => _message.Type == Icmpv6Type.NeighborAdvertisement;

    /// <summary>The address that is asked for, or told.</summary>
    internal IPAddressValue Target => IPAddressValue.ReadIPv6(_message.Bytes[8..]);

    /// <summary>Of an advertisement: whether the sender is a router.</summary>
    internal bool IsRouter => (_message.Bytes[4] & 0x80) != 0;

    /// <summary>Of an advertisement: whether it answers a solicitation, which proves that the way back works.</summary>
    internal bool IsSolicited => (_message.Bytes[4] & 0x40) != 0;

    /// <summary>Of an advertisement: whether the address in it replaces the one that is known.</summary>
    internal bool IsOverride => (_message.Bytes[4] & 0x20) != 0;

    internal NdOptions Options => new(_message.Bytes[OptionsAt..]);

    /// <summary>The hardware address: of who asks, or of who is told.</summary>
    internal bool TryGetLinkLayer(out MacAddress address) =>
        Options.TryFindLinkLayer(IsAdvertisement ? NdOptionType.TargetLinkLayer : NdOptionType.SourceLinkLayer, out address);

    /// <summary>Reads a message. False: it breaks a rule of section 7.1.1 or 7.1.2.</summary>
    internal static bool TryRead(Icmpv6View message, IPv6View packet, out NeighborView view)
    {
        view = new NeighborView(message);
        return message.Type is Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement
            && NdRules.AreKept(message, packet, OptionsAt) && !view.Target.IsMulticast && !view.Target.IsUnspecified
            && (view.IsAdvertisement ? !(packet.Destination.IsMulticast && view.IsSolicited)
                : !packet.Source.IsUnspecified || (packet.Destination.IsSolicitedNode && !view.TryGetLinkLayer(out _)));
    }
}

/// <summary>A router solicitation (RFC 4861, section 4.1).</summary>
internal readonly ref struct RouterSolicitationView
{
    private readonly Icmpv6View _message;

    private RouterSolicitationView(Icmpv6View message) => _message = message;

    internal NdOptions Options => new(_message.Body);

    /// <summary>Reads a message. False: it breaks a rule of section 6.1.1.</summary>
    internal static bool TryRead(Icmpv6View message, IPv6View packet, out RouterSolicitationView view)
    {
        view = new RouterSolicitationView(message);
        return message.Type == Icmpv6Type.RouterSolicitation && NdRules.AreKept(message, packet, Icmpv6Message.Length)
            && !(packet.Source.IsUnspecified && view.Options.TryFindLinkLayer(NdOptionType.SourceLinkLayer, out _));
    }
}

/// <summary>A router advertisement (RFC 4861, section 4.2).</summary>
internal readonly ref struct RouterAdvertisementView
{
    /// <summary>Where the options begin.</summary>
    internal const int OptionsAt = 16;

    private readonly Icmpv6View _message;

    private RouterAdvertisementView(Icmpv6View message) => _message = message;

    /// <summary>For how many seconds the sender is a default router; 0: it is none.</summary>
    internal ushort RouterLifetime => BinaryPrimitives.ReadUInt16BigEndian(_message.Bytes[6..]);

    internal NdOptions Options => new(_message.Bytes[OptionsAt..]);

    /// <summary>Reads a message. False: it breaks a rule of section 6.1.2.</summary>
    internal static bool TryRead(Icmpv6View message, IPv6View packet, out RouterAdvertisementView view)
    {
        view = new RouterAdvertisementView(message);
        return message.Type == Icmpv6Type.RouterAdvertisement && NdRules.AreKept(message, packet, OptionsAt) && packet.Source.IsLinkLocal;
    }
}
