using System.Net;

namespace SocketPools.Simulation;

/// <summary>What a router's DHCP server gives: an argument of <see cref="SimulatedRouter.EnableDhcp"/>.</summary>
public sealed class DhcpServerOptions
{
    /// <summary>The first address that is given; null for the 101st of the router's network, or the middle of a smaller one.</summary>
    public IPAddress? FirstAddress { get; init; }

    /// <summary>How many addresses are given, 1..65536; they must be in the router's network. Null for 100, or as many as there are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1..65536.</exception>
    public int? AddressCount
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(value));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value ?? 1, 65536, nameof(value));
            field = value;
        }
    }

    /// <summary>How long an address is leased, 1 s or more in whole seconds; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 s.</exception>
    public TimeSpan LeaseTime
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            }

            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>The name servers that clients get; null for the network's nearest DNS server.</summary>
    public IReadOnlyList<IPAddress>? NameServers { get; init; }
}
