using System.Net;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Packets;
using SocketPools.Simulation.Routing;

namespace SocketPools.Simulation;

/// <summary>
/// A router between switches: it forwards IPv4 and IPv6, sends ICMP errors, and may translate addresses and give them. It has no sockets.
/// </summary>
public sealed partial class SimulatedRouter : SimulatedDevice
{
    private readonly RouterEngine _engine;

    internal SimulatedRouter(SimulatedNetwork network, string name)
        : base(network, name)
    {
        _engine = new RouterEngine(name, network.Clock, text => network.Log.Add("node", name, text));
        _engine.AutomaticRoutes = network.Routing;
        _engine.Services = ReceiveService;
        _engine.Solicited = OnSolicited;
    }

    /// <inheritdoc/>
    public override bool IsRunning => _isRunning;

    private bool _isRunning = true;

    /// <summary>Gets the addresses of all its ports.</summary>
    public IReadOnlyList<IPAddress> Addresses => [.. _engine.Ports.SelectMany(p => p.Addresses).Select(a => a.Address.ToIPAddress())];

    /// <summary>Gets the switches that it is connected to, in the order in which it was.</summary>
    public IReadOnlyList<SimulatedSwitch> Switches => [.. _engine.Ports.Select(p => p.Network)];

    /// <summary>Gets what it has forwarded and dropped since its start.</summary>
    public RouterCounters Counters => _engine.Counters;

    internal RouterEngine Engine => _engine;

    private protected override IEnumerable<SwitchPort> Ports => _engine.Ports;

    /// <summary>Connects it to a switch. Nodes there that have no router yet use this one.</summary>
    /// <param name="attached">The switch.</param>
    /// <param name="addresses">Its addresses there, with the length of a prefix; none: one of each network of the switch.</param>
    /// <returns>The router.</returns>
    /// <exception cref="ArgumentException">It is connected there already, or has no address there.</exception>
    /// <exception cref="FormatException">An address cannot be read.</exception>
    public SimulatedRouter Connect(SimulatedSwitch attached, params string[] addresses)
    {
        ArgumentNullException.ThrowIfNull(attached);
        ArgumentNullException.ThrowIfNull(addresses);
        if (_engine.Ports.Any(p => p.Network == attached))
        {
            throw new ArgumentException($"The router \"{Name}\" is connected to \"{attached.Name}\" already.", nameof(attached));
        }

        AddressPrefix[] own = addresses.Length > 0
            ? [.. addresses.Select(AddressPrefix.Parse)]
            : [.. attached.Plan.Prefixes.Select(p => attached.Plan.Choose(p, first: 1))];
        if (own.Length == 0)
        {
            throw new ArgumentException($"The switch \"{attached.Name}\" has no network of which the router could get an address.", nameof(addresses));
        }

        SimulatedNetwork.CheckUnicast(own);
        RouterPort port = _engine.AddPort(Network.NextHardware(), attached);
        foreach (AddressPrefix address in own)
        {
            attached.Plan.Use(address.Address);
            port.Add(address);
        }

        port.Tap = Network.CreateTap(Name, attached, port.Hardware);
        if (_isRunning)
        {
            port.Attach(attached);
        }

        Network.OnConnected(attached, own);
        return this;
    }

    /// <summary>Gets the first address on a switch.</summary>
    /// <param name="attached">The switch.</param>
    /// <exception cref="ArgumentException">It is not connected there.</exception>
    public IPAddress AddressAt(SimulatedSwitch attached) => PortAt(attached).Addresses[0].Address.ToIPAddress();

    /// <summary>Adds a route; it replaces one to the same network. Without routes of its own a router finds the shortest way over the others.</summary>
    /// <param name="network">The network, as <c>192.0.2.0/24</c>; <c>0.0.0.0/0</c> or <c>::/0</c> for the default route.</param>
    /// <param name="gateway">The address of a router on a network of this one.</param>
    /// <returns>The router.</returns>
    /// <exception cref="FormatException">One of them cannot be read.</exception>
    /// <exception cref="ArgumentException">The gateway is on no network of the router, or of another version than the network.</exception>
    public SimulatedRouter AddRoute(string network, string gateway)
    {
        AddressPrefix to = AddressPrefix.Parse(network);
        AddressValue by = AddressPrefix.Parse(gateway).Address;
        if (to.Address.IsIPv6 != by.IsIPv6 || _engine.Routes.FindConnected(by, out _) is null)
        {
            throw new ArgumentException($"The gateway {gateway} is on no network of the router \"{Name}\".", nameof(gateway));
        }

        _engine.Routes.Add(to, by);
        Network.OnRoutesChanged();
        return this;
    }

    /// <summary>Removes a route that was added.</summary>
    /// <param name="network">The network.</param>
    /// <returns>False when there is no such route.</returns>
    public bool RemoveRoute(string network)
    {
        bool isRemoved = _engine.Routes.Remove(AddressPrefix.Parse(network));
        Network.OnRoutesChanged();
        return isRemoved;
    }

    /// <summary>Switches it off without a word: mappings, leases and neighbours are forgotten.</summary>
    public override void Crash()
    {
        if (!_isRunning)
        {
            return;
        }

        _isRunning = false;
        Network.Log.Add("node", Name, "crashes");
        foreach (RouterPort port in _engine.Ports)
        {
            port.Detach();
        }

        _engine.Reset();
        StopServices();
    }

    /// <inheritdoc/>
    public override void Restart()
    {
        Crash();
        Network.Log.Add("node", Name, "starts again");
        _isRunning = true;
        foreach (RouterPort port in _engine.Ports)
        {
            port.Attach(port.Network);
        }

        StartServices();
    }

    private RouterPort PortAt(SimulatedSwitch attached)
    {
        ArgumentNullException.ThrowIfNull(attached);
        return _engine.Ports.FirstOrDefault(p => p.Network == attached)
            ?? throw new ArgumentException($"The router \"{Name}\" is not connected to \"{attached.Name}\".", nameof(attached));
    }
}
