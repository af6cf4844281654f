using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Nat;

/// <summary>
/// NAT44 with ports (RFC 4787 for UDP, RFC 5382 for TCP, RFC 5508 for ICMP): mappings that do not depend on the destination, hairpinning, and ICMP
/// errors whose quotes are translated as well.
/// </summary>
/// <remarks>Left out: other protocols than TCP, UDP and ICMP, and fragments that come before the first one of their packet.</remarks>
internal sealed class NatTranslator : INatTranslator
{
    private const int SourcePort = 0;
    private const int DestinationPort = 2;
    private const int Identifier = 4;
    private const int Syn = 2;

    private readonly RouterEngine _router;
    private readonly NatOptions _options;
    private readonly NatIcmp _icmp;
    private readonly NatFragments _fragments;

    internal NatTranslator(RouterEngine router, RouterPort outside, NatOptions options)
    {
        _router = router;
        _options = options;
        Outside = outside;
        Table = new NatTable(options, router.Clock);
        _icmp = new NatIcmp(this);
        _fragments = new NatFragments(router.Clock);
    }

    internal RouterPort Outside { get; }

    internal NatTable Table { get; }

    internal RouterCounters Counters => _router.Counters;

    /// <summary>The address outside that stands for all inside.</summary>
    internal AddressValue Address
    {
        get
        {
            foreach (AddressPrefix own in Outside.Addresses)
            {
                if (!own.Address.IsIPv6)
                {
                    return own.Address;
                }
            }

            return default;
        }
    }

    public bool IsOutside(RouterPort port) => port == Outside;

    public void Clear()
    {
        Table.Clear();
        _fragments.Clear();
    }

    public NatVerdict TranslateInbound(RouterPort arrival, in IPPacket packet)
    {
        if (packet.Destination != Address)
        {
            return NatVerdict.Local;
        }

        if (packet.FragmentOffset > 0)
        {
            return TranslateFragment(packet, isInbound: true) ? NatVerdict.Translated : NatVerdict.Drop;
        }

        if (packet.Protocol == IPPacket.Icmp)
        {
            return _icmp.TranslateInbound(packet);
        }

        if (!HasPorts(packet))
        {
            return NatVerdict.Local;
        }

        bool isHairpin = arrival != Outside;
        if (Table.FindOutside(packet.Protocol, Port(packet, DestinationPort)) is not { } mapping)
        {
            Counters.NatNoMapping += isHairpin ? 0 : 1;
            return isHairpin ? NatVerdict.Local : Unsolicited;
        }

        if (isHairpin && !TranslateSource(packet))
        {
            return NatVerdict.Drop;
        }

        NatEnd peer = new(packet.Protocol, packet.Source, Port(packet, SourcePort));
        if (!mapping.Note(peer, fromInside: false, _options.Filtering, Flags(packet)))
        {
            Counters.NatFiltered++;
            return Unsolicited;
        }

        // RFC 4787, REQ-6: packets from inside keep a mapping of UDP alive, those from outside do not.
        if (packet.Protocol == IPPacket.Tcp)
        {
            Table.Touch(mapping);
        }

        _fragments.Note(packet, isInbound: true, mapping.Inside.Address);
        packet.Replace(source: false, mapping.Inside.Address);
        packet.ReplacePort(DestinationPort, mapping.Inside.Port);
        return NatVerdict.Translated;
    }

    public bool TranslateOutbound(RouterPort arrival, RouterPort departure, in IPPacket packet)
    {
        if (departure != Outside || arrival == Outside)
        {
            return true;
        }

        if (packet.FragmentOffset > 0)
        {
            return TranslateFragment(packet, isInbound: false);
        }

        if (packet.Protocol == IPPacket.Icmp)
        {
            return _icmp.TranslateOutbound(packet);
        }

        if (!HasPorts(packet))
        {
            Counters.NatUntranslatable++;
            return false;
        }

        return TranslateSource(packet);
    }

    /// <summary>The mapping of an end inside, which is made if need be; null where there is no room.</summary>
    internal NatMapping? MappingOf(NatEnd inside)
    {
        NatMapping? mapping = Table.FindInside(inside) ?? Table.Add(inside);
        if (mapping is null)
        {
            Counters.NatMappingLimit++;
        }

        return mapping;
    }

    private NatVerdict Unsolicited => _options.RejectsUnsolicited ? NatVerdict.Local : NatVerdict.Drop;

    private static bool HasPorts(in IPPacket packet) => packet.Protocol switch
    {
        IPPacket.Tcp => packet.Transport.Length >= 20,
        IPPacket.Udp => packet.Transport.Length >= 8,
        _ => false,
    };

    private static ushort Port(in IPPacket packet, int offset) => BinaryPrimitives.ReadUInt16BigEndian(packet.Transport[offset..]);

    private static int Flags(in IPPacket packet) => packet.Protocol == IPPacket.Tcp ? packet.Transport[13] : 0;

    private bool TranslateSource(in IPPacket packet)
    {
        NatEnd inside = new(packet.Protocol, packet.Source, Port(packet, SourcePort));
        int flags = Flags(packet);
        if (packet.Protocol == IPPacket.Tcp && (flags & Syn) == 0 && !_options.PicksUpTcp && Table.FindInside(inside) is null)
        {
            Counters.NatNoMapping++;
            return false;
        }

        if (MappingOf(inside) is not { } mapping)
        {
            return false;
        }

        mapping.Note(new NatEnd(packet.Protocol, packet.Destination, Port(packet, DestinationPort)), fromInside: true, _options.Filtering, flags);
        Table.Touch(mapping);
        _fragments.Note(packet, isInbound: false, Address);
        packet.Replace(source: true, Address);
        packet.ReplacePort(SourcePort, mapping.OutsidePort);
        return true;
    }

    private bool TranslateFragment(in IPPacket packet, bool isInbound)
    {
        if (_fragments.Find(packet, isInbound) is not { } address)
        {
            Counters.NatUntranslatable++;
            return false;
        }

        packet.Replace(source: !isInbound, address);
        return true;
    }

    /// <summary>Replaces the identifier of an echo.</summary>
    internal static void ReplaceIdentifier(in IPPacket packet, ushort identifier) => packet.ReplacePort(Identifier, identifier);
}
