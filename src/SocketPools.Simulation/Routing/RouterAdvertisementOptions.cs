namespace SocketPools.Simulation;

/// <summary>What a router advertises for IPv6: an argument of <see cref="SimulatedRouter.EnableRouterAdvertisements"/>.</summary>
public sealed class RouterAdvertisementOptions
{
    /// <summary>The time between two advertisements that were not asked for, 3 s or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 3 s.</exception>
    public TimeSpan Interval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(3));
            field = value;
        }
    } = TimeSpan.FromSeconds(600);

    /// <summary>How long hosts use the router and its name servers after an advertisement, up to 65535 s; 0 for not as a default router.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0..65535 s.</exception>
    public TimeSpan RouterLifetime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(65535));
            field = value;
        }
    } = TimeSpan.FromSeconds(1800);

    /// <summary>How long addresses of the prefix are valid after an advertisement; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    public TimeSpan ValidLifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long they are preferred, not more than <see cref="ValidLifetime"/>.</summary>
    public TimeSpan PreferredLifetime { get; init; } = TimeSpan.FromHours(4);
}
