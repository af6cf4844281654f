namespace SocketPools.Simulation;

/// <summary>From which hosts outside packets may come to a mapping of NAT (RFC 4787, section 5).</summary>
public enum NatFiltering
{
    /// <summary>From addresses and ports to which the host inside has sent.</summary>
    AddressAndPortDependent,
    /// <summary>From all ports of addresses to which the host inside has sent.</summary>
    AddressDependent,
    /// <summary>From all addresses and all ports.</summary>
    EndpointIndependent,
}

/// <summary>How a router translates addresses: an argument of <see cref="SimulatedRouter.EnableNat"/>. Mappings do not depend on the destination (RFC 4787, REQ-1).</summary>
public sealed class NatOptions
{
    /// <summary>From where packets may come to a mapping.</summary>
    public NatFiltering Filtering { get; init; }

    /// <summary>How many mappings there may be, 1 or more. New ones are refused beyond it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxMappings
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 4096;

    /// <summary>How long a mapping of UDP is kept without packets from inside; RFC 4787, REQ-5, has 5 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan UdpTimeout { get; init => field = Positive(value); } = TimeSpan.FromMinutes(5);

    /// <summary>How long a mapping of an established TCP connection is kept without packets; RFC 5382, REQ-5, has 2 hours and 4 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan TcpEstablishedTimeout { get; init => field = Positive(value); } = TimeSpan.FromMinutes(124);

    /// <summary>How long a mapping of a TCP connection is kept that is being opened or closed; RFC 5382, REQ-5, has 4 minutes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan TcpTransitoryTimeout { get; init => field = Positive(value); } = TimeSpan.FromMinutes(4);

    /// <summary>How long a mapping of ICMP echoes is kept; RFC 5508, REQ-2, has 60 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public TimeSpan IcmpTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether a TCP segment from inside makes a mapping although it opens no connection, as with Linux. Without it a connection whose mapping
    /// was lost does not go on.
    /// </summary>
    public bool PicksUpTcp { get; init; }

    /// <summary>
    /// Whether what comes from outside without a mapping is for the router itself, which refuses it, as with Linux. Without it such packets vanish.
    /// </summary>
    public bool RejectsUnsolicited { get; init; }

    private static TimeSpan Positive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        return value;
    }
}
