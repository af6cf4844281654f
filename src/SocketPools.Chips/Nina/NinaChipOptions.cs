using System.Net;
using System.Net.Security;

namespace SocketPools.Chips.Nina;

/// <summary>What a <see cref="NinaChip"/> has around it.</summary>
public sealed class NinaChipOptions
{
    /// <summary>The name of the one network in reach; null (the default) lets the module join every network name.</summary>
    public string? Ssid { get; init; }

    /// <summary>The network's passphrase; null (the default) accepts any.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Whether the module is in the network from the start, as after a reset of the host alone. False by default.</summary>
    public bool StartsConnected { get; init; }

    /// <summary>The module's address once it has joined. 192.0.2.10 (TEST-NET-1) by default.</summary>
    public IPAddress Address { get; init; } = IPAddress.Parse("192.0.2.10");

    /// <summary>The network's mask. 255.255.255.0 by default.</summary>
    public IPAddress SubnetMask { get; init; } = IPAddress.Parse("255.255.255.0");

    /// <summary>The network's gateway. 192.0.2.1 by default.</summary>
    public IPAddress Gateway { get; init; } = IPAddress.Parse("192.0.2.1");

    /// <summary>How long a connect may take. 3 s by default, as in the firmware.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a send may make no progress. 10 s by default, as in the firmware.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a connection in TLS mode to a host and port stays without TLS, because the peer is a test's that has none. Null (the default) for never.
    /// </summary>
    public Func<string, int, bool>? IsPlain { get; init; }

    /// <summary>How TLS checks the server's certificate; null (the default) for the system's trust.</summary>
    public RemoteCertificateValidationCallback? ValidateCertificate { get; init; }
}
