using System.Globalization;
using System.Text;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Links;

/// <summary>A frame in one line of text. Whatever the bytes are, it says something and throws nothing.</summary>
internal static class FrameText
{
    // Ethernet, IPv6 with extension headers and TCP with options fit; the payload is not shown.
    private const int MaxLookedAt = 512;

    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    internal static string Describe(Frame frame, LinkMedium medium)
    {
        Span<byte> bytes = stackalloc byte[MaxLookedAt];
        StringBuilder text = new();
        Describe(text, bytes[..frame.CopyTo(bytes)], frame.Length, medium);
        if (frame.SegmentSize > 0)
        {
            text.Append(s_culture, $" segments of {frame.SegmentSize}");
        }

        return text.ToString();
    }

    /// <summary>Describes a frame of which only the beginning is there.</summary>
    internal static void Describe(StringBuilder text, ReadOnlySpan<byte> head, int length, LinkMedium medium)
    {
        if (TransportOffsets.TryFind(head, length, medium, out TransportOffsets place))
        {
            Transport(text, head, place);
        }
        else if (medium == LinkMedium.IP)
        {
            text.Append(s_culture, $"IP malformed, {length} bytes");
        }
        else if (!EthernetView.TryRead(head, out EthernetView ethernet))
        {
            text.Append(s_culture, $"Ethernet malformed, {length} bytes");
        }
        else if (ethernet.Type == EtherType.Arp && ArpView.TryRead(ethernet.Payload, out ArpView arp))
        {
            Arp(text, arp);
        }
        else
        {
            string kind = ethernet.Type switch
            {
                EtherType.Arp => "ARP malformed",
                EtherType.IPv4 => "IPv4 malformed",
                EtherType.IPv6 => "IPv6 malformed",
                _ => $"Ethernet 0x{(ushort)ethernet.Type:x4}",
            };
            text.Append(s_culture, $"{kind} {ethernet.Source} > {ethernet.Destination}, {length} bytes");
        }
    }

    private static void Arp(StringBuilder text, ArpView arp)
    {
        if (arp.Operation == ArpOperation.Reply)
        {
            text.Append(s_culture, $"ARP {arp.SenderProtocol} is at {arp.SenderHardware}");
        }
        else
        {
            text.Append(s_culture, $"ARP who has {arp.TargetProtocol} tell {arp.SenderProtocol}");
        }
    }

    private static void Transport(StringBuilder text, ReadOnlySpan<byte> head, in TransportOffsets place)
    {
        ReadOnlySpan<byte> bytes = head[Math.Min(place.Start, head.Length)..];
        bytes = bytes[..Math.Min(bytes.Length, place.Length)];
        if (place.IsFragment)
        {
            text.Append(s_culture, $"IP fragment of protocol {place.Protocol} {place.Source} > {place.Destination} len {place.Length}");
        }
        else if (place.Protocol == IPProtocol.Tcp && TcpView.TryRead(bytes, out TcpView tcp))
        {
            Tcp(text, tcp, place);
        }
        else if (place.Protocol == IPProtocol.Udp && UdpView.TryRead(bytes, place.Length, out UdpView udp))
        {
            text.Append("UDP ");
            Ends(text, place, udp.SourcePort, udp.DestinationPort);
            text.Append(s_culture, $" len {udp.PayloadLength}");
        }
        else if (place.Protocol == IPProtocol.Icmp && Icmpv4View.TryRead(bytes, out Icmpv4View icmp))
        {
            Icmp(text, "ICMP", icmp.Type, (byte)icmp.Type, icmp.Code, icmp.IsEcho, icmp.Identifier, icmp.Sequence, place);
        }
        else if (place.Protocol == IPProtocol.Icmpv6 && Icmpv6View.TryRead(bytes, out Icmpv6View icmp6))
        {
            Icmp(text, "ICMPv6", icmp6.Type, (byte)icmp6.Type, icmp6.Code, icmp6.IsEcho, icmp6.Identifier, icmp6.Sequence, place);
        }
        else
        {
            string kind = place.Protocol switch
            {
                IPProtocol.Tcp => "TCP malformed",
                IPProtocol.Udp => "UDP malformed",
                IPProtocol.Icmp => "ICMP malformed",
                IPProtocol.Icmpv6 => "ICMPv6 malformed",
                IPProtocol.Igmp => "IGMP",
                _ => $"IP protocol {place.Protocol}",
            };
            text.Append(s_culture, $"{kind} {place.Source} > {place.Destination} len {place.Length}");
        }
    }

