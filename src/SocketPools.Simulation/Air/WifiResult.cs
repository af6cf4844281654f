namespace SocketPools.Simulation;

/// <summary>Why a station is not, or no longer, in a wireless network.</summary>
public enum WifiFailure
{
    /// <summary>It is: nothing has failed.</summary>
    None,
    /// <summary>No access point of this name can be heard.</summary>
    NetworkNotFound,
    /// <summary>The password is wrong, or one is needed.</summary>
    AuthenticationFailed,
    /// <summary>The access point takes no more stations.</summary>
    AssociationRefused,
    /// <summary>Associated, but no address came in time.</summary>
    NoAddress,
    /// <summary>The access point cannot be heard any more.</summary>
    BeaconLost,
    /// <summary>The access point has sent the station away.</summary>
    Deauthenticated,
    /// <summary>The station has left by itself.</summary>
    Left,
}

/// <summary>The result of an attempt to join a wireless network.</summary>
public sealed class WifiResult
{
    internal WifiResult(WifiFailure failure, string ssid)
    {
        Failure = failure;
        Ssid = ssid;
    }

    /// <summary>Gets the reason why the attempt has failed.</summary>
    public WifiFailure Failure { get; }

    /// <summary>The name of the network.</summary>
    public string Ssid { get; }

    /// <summary>Whether the station is in the network and has an address.</summary>
    public bool IsConnected => Failure == WifiFailure.None;

    /// <summary>
    /// The reason as a number: IEEE 802.11's (section 9.4.1.7), and those from 200 on that ESP-IDF uses for what the station finds out itself; 0 for none.
    /// </summary>
    public int ReasonCode => Failure switch
    {
        WifiFailure.None => 0,
        WifiFailure.NetworkNotFound => 201, // NO_AP_FOUND
        WifiFailure.AuthenticationFailed => 15, // 4-way handshake time-out
        WifiFailure.AssociationRefused => 203, // ASSOC_FAIL
        WifiFailure.NoAddress => 205, // CONNECTION_FAIL
        WifiFailure.BeaconLost => 200, // BEACON_TIMEOUT
        WifiFailure.Deauthenticated => 2,
        _ => 8, // disassociated because the station leaves
    };

    /// <summary>The text of CircuitPython's ConnectionError for it; empty for none.</summary>
    public string Message => Failure switch
    {
        WifiFailure.None => "",
        WifiFailure.NetworkNotFound => "No network with that ssid",
        WifiFailure.AuthenticationFailed => "Authentication failure",
        _ => FormattableString.Invariant($"Unknown failure {ReasonCode}"),
    };

    /// <summary>Describes the result in a few words.</summary>
    public override string ToString() => IsConnected ? $"connected to {Ssid}" : $"{Ssid}: {Message}";
}

/// <summary>A wireless network that a station hears.</summary>
public sealed class WifiNetworkInfo
{
    internal WifiNetworkInfo(string ssid, string bssid, int channel, int signalDbm, bool isProtected)
    {
        Ssid = ssid;
        Bssid = bssid;
        Channel = channel;
        SignalDbm = signalDbm;
        IsProtected = isProtected;
    }

    /// <summary>The name of the network.</summary>
    public string Ssid { get; }

    /// <summary>The hardware address of the access point, as <c>02:00:00:00:00:07</c>.</summary>
    public string Bssid { get; }

    /// <summary>Gets the channel of the access point.</summary>
    public int Channel { get; }

    /// <summary>How strong the station hears it, in dBm.</summary>
    public int SignalDbm { get; }

    /// <summary>Whether a password is needed.</summary>
    public bool IsProtected { get; }
}
