using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>Why a router drops a packet and says so.</summary>
internal enum RouterError
{
    TimeExceeded,
    NoRoute,
    HostUnreachable,
    PacketTooBig,
    PortUnreachable,
}

/// <summary>ICMP errors of a router (RFC 1812, section 4.3.2; RFC 4443, section 2.4), limited per second.</summary>
internal sealed class IcmpErrorSender(RouterEngine router)
{
    // RFC 1812, section 4.3.2.3: as much as fits into 576 bytes. RFC 4443: into 1280.
    private const int MaxIPv4 = 576;
    private const int MaxIPv6 = 1280;

    private double _credit = RouterEngine.MaxErrorsPerSecond;
    private TimeSpan _last;

    /// <summary>Sends an error to the source of a packet, by the port that it came by.</summary>
    /// <param name="arrival">The port.</param>
    /// <param name="bytes">The packet as it came.</param>
    /// <param name="error">The error.</param>
    /// <param name="mtu">The MTU of <see cref="RouterError.PacketTooBig"/>.</param>
    /// <param name="from">The router's address that it comes from; null for the one at that port.</param>
    internal void Send(RouterPort arrival, byte[] bytes, RouterError error, int mtu = 0, AddressValue? from = null)
    {
        if (!IPPacket.TryRead(bytes, out IPPacket packet) || !MayAnswer(arrival, packet, error))
        {
            return;
        }

        // A closed port answers as a host: from the address that was asked (RFC 1122, section 3.2.2).
        if ((error == RouterError.PortUnreachable ? packet.Destination : from ?? arrival.SourceFor(packet.Source)) is not { } source)
        {
            return;
        }

        if (!TakeCredit())
        {
            router.Counters.ErrorRateLimit++;
            return;
        }

        (byte type, byte code) = TypeOf(error, packet.IsIPv6);
        int header = packet.IsIPv6 ? 48 : 28;
        ReadOnlySpan<byte> quote = packet.Bytes[..Math.Min(packet.Bytes.Length, (packet.IsIPv6 ? MaxIPv6 : MaxIPv4) - header)];
        router.Counters.ErrorsSent++;
        router.SendOwn(PacketWriter.Icmp(source, packet.Source, type, code, (uint)mtu, quote), arrival);
    }

    private static (byte Type, byte Code) TypeOf(RouterError error, bool isIPv6) => error switch
    {
        RouterError.TimeExceeded => isIPv6 ? ((byte)3, (byte)0) : ((byte)11, (byte)0),
        RouterError.NoRoute => isIPv6 ? ((byte)1, (byte)0) : ((byte)3, (byte)0),
        RouterError.HostUnreachable => isIPv6 ? ((byte)1, (byte)3) : ((byte)3, (byte)1),
        RouterError.PacketTooBig => isIPv6 ? ((byte)2, (byte)0) : ((byte)3, (byte)4),
        _ => isIPv6 ? ((byte)1, (byte)4) : ((byte)3, (byte)3),
    };

    // No error about errors, groups, broadcasts, later fragments and sources that are no host's (RFC 1812, section 4.3.2.7). A group gets Packet Too Big.
    private static bool MayAnswer(RouterPort arrival, in IPPacket packet, RouterError error)
    {
        AddressValue source = packet.Source;
        bool isToGroup = packet.Destination.IsMulticast || arrival.IsBroadcast(packet.Destination);
        return source.IsUnicast && !source.IsLoopback && !arrival.IsBroadcast(source) && packet.FragmentOffset == 0
            && (!isToGroup || (packet.IsIPv6 && error == RouterError.PacketTooBig)) && !IsError(packet);
    }

    private static bool IsError(in IPPacket packet) => packet.Transport.Length > 0 && packet.Protocol switch
    {
        // Of ICMP only queries and their answers are no errors.
        IPPacket.Icmp => packet.Transport[0] is not (0 or 8 or 9 or 10 or 13 or 14 or 15 or 16 or 17 or 18),
        IPPacket.Icmpv6 => packet.Transport[0] < 128,
        _ => false,
    };

    private bool TakeCredit()
    {
        TimeSpan now = router.Clock.Elapsed;
        _credit = Math.Min(RouterEngine.MaxErrorsPerSecond, _credit + ((now - _last).TotalSeconds * RouterEngine.MaxErrorsPerSecond));
        _last = now;
        return _credit >= 1 && --_credit >= 0;
    }
}
