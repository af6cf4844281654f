using System.Net;
using System.Text;

namespace SocketPools.Stack.Configuration;

/// <summary>What a DHCP client asks for, and what it does with a lease: the argument of <see cref="StackInterface.StartDhcp"/>.</summary>
public sealed record DhcpOptions
{
    /// <summary>The host name that the server gets and may publish in DNS: up to 63 ASCII characters; null sends none.</summary>
    /// <exception cref="ArgumentException">It is longer, or has other characters.</exception>
    public string? HostName
    {
        get;
        init => field = value is null || (value.Length is > 0 and <= 63 && Ascii.IsValid(value))
            ? value
            : throw new ArgumentException($"'{value}' is no name of 1 to 63 ASCII characters.", nameof(value));
    }

    /// <summary>The address that is asked for first, for example the one of the last time; the server may give another.</summary>
    public IPAddress? RequestedAddress { get; init; }

    /// <summary>
    /// How long the address is probed for conflicts before it is used (RFC 2131, section 2.2; RFC 5227, section 2.1.1, has 4 to 7 s). Zero:
    /// it is used without a probe.
    /// </summary>
    public TimeSpan AddressProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether answers have to be broadcast from the first question on (RFC 2131, section 4.1). If not, they are asked for so only when two
    /// questions had no answer: this stack hears answers to the address that it does not have yet.
    /// </summary>
    public bool BroadcastFlag { get; init; }

    /// <summary>Whether the gateways of the lease become routes.</summary>
    public bool UseRoutes { get; init; } = true;

    /// <summary>Whether the name servers of the lease are used.</summary>
    public bool UseNameServers { get; init; } = true;

    /// <summary>Whether the MTU of the lease is used, where it is smaller than the link's.</summary>
    public bool UseMtu { get; init; } = true;
}
