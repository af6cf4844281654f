namespace SocketPools.Stack.IP;

/// <summary>What a transport says about the IP header of a packet.</summary>
internal readonly record struct PacketOptions()
{
    /// <summary>TTL or hop limit, 1..255.</summary>
    internal byte HopLimit { get; init; } = 64;

    /// <summary>Type of service, or traffic class.</summary>
    internal byte TrafficClass { get; init; }

    /// <summary>Whether it is dropped rather than cut.</summary>
    internal bool MayNotFragment { get; init; }

    /// <summary>Whether routers look at it (RFC 2113): IGMP.</summary>
    internal bool HasRouterAlert { get; init; }
}
