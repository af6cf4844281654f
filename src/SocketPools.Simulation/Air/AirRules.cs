namespace SocketPools.Simulation;

/// <summary>How long things take on the air, and what a weak signal does. One place for all numbers of the model.</summary>
internal static class AirRules
{
    /// <summary>Weaker ones are not heard.</summary>
    internal const int SensitivityDbm = -90;

    /// <summary>Below it a station looks for a stronger access point of the same network (IEEE 802.11 leaves it open; common drivers have -70 to -80).</summary>
    internal const int RoamingDbm = -75;

    /// <summary>How much stronger the other one has to be.</summary>
    internal const int RoamingGain = 8;

    /// <summary>From here on frames are lost.</summary>
    private const int WeakDbm = -70;

    /// <summary>How long a station listens on one channel.</summary>
    internal static TimeSpan ChannelScanTime { get; } = TimeSpan.FromMilliseconds(120);

    /// <summary>Thirteen channels.</summary>
    internal static TimeSpan ScanTime { get; } = ChannelScanTime * 13;

    /// <summary>Authentication, association and the four-way handshake.</summary>
    internal static TimeSpan AssociationTime { get; } = TimeSpan.FromMilliseconds(60);

    /// <summary>A handshake with the wrong password: messages are sent again until the access point gives up.</summary>
    internal static TimeSpan HandshakeTimeout { get; } = TimeSpan.FromSeconds(4);

    /// <summary>How long beacons may be missing before a station gives up.</summary>
    internal static TimeSpan BeaconTimeout { get; } = TimeSpan.FromSeconds(6);

    /// <summary>The gap when a station changes to another access point.</summary>
    internal static TimeSpan RoamingTime { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a station waits before it tries to connect again.</summary>
    internal static TimeSpan ReconnectInterval { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The probability that a frame is lost: 0 down to -70 dBm, then growing evenly to a half at -90 dBm.</summary>
    internal static double LossAt(int signalDbm) => signalDbm < SensitivityDbm ? 1 : Math.Clamp((WeakDbm - signalDbm) / 40.0, 0, 0.5);

    internal static int CheckSignal(int dbm)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dbm, -120, nameof(dbm));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dbm, 0, nameof(dbm));
        return dbm;
    }
}
