using System.Net;

namespace SocketPools.Stack.Configuration;

/// <summary>An address that a DHCP server has leased, and the configuration that came with it.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its network's prefix; by the address's class (RFC 791) where the server does not tell a mask.</param>
/// <param name="Server">Who lent it.</param>
/// <param name="Gateways">The routers, best first.</param>
/// <param name="NameServers">The name servers, best first.</param>
/// <param name="DomainName">The domain, or null.</param>
/// <param name="Mtu">The link's MTU in bytes, or null.</param>
/// <param name="Duration">For how long; <see cref="Timeout.InfiniteTimeSpan"/> without an end.</param>
/// <param name="RenewAfter">When the server is asked to lend it longer (T1).</param>
/// <param name="RebindAfter">When any server is asked (T2).</param>
public sealed record DhcpLease(
    IPAddress Address,
    int PrefixLength,
    IPAddress Server,
    IReadOnlyList<IPAddress> Gateways,
    IReadOnlyList<IPAddress> NameServers,
    string? DomainName,
    int? Mtu,
    TimeSpan Duration,
    TimeSpan RenewAfter,
    TimeSpan RebindAfter);

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
