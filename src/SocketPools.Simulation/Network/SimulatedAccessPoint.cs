using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation;

/// <summary>An access point: it bridges its stations to a switch.</summary>
public sealed class SimulatedAccessPoint
{
    private readonly SimulatedNetwork _network;
    private readonly Dictionary<SimulatedStation, int> _signals = [];
    private readonly List<SimulatedStation> _stations = [];
    private readonly AccessPointOptions _options;

    internal SimulatedAccessPoint(SimulatedNetwork network, string name, SimulatedSwitch attached, AccessPointOptions options, ulong hardware)
    {
        _network = network;
        _options = options;
        Name = name;
        Switch = attached;
        Password = options.Password;
        Bssid = string.Join(':', Ethernet.ToBytes(hardware).Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>Its name in the simulation.</summary>
    public string Name { get; }

    /// <summary>The name of its network.</summary>
    public string Ssid => _options.Ssid;

    /// <summary>Its hardware address, as <c>02:00:00:00:00:07</c>.</summary>
    public string Bssid { get; }

    /// <summary>Gets the channel of the access point.</summary>
    public int Channel => _options.Channel;

    /// <summary>The password; null for an open network. A new one counts for stations that connect later.</summary>
    public string? Password { get; set; }

    /// <summary>Gets whether it is on.</summary>
    public bool IsOn { get; private set; } = true;

    /// <summary>The switch that it bridges to.</summary>
    public SimulatedSwitch Switch { get; }

    /// <summary>The stations that are associated.</summary>
    public IReadOnlyList<SimulatedStation> Stations => [.. _stations];

    internal bool HasRoom => _stations.Count < _options.MaxStations;

    /// <summary>How strong a station hears it, in dBm.</summary>
    /// <param name="station">The station.</param>
    public int SignalAt(SimulatedStation station)
    {
        ArgumentNullException.ThrowIfNull(station);
        return _signals.GetValueOrDefault(station, _options.SignalDbm);
    }

    /// <summary>Sets how strong a station hears it: the station moves, or a door is closed.</summary>
    /// <param name="station">The station.</param>
    /// <param name="dbm">-120..0; below -90 it is not heard.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not -120..0.</exception>
    public void SetSignal(SimulatedStation station, int dbm)
    {
        ArgumentNullException.ThrowIfNull(station);
        _signals[station] = AirRules.CheckSignal(dbm);
        station.OnAirChanged();
    }

    /// <summary>Switches it off. Its stations find out when they have heard no beacon for 6 s.</summary>
    /// <returns>Disposing it switches it on again.</returns>
    public FaultRule PowerOff() => _network.Faults.AddState($"{Name}: without power", () => SetOn(false), () => SetOn(true));

    /// <summary>Sends a station away, which knows at once.</summary>
    /// <param name="station">The station.</param>
    /// <returns>False when it is not associated here.</returns>
    public bool Deauthenticate(SimulatedStation station)
    {
        ArgumentNullException.ThrowIfNull(station);
        bool isHere = _stations.Contains(station);
        if (isHere)
        {
            station.OnLost(WifiFailure.Deauthenticated);
        }

        return isHere;
    }

    internal void Add(SimulatedStation station) => _stations.Add(station);

    internal void Remove(SimulatedStation station) => _stations.Remove(station);

    private void SetOn(bool isOn)
    {
        IsOn = isOn;
        foreach (SimulatedStation station in _network.Stations)
        {
            station.OnAirChanged();
        }
    }
}
