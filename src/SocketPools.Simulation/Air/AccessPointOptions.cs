namespace SocketPools.Simulation;

/// <summary>What an access point has on the air: an argument of <see cref="SimulatedNetwork.AddAccessPoint"/>.</summary>
public sealed class AccessPointOptions
{
    /// <summary>The name of the network, 1 to 32 bytes of UTF-8. Several access points may have the same one.</summary>
    /// <exception cref="ArgumentException">It is empty or longer.</exception>
    public required string Ssid
    {
        get;
        init => field = System.Text.Encoding.UTF8.GetByteCount(value) is > 0 and <= 32 ? value : throw new ArgumentException($"\"{value}\" is no SSID of 1 to 32 bytes.", nameof(value));
    }

    /// <summary>The password, 8 to 63 characters; null for an open network.</summary>
    /// <exception cref="ArgumentException">It is shorter or longer.</exception>
    public string? Password
    {
        get;
        init => field = value is null or { Length: >= 8 and <= 63 } ? value : throw new ArgumentException("A password has 8 to 63 characters.", nameof(value));
    }

    /// <summary>The channel, 1..14 of 2.4 GHz or 36..177 of 5 GHz.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such channel.</exception>
    public int Channel
    {
        get;
        init => field = value is (>= 1 and <= 14) or (>= 36 and <= 177) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "No channel of Wi-Fi.");
    } = 1;

    /// <summary>How strong stations hear it at first, in dBm: -120..0; -50 is near.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not -120..0.</exception>
    public int SignalDbm
    {
        get;
        init => field = AirRules.CheckSignal(value);
    } = -50;

    /// <summary>How many stations it takes, 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxStations
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 32;
}
