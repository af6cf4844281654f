using SocketPools.Stack.Wire;
using static SocketPools.Stack.Fuzz.FuzzTargets;

namespace SocketPools.Stack.Fuzz;

/// <summary>Frames and packets down to what they carry. Every property of every view that was read is read.</summary>
internal static class NetworkTargets
{
    internal static void Frame(ReadOnlySpan<byte> bytes)
    {
        if (!EthernetView.TryRead(bytes, out EthernetView frame))
        {
            return;
        }

        _ = (frame.Destination.ToString(), frame.Source.InterfaceIdentifier, frame.Type);
        Check(frame.Payload.Length == bytes.Length - EthernetHeader.Length, "The payload is not what is behind the header.");
        IPv4(frame.Payload);
        IPv6(frame.Payload);
        if (ArpView.TryRead(frame.Payload, out ArpView arp))
        {
            byte[] again = new byte[ArpPacket.Length];
            arp.ToPacket().Write(again);
            Check(frame.Payload.StartsWith(again), "An ARP packet is not written as it was read.");
            _ = arp.ToPacket().ReplyFrom(frame.Source);
        }
    }

    internal static void IPv4(ReadOnlySpan<byte> bytes)
    {
        // A head that ends early, as frames with slices have it.
        _ = IPv4View.TryRead(bytes[..Math.Min(bytes.Length, 20)], bytes.Length, out _);
        if (!IPv4View.TryRead(bytes, out IPv4View packet))
        {
            return;
        }

        Check(packet.Header.Length + packet.Payload.Length == packet.TotalLength && packet.TotalLength <= bytes.Length, "The packet is longer than its bytes.");
        Check(!packet.IsFragment || packet.FragmentOffset + packet.PayloadLength <= 65515, "A fragment ends behind the longest packet.");
        _ = (packet.TrafficClass, packet.CongestionBits, packet.Identification, packet.MayNotFragment, packet.HasMoreFragments, packet.TimeToLive, packet.IsChecksumRight);
        switch (packet.Protocol)
        {
            case IPProtocol.Icmp when Icmpv4View.TryRead(packet.Payload, out Icmpv4View icmp):
                _ = (icmp.Type, icmp.Code, icmp.Identifier, icmp.Sequence, icmp.NextHopMtu, icmp.Pointer, icmp.IsEcho, icmp.IsChecksumRight);
                Quote(icmp.TryReadQuote(out QuotedPacket quote), quote);
                break;
            case IPProtocol.Igmp when IgmpView.TryRead(packet.Payload, out IgmpView igmp):
                Check(igmp.MaxResponseTime is >= 0 and <= 3_174_400, "A time is out of range.");
                _ = (igmp.Type, igmp.Group, igmp.IsVersion1);
                break;
            default:
                TransportTargets.Transport(packet.Protocol, packet.Payload, packet.Source, packet.Destination);
                break;
        }
    }

    internal static void IPv6(ReadOnlySpan<byte> bytes)
    {
        if (!IPv6View.TryRead(bytes, out IPv6View packet))
        {
            return;
        }

        Check(packet.Bytes.Length == packet.TotalLength && packet.TotalLength <= bytes.Length, "The packet is longer than its bytes.");
        _ = (packet.TrafficClass, packet.CongestionBits, packet.FlowLabel, packet.HopLimit);
        IPv6Extensions extensions = IPv6ExtensionWalker.Walk(packet);
        Check(extensions.Steps <= packet.TotalLength, "The walk is not linear.");
        Check(extensions.Pointer < packet.TotalLength && extensions.Offset <= packet.TotalLength, "An offset is outside the packet.");
        if (extensions.Verdict != IPv6Verdict.Deliver)
        {
            return;
        }

        Check(packet.Bytes[extensions.ProtocolPointer] == extensions.Protocol, "The pointer does not lead to the protocol.");
        ReadOnlySpan<byte> payload = packet.Bytes[extensions.Offset..];
        if (extensions.Protocol == IPProtocol.Icmpv6)
        {
            Icmpv6(packet, payload);
        }
        else
        {
            TransportTargets.Transport(extensions.Protocol, payload, packet.Source, packet.Destination);
        }
    }

    /// <summary>A message behind 40 bytes of header, whose length field is put right so that more of them are read.</summary>
    internal static void Icmpv6(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= IPv6Header.Length)
        {
            byte[] packet = bytes.ToArray();
            packet[0] = 0x60;
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(packet.Length - IPv6Header.Length));
            packet[6] = IPProtocol.Icmpv6;
            IPv6(packet);
        }
    }

    private static void Icmpv6(IPv6View packet, ReadOnlySpan<byte> payload)
    {
        if (!Icmpv6View.TryRead(payload, out Icmpv6View icmp))
        {
            return;
        }

        _ = (icmp.Type, icmp.Code, icmp.Identifier, icmp.Sequence, icmp.NextHopMtu, icmp.Pointer, icmp.IsEcho, icmp.IsChecksumRight(packet.Source, packet.Destination));
        Quote(icmp.TryReadQuote(out QuotedPacket quote), quote);
        if (NeighborView.TryRead(icmp, packet, out NeighborView neighbor))
        {
            Check(!neighbor.Target.IsMulticast, "A group is a neighbour.");
            _ = (neighbor.IsRouter, neighbor.IsSolicited, neighbor.IsOverride, neighbor.TryGetLinkLayer(out _));
            Options(neighbor.Options, payload.Length);
        }

        if (RouterAdvertisementView.TryRead(icmp, packet, out RouterAdvertisementView router))
        {
            _ = router.RouterLifetime;
            Options(router.Options, payload.Length);
        }

        if (RouterSolicitationView.TryRead(icmp, packet, out RouterSolicitationView solicitation))
        {
            Options(solicitation.Options, payload.Length);
        }

        if (MldView.TryRead(icmp, packet, out MldView mld))
        {
            Check(mld.MaxResponseTime is >= 0 and <= 8_387_584, "A time is out of range.");
            _ = (mld.Type, mld.Group, mld.IsVersion2);
        }
    }

    private static void Options(NdOptions options, int length)
    {
        Span<IPAddressValue> servers = stackalloc IPAddressValue[3];
        int count = 0;
        while (options.MoveNext())
        {
            count++;
            _ = (options.TryReadMtu(out _), options.TryReadPrefix(out _), options.TryReadDnsServers(servers, out int found, out _));
            Check(found <= servers.Length, "More was copied than fits.");
        }

        Check(count <= length / 8, "There are more options than bytes.");
    }

    private static void Quote(bool isRead, QuotedPacket quote)
    {
        if (isRead)
        {
            _ = (quote.Source, quote.Destination, quote.Protocol, quote.SourcePort, quote.DestinationPort, quote.Sequence);
            Check(quote.Transport.Length >= 8, "A quote has no ports.");
        }
    }
}
