namespace SocketPools.Stack.Wire;

/// <summary>The numbers of what comes behind an IP header: IANA, "Assigned Internet Protocol Numbers".</summary>
internal static class IPProtocol
{
    /// <summary>IPv6 hop-by-hop options (RFC 8200, section 4.3).</summary>
    internal const byte HopByHop = 0;
    internal const byte Icmp = 1;
    internal const byte Igmp = 2;
    internal const byte Tcp = 6;
    internal const byte Udp = 17;
    /// <summary>IPv6 routing header (RFC 8200, section 4.4).</summary>
    internal const byte Routing = 43;
    /// <summary>IPv6 fragment header (RFC 8200, section 4.5).</summary>
    internal const byte Fragment = 44;
    /// <summary>Authentication header (RFC 4302).</summary>
    internal const byte Authentication = 51;
    internal const byte Icmpv6 = 58;
    /// <summary>Nothing follows (RFC 8200, section 4.7).</summary>
    internal const byte NoNextHeader = 59;
    /// <summary>IPv6 destination options (RFC 8200, section 4.6).</summary>
    internal const byte DestinationOptions = 60;
}
