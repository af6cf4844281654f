using System.Net;

namespace SocketPools.Stack.Configuration;

/// <summary>An address that a DHCP server has leased, and the configuration that came with it.</summary>
public sealed class DhcpLease
{
    /// <summary>Gets the leased IPv4 address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Gets the prefix length of the network. Without a mask from the server it follows from the address's class (RFC 791).</summary>
    public required int PrefixLength { get; init; }

    /// <summary>Gets the address of the server that granted the lease.</summary>
    public required IPAddress Server { get; init; }

    /// <summary>Gets the routers, the preferred one first.</summary>
    public required IReadOnlyList<IPAddress> Gateways { get; init; }

    /// <summary>Gets the name servers, the preferred one first.</summary>
    public required IReadOnlyList<IPAddress> NameServers { get; init; }

    /// <summary>Gets the domain name, or null if the server sent none.</summary>
    public string? DomainName { get; init; }

    /// <summary>Gets the MTU of the link in bytes, or null if the server sent none.</summary>
    public int? Mtu { get; init; }

    /// <summary>Gets the duration of the lease; <see cref="Timeout.InfiniteTimeSpan"/> for one without an end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets the time after which the client asks its server to extend the lease (T1).</summary>
    public required TimeSpan RenewAfter { get; init; }

    /// <summary>Gets the time after which the client asks any server to extend the lease (T2).</summary>
    public required TimeSpan RebindAfter { get; init; }
}

/// <summary>The states of a DHCP client (RFC 2131, section 4.4); see <see cref="DhcpClient.State"/>.</summary>
public enum DhcpState
{
    /// <summary>It has nothing, and begins again after a while: an address was in use, or refused.</summary>
    Init,

    /// <summary>It has sent DHCPDISCOVER and waits for offers.</summary>
    Selecting,

    /// <summary>It has asked for what was offered.</summary>
    Requesting,

    /// <summary>It has an address and probes whether another host uses it (section 2.2).</summary>
    Probing,

    /// <summary>It uses the address of its lease.</summary>
    Bound,

    /// <summary>It uses the address, and has asked its server for a longer lease.</summary>
    Renewing,

    /// <summary>It uses the address, and has asked any server for a longer lease.</summary>
    Rebinding,

    /// <summary>It was stopped and has no address.</summary>
    Stopped,

    /// <summary>Its link was without a carrier: it uses an address, and has asked whether that is right here (INIT-REBOOT, section 3.2).</summary>
    Rebooting,
}
