using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Network;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation;

// Access points and stations.
public sealed partial class SimulatedNetwork
{
    private readonly List<SimulatedAccessPoint> _accessPoints = [];

    /// <summary>The access points, in the order in which they were made.</summary>
    public IReadOnlyList<SimulatedAccessPoint> AccessPoints => [.. _accessPoints];

    /// <summary>The nodes without a cable, in the order in which they were made.</summary>
    public IReadOnlyList<SimulatedStation> Stations => [.. _nodes.Values.OfType<SimulatedStation>()];

    /// <summary>Creates an access point, and connects it to a switch.</summary>
    /// <param name="name">Its name in the simulation.</param>
    /// <param name="attached">The switch that it bridges its stations to.</param>
    /// <param name="options">What it has on the air.</param>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    public SimulatedAccessPoint AddAccessPoint(string name, SimulatedSwitch attached, AccessPointOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(attached);
        ArgumentNullException.ThrowIfNull(options);
        if (_accessPoints.Exists(a => a.Name == name))
        {
            throw new ArgumentException($"There is an access point \"{name}\" already.", nameof(name));
        }

        SimulatedAccessPoint added = new(this, name, attached, options, NextHardware());
        _accessPoints.Add(added);
        return added;
    }

    /// <summary>Finds an access point by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public SimulatedAccessPoint FindAccessPoint(string name) =>
        TryFindAccessPoint(name) ?? throw Unknown("access point", name, _accessPoints.Select(a => a.Name));

    internal SimulatedAccessPoint? TryFindAccessPoint(string name) => _accessPoints.Find(a => a.Name == name);

    /// <summary>Creates a node without a cable, which is in no network until <see cref="SimulatedStation.ConnectAsync"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">The options of its stack and pool; null for the defaults. Its switch is not used; without addresses it asks by DHCP and makes some by SLAAC.</param>
    /// <exception cref="ArgumentException">There is a device of this name.</exception>
    /// <exception cref="FormatException">An address cannot be read.</exception>
    public SimulatedStation AddStation(string name, SimulatedNodeOptions? options = null)
    {
        CheckName(name);
        options ??= new SimulatedNodeOptions();
        IReadOnlyList<string> addresses = options.Addresses.Count > 0 ? options.Addresses : [NodePlan.Dhcp, NodePlan.Slaac];
        AddressPrefix[] given = [.. addresses.Where(a => a is not (NodePlan.Dhcp or NodePlan.Slaac)).Select(AddressPrefix.Parse)];
        CheckUnicast(given);
        SimulatedStation station = new(this, name, new NodePlan
        {
            Switch = Lan,
            Hardware = NextHardware(),
            Addresses = given,
            UsesDhcp = addresses.Contains(NodePlan.Dhcp),
            UsesSlaac = addresses.Contains(NodePlan.Slaac),
            IsWireless = true,
            Stack = options.Stack,
            Radio = options.Radio,
        });
        Dns.Add(station);
        _nodes.Add(name, station);
        return station;
    }

    /// <summary>All frames of the stations of an access point.</summary>
    /// <param name="accessPoint">The access point.</param>
    public FaultScope At(SimulatedAccessPoint accessPoint)
    {
        ArgumentNullException.ThrowIfNull(accessPoint);
        return new FaultScope(Faults, accessPoint.Name, RuleReach.Everywhere, p => IsStationOf(accessPoint, p.From) || IsStationOf(accessPoint, p.To));
    }

    private static bool IsStationOf(SimulatedAccessPoint accessPoint, string name)
    {
        foreach (SimulatedStation station in accessPoint.Stations)
        {
            if (station.Name == name)
            {
                return true;
            }
        }

        return false;
    }
}