    private static void Tcp(StringBuilder text, TcpView tcp, in TransportOffsets place)
    {
        text.Append("TCP ");
        Ends(text, place, tcp.SourcePort, tcp.DestinationPort);
        text.Append(" [");
        Flags(text, tcp.Flags);
        text.Append(s_culture, $"] seq {tcp.Sequence.Value}");
        if (tcp.Flags.HasFlag(TcpFlags.Ack))
        {
            text.Append(s_culture, $" ack {tcp.Acknowledgment.Value}");
        }

        text.Append(s_culture, $" win {tcp.Window}");
        TcpHeaderOptions options = tcp.Options;
        if (options.MaxSegmentSize != 0)
        {
            text.Append(s_culture, $" mss {options.MaxSegmentSize}");
        }

        if (options.WindowScale is byte scale)
        {
            text.Append(s_culture, $" scale {scale}");
        }

        text.Append(options.IsSackPermitted ? " sackOK" : "");
        if (options.HasTimestamps)
        {
            text.Append(s_culture, $" ts {options.TimestampValue}/{options.TimestampEcho}");
        }

        for (int i = 0; i < options.Sack.Count; i++)
        {
            text.Append(s_culture, $" sack {options.Sack[i].Start.Value}-{options.Sack[i].End.Value}");
        }

        text.Append(s_culture, $" len {place.Length - tcp.HeaderLength}");
    }

    // As tcpdump(8) writes them.
    private static void Flags(StringBuilder text, TcpFlags flags)
    {
        int before = text.Length;
        text.Append(flags.HasFlag(TcpFlags.Syn) ? "S" : "")
            .Append(flags.HasFlag(TcpFlags.Fin) ? "F" : "")
            .Append(flags.HasFlag(TcpFlags.Rst) ? "R" : "")
            .Append(flags.HasFlag(TcpFlags.Psh) ? "P" : "")
            .Append(flags.HasFlag(TcpFlags.Urg) ? "U" : "")
            .Append(flags.HasFlag(TcpFlags.Ece) ? "E" : "")
            .Append(flags.HasFlag(TcpFlags.Cwr) ? "W" : "")
            .Append(flags.HasFlag(TcpFlags.Ack) ? "." : "");
        text.Append(text.Length == before ? "none" : "");
    }

    private static void Icmp<T>(
        StringBuilder text, string name, T type, byte number, byte code, bool isEcho, int id, int sequence, in TransportOffsets place)
        where T : struct, Enum
    {
        string kind = Enum.IsDefined(type) ? type.ToString() : string.Create(s_culture, $"type {number}");
        text.Append(s_culture, $"{name} {place.Source} > {place.Destination} {kind}");
        text.Append(isEcho
            ? string.Create(s_culture, $" id {id} seq {sequence}")
            : string.Create(s_culture, $" code {code}"));
        text.Append(s_culture, $" len {place.Length}");
    }

    private static void Ends(StringBuilder text, in TransportOffsets place, ushort from, ushort to)
    {
        if (place.Source.IsIPv4)
        {
            text.Append(s_culture, $"{place.Source}:{from} > {place.Destination}:{to}");
        }
        else
        {
            text.Append(s_culture, $"[{place.Source}]:{from} > [{place.Destination}]:{to}");
        }
    }
}
