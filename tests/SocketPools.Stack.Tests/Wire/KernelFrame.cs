using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>Looks at a frame of the kernel as a stack would, without allocating.</summary>
internal static class KernelFrame
{
    /// <summary>How many checksums in it are right; an exception where one is not.</summary>
    internal static int CountRight(ReadOnlySpan<byte> bytes)
    {
        if (!EthernetView.TryRead(bytes, out EthernetView frame))
        {
            throw new InvalidDataException("No frame.");
        }

        return frame.Type switch
        {
            EtherType.Arp => ArpView.TryRead(frame.Payload, out _) ? 0 : throw new InvalidDataException("No ARP packet."),
            EtherType.IPv4 => IPv4(frame.Payload),
            EtherType.IPv6 => IPv6(frame.Payload),
            _ => throw new InvalidDataException("Neither ARP nor IP."),
        };
    }

    private static int IPv4(ReadOnlySpan<byte> bytes)
    {
        if (!IPv4View.TryRead(bytes, out IPv4View packet) || !packet.IsChecksumRight)
        {
            throw new InvalidDataException("No IPv4 packet.");
        }

        bool isRight = packet.IsFragment || packet.Protocol switch
        {
            IPProtocol.Icmp => Icmpv4View.TryRead(packet.Payload, out Icmpv4View icmp) && icmp.IsChecksumRight && (!icmp.IsError || icmp.TryReadQuote(out _)),
            IPProtocol.Igmp => packet.HeaderLength == 24 && InternetChecksum.Of(packet.Payload) == 0,
            _ => IsTransportRight(packet.Protocol, packet.Payload, packet.Source, packet.Destination),
        };
        return isRight ? packet.IsFragment ? 1 : 2 : throw new InvalidDataException("A checksum in IPv4 is wrong.");
    }

    private static int IPv6(ReadOnlySpan<byte> bytes)
    {
        IPv6Extensions extensions = IPv6View.TryRead(bytes, out IPv6View packet) ? IPv6ExtensionWalker.Walk(packet) : throw new InvalidDataException("No IPv6 packet.");
        if (extensions.Verdict == IPv6Verdict.Reassemble)
        {
            return 0;
        }

        ReadOnlySpan<byte> payload = packet.Bytes[extensions.Offset..];
        bool isRight = extensions.Verdict == IPv6Verdict.Deliver && (extensions.Protocol == IPProtocol.Icmpv6
            ? Icmpv6View.TryRead(payload, out Icmpv6View icmp) && icmp.IsChecksumRight(packet.Source, packet.Destination) && IsRead(icmp, packet)
            : IsTransportRight(extensions.Protocol, payload, packet.Source, packet.Destination));
        return isRight ? 1 : throw new InvalidDataException("A checksum or rule in IPv6 is wrong.");
    }

    private static bool IsRead(Icmpv6View icmp, IPv6View packet) => icmp.Type switch
    {
        Icmpv6Type.NeighborSolicitation or Icmpv6Type.NeighborAdvertisement => NeighborView.TryRead(icmp, packet, out _),
        Icmpv6Type.RouterSolicitation => RouterSolicitationView.TryRead(icmp, packet, out _),
        Icmpv6Type.ListenerReport or Icmpv6Type.ListenerDone => MldView.TryRead(icmp, packet, out _),
        _ => !icmp.IsError || icmp.TryReadQuote(out _),
    };

    private static bool IsTransportRight(byte protocol, ReadOnlySpan<byte> payload, in IPAddressValue source, in IPAddressValue destination) => protocol switch
    {
        IPProtocol.Udp => UdpView.TryRead(payload, out UdpView udp) && udp.Checksum != 0 && udp.IsChecksumRight(source, destination),
        IPProtocol.Tcp => TcpView.TryRead(payload, out TcpView tcp) && tcp.IsChecksumRight(source, destination),
        _ => false,
    };
}
