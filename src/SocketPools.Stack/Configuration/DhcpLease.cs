using System.Net;

namespace SocketPools.Stack.Configuration;

/// <summary>An address that a DHCP server has leased, and the configuration that came with it.</summary>
public sealed class DhcpLease
{
    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>The length of its network's prefix; by the address's class (RFC 791) where the server does not tell a mask.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>Who lent it.</summary>
    public required IPAddress Server { get; init; }

    /// <summary>The routers, best first.</summary>
    public required IReadOnlyList<IPAddress> Gateways { get; init; }

    /// <summary>The name servers, best first.</summary>
    public required IReadOnlyList<IPAddress> NameServers { get; init; }

    /// <summary>The domain, or null.</summary>
    public string? DomainName { get; init; }

    /// <summary>The link's MTU in bytes, or null.</summary>
    public int? Mtu { get; init; }

    /// <summary>For how long; <see cref="Timeout.InfiniteTimeSpan"/> without an end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>When the server is asked to lend it longer (T1).</summary>
    public required TimeSpan RenewAfter { get; init; }

    /// <summary>When any server is asked (T2).</summary>
    public required TimeSpan RebindAfter { get; init; }
}

/// <summary>The states of a DHCP client (RFC 2131, section 4.4); see <see cref="DhcpClient.State"/>.</summary>
public enum DhcpState
{
    /// <summary>It has nothing, and begins again after a while: an address was in use, or refused.</summary>
    Init,

    /// <summary>It has asked who lends addresses.</summary>
    Selecting,

    /// <summary>It has asked for what was offered.</summary>
    Requesting,

    /// <summary>It has an address and looks whether somebody else uses it (section 2.2).</summary>
    Probing,

    /// <summary>It uses an address.</summary>
    Bound,

    /// <summary>It uses an address, and has asked the server to lend it longer.</summary>
    Renewing,

    /// <summary>It uses an address, and has asked any server to lend it longer.</summary>
    Rebinding,

    /// <summary>It was stopped.</summary>
    Stopped,

    /// <summary>Its link was without a carrier: it uses an address, and has asked whether that is right here (INIT-REBOOT, section 3.2).</summary>
    Rebooting,
}
