namespace SocketPools.Stack.Configuration;

/// <summary>How an interface configures IPv6: the argument of <see cref="StackInterface.EnableIPv6"/>.</summary>
public sealed record IPv6Options
{
    /// <summary>
    /// A secret of 16 bytes or more that makes addresses that do not contain the hardware address and stay the same in the same network (RFC
    /// 7217). Empty: addresses are made of the hardware address (RFC 4291, appendix A), as on Linux by default.
    /// </summary>
    /// <exception cref="ArgumentException">It is shorter.</exception>
    public ReadOnlyMemory<byte> StableAddressSecret
    {
        get;
        init => field = value.Length is 0 or >= 16 ? value : throw new ArgumentException("A secret has 16 bytes or more.", nameof(value));
    }

    /// <summary>Whether routers are asked for and give routes, prefixes and addresses; without, there is the link-local address alone.</summary>
    public bool AcceptRouterAdvertisements { get; init; } = true;

    /// <summary>Whether the name servers that routers announce (RFC 8106) are used.</summary>
    public bool UseNameServers { get; init; } = true;

    /// <summary>Whether addresses are used at once, without duplicate address detection: for links on which no other station can have them.</summary>
    public bool SkipDuplicateAddressDetection { get; init; }
}
