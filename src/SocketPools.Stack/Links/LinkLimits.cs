namespace SocketPools.Stack.Links;

/// <summary>The numbers that hold for every link.</summary>
internal static class LinkLimits
{
    /// <summary>The shortest MTU of IPv4 (RFC 791).</summary>
    internal const int MinMtu = 68;

    /// <summary>The longest packet of IPv4, and of IPv6 without jumbograms.</summary>
    internal const int MaxMtu = 65535;

    /// <summary>Destination, source and type of an Ethernet II frame.</summary>
    internal const int EthernetHeader = 14;

    /// <summary>The longest frame that a link carries in one piece.</summary>
    internal static int MaxFrame(LinkMedium medium, int mtu) => medium == LinkMedium.Ethernet ? mtu + EthernetHeader : mtu;

    /// <summary>Throws for an MTU that is none.</summary>
    internal static int CheckMtu(int mtu)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, MinMtu, nameof(mtu));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, MaxMtu, nameof(mtu));
        return mtu;
    }

    /// <summary>Throws for a limit that lets nothing through.</summary>
    internal static int CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(limit));
        return limit;
    }
}
