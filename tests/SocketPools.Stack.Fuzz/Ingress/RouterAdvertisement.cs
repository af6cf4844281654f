using System.Buffers.Binary;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>A router's announcement (RFC 4861, section 4.2), as a router of a test sends it. Sent with a hop limit of 255.</summary>
/// <param name="RouterLifetime">For how many seconds the sender is a default router; 0: it is none.</param>
internal readonly record struct RouterAdvertisement(ushort RouterLifetime)
{
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
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], RouterLifetime);
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
