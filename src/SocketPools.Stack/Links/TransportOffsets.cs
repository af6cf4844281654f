using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

/// <summary>Where the transport's header lies in a frame, for links that look into frames.</summary>
/// <param name="IPStart">Where the IP header begins.</param>
/// <param name="IPLength">Bytes of the IP header; of IPv6 without extension headers.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Destination">The destination address.</param>
/// <param name="Protocol">What the transport is: see <see cref="IPProtocol"/>.</param>
/// <param name="Start">Where the transport's header begins.</param>
/// <param name="Length">Bytes of the transport's header and payload.</param>
/// <param name="IsFragment">Whether it is a part of a packet: its checksum covers more than it.</param>
internal readonly record struct TransportOffsets(
    int IPStart, int IPLength, IPAddressValue Source, IPAddressValue Destination, byte Protocol, int Start, int Length, bool IsFragment)
{
    /// <summary>Looks for it. False: no IP packet, or one of an unknown kind.</summary>
    /// <param name="head">The frame's beginning, with all headers.</param>
    /// <param name="frameLength">Bytes of the frame.</param>
    /// <param name="medium">What the frame is.</param>
    /// <param name="place">The place.</param>
    internal static bool TryFind(ReadOnlySpan<byte> head, int frameLength, LinkMedium medium, out TransportOffsets place)
    {
        place = default;
        int start = 0;
        if (medium == LinkMedium.Ethernet)
        {
            if (!EthernetView.TryRead(head, out EthernetView ethernet))
            {
                return false;
            }

            EtherType type = ethernet.Type;
            if (!EthernetView.TrySkipPriorityTags(ethernet.Payload, ref type, out int tags) || type is not (EtherType.IPv4 or EtherType.IPv6))
            {
                return false;
            }

            start = EthernetHeader.Length + tags;
        }

        ReadOnlySpan<byte> packet = head[start..];
        if (IPv4View.TryRead(packet, frameLength - start, out IPv4View four))
        {
            int header = four.HeaderLength;
            place = new TransportOffsets(
                start, header, four.Source, four.Destination, four.Protocol, start + header, four.PayloadLength, four.IsFragment);
            return true;
        }

        if (!IPv6View.TryRead(packet, frameLength - start, out IPv6View six))
        {
            return false;
        }

        IPv6Extensions extensions = IPv6ExtensionWalker.Walk(six);
        place = new TransportOffsets(
            start,
            IPv6Header.Length,
            six.Source,
            six.Destination,
            extensions.Protocol,
            start + extensions.Offset,
            six.TotalLength - extensions.Offset,
            extensions.Verdict == IPv6Verdict.Reassemble);
        return extensions.Verdict is IPv6Verdict.Deliver or IPv6Verdict.Reassemble && place.Length >= 0;
    }

    /// <summary>Where the checksum lies in the transport's header; -1 for an unknown protocol, or one without a checksum.</summary>
    internal int ChecksumOffset => Protocol switch
    {
        IPProtocol.Tcp => TcpHeader.ChecksumOffset,
        IPProtocol.Udp => UdpHeader.ChecksumOffset,
        IPProtocol.Icmp or IPProtocol.Igmp => 2,
        IPProtocol.Icmpv6 => 2,
        _ => -1,
    };

    /// <summary>Whether the checksum covers the addresses too.</summary>
    internal bool HasPseudoHeader => Protocol is not (IPProtocol.Icmp or IPProtocol.Igmp);
}
