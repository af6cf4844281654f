using SocketPools.Simulation.Network;
using SocketPools.Simulation.Packets;
using SocketPools.Simulation.Routing;

namespace SocketPools.Simulation;

// Switches, routers, and which way leads where.
public sealed partial class SimulatedNetwork
{
    private readonly List<SimulatedSwitch> _switches = [];
    private readonly List<SimulatedRouter> _routers = [];
    private int _sites;

    /// <summary>The first switch, "lan", with 10.0.0.0/16 and fd00::/64: nodes are connected to it that were given no other.</summary>
    public SimulatedSwitch Lan { get; }

    /// <summary>The switches, in the order in which they were made.</summary>
    public IReadOnlyList<SimulatedSwitch> Switches => [.. _switches];

    /// <summary>The routers, in the order in which they were made.</summary>
    public IReadOnlyList<SimulatedRouter> Routers => [.. _routers];

    /// <summary>The first internet that was made; null for none.</summary>
    internal SimulatedInternet? Internet { get; private set; }

    internal AutomaticRouting Routing { get; }

    /// <summary>Creates a switch of this network.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="prefixes">Its networks, as <c>192.0.2.0/24</c>: devices that are connected without an address get one of each.</param>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    /// <exception cref="FormatException">A network cannot be read.</exception>
    public SimulatedSwitch AddSwitch(string name, params string[] prefixes) => AddSwitch(name, DefaultMtu, prefixes);

    /// <summary>Creates a switch with an MTU of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mtu">The longest IP packet in bytes, 68..9000; IPv6 needs 1280.</param>
    /// <param name="prefixes">Its networks, as <c>192.0.2.0/24</c>.</param>
    /// <exception cref="ArgumentException">There is one of this name, or IPv6 has too small an MTU.</exception>
    /// <exception cref="FormatException">A network cannot be read.</exception>
    public SimulatedSwitch AddSwitch(string name, int mtu, params string[] prefixes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(prefixes);
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 68);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, 9000);
        if (_switches.Exists(s => s.Name == name))
        {
            throw new ArgumentException($"There is a switch \"{name}\" already.", nameof(name));
        }

        AddressPrefix[] networks = [.. prefixes.Select(AddressPrefix.Parse)];
        if (mtu < 1280 && networks.Any(n => n.Address.IsIPv6))
        {
            throw new ArgumentException($"IPv6 needs an MTU of 1280 bytes (RFC 8200, section 5), and \"{name}\" has {mtu}.", nameof(mtu));
        }

        SimulatedSwitch added = new(name, _context, mtu, networks);
        _switches.Add(added);
        return added;
    }

    /// <summary>Finds a switch by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public SimulatedSwitch FindSwitch(string name) => _switches.Find(s => s.Name == name) ?? throw Unknown("switch", name, _switches.Select(s => s.Name));

    /// <summary>Creates a router, and connects it to switches with an address of each of their networks.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="attached">The switches; more follow by <see cref="SimulatedRouter.Connect"/>.</param>
    /// <exception cref="ArgumentException">There is a node or router of this name, or a switch has no network.</exception>
    public SimulatedRouter AddRouter(string name, params SimulatedSwitch[] attached)
    {
        ArgumentNullException.ThrowIfNull(attached);
        CheckName(name);
        SimulatedRouter router = new(this, name);
        _routers.Add(router);
        foreach (SimulatedSwitch one in attached)
        {
            router.Connect(one);
        }

        return router;
    }

    /// <summary>Creates the internet: a switch for the routers of sites, and a node that has every address that no other node has.</summary>
    /// <param name="name">The name of its switch and of its node.</param>
    /// <exception cref="ArgumentException">There is a device or a switch of this name.</exception>
    public SimulatedInternet AddInternet(string name = "internet")
    {
        SimulatedInternet added = new(this, name);
        Internet ??= added;
        return added;
    }

    /// <summary>
    /// Creates a site behind a router, as at home: a switch with DHCP and router advertisements, whose hosts reach the internet by NAT44 and by IPv6.
    /// </summary>
    /// <param name="name">The name of its switch; the router's is <c>NAME-router</c>.</param>
    /// <param name="internet">The internet.</param>
    /// <param name="prefix">The network inside; an IPv6 network is chosen.</param>
    /// <exception cref="ArgumentException">There is a device or a switch of this name.</exception>
    /// <exception cref="FormatException">The network cannot be read.</exception>
    public SimulatedSite AddSite(string name, SimulatedInternet internet, string prefix = "192.168.1.0/24")
    {
        ArgumentNullException.ThrowIfNull(internet);
        return new SimulatedSite(this, name, internet, prefix, ++_sites);
    }

    internal void OnRoutesChanged() => Routing.Clear();

    /// <summary>A router has come to a switch: nodes there that have none use it.</summary>
    internal void OnConnected(SimulatedSwitch attached, IReadOnlyList<AddressPrefix> addresses)
    {
        Routing.Clear();
        foreach (SimulatedNode node in _nodes.Values.Where(n => n.Plan.Switch == attached && !n.Plan.IsWireless))
        {
            foreach (AddressPrefix gateway in addresses)
            {
                node.UseGateway(gateway.Address);
            }
        }
    }

    /// <summary>The addresses of the routers at a switch, in the order in which they were connected.</summary>
    internal IEnumerable<AddressValue> GatewaysOf(SimulatedSwitch attached) =>
        _routers.SelectMany(r => r.Engine.Ports).Where(p => p.Network == attached).SelectMany(p => p.Addresses).Select(a => a.Address);

    /// <summary>Searches in breadth, over routers, the nearest switch that has something; null for none.</summary>
    internal SimulatedSwitch? FindNearest(SimulatedSwitch from, Func<SimulatedSwitch, bool> has)
    {
        HashSet<SimulatedSwitch> seen = [from];
        Queue<SimulatedSwitch> queue = new([from]);
        while (queue.TryDequeue(out SimulatedSwitch? at))
        {
            if (has(at))
            {
                return at;
            }

            foreach (RouterEngine router in _routers.Select(r => r.Engine))
            {
                RouterPort? entry = router.Ports.FirstOrDefault(p => p.Network == at);
                if (entry is null || (router.Nat is { } nat && nat.IsOutside(entry)))
                {
                    continue;
                }

                foreach (RouterPort port in router.Ports.Where(p => seen.Add(p.Network)))
                {
                    queue.Enqueue(port.Network);
                }
            }
        }

        return null;
    }

    internal static void CheckUnicast(IEnumerable<AddressPrefix> addresses)
    {
        foreach (AddressPrefix address in addresses)
        {
            if (!address.Address.IsUnicast || address.Broadcast == address.Address)
            {
                throw new ArgumentException($"{address} is not the address of one host.", nameof(addresses));
            }
        }
    }

    private static AutomaticRouting CreateRouting(List<SimulatedRouter> routers) => new(() => [.. routers.Select(r => r.Engine)]);

    private NodePlan PlanOf(string name, SimulatedNodeOptions options, ulong hardware)
    {
        SimulatedSwitch attached = options.Switch ?? Lan;
        bool usesDhcp = options.Addresses.Contains(NodePlan.Dhcp);
        bool usesSlaac = options.Addresses.Contains(NodePlan.Slaac);
        AddressPrefix[] addresses = [.. options.Addresses.Where(a => a is not (NodePlan.Dhcp or NodePlan.Slaac)).Select(AddressPrefix.Parse)];
        if (options.Addresses.Count == 0)
        {
            usesDhcp = GivesByDhcp(attached);
            usesSlaac = Advertises(attached);
            addresses = [.. attached.Plan.Prefixes.Where(p => !(p.Address.IsIPv6 ? usesSlaac : usesDhcp)).Select(p => Choose(attached, p, hardware))];
        }

        if (addresses.Length == 0 && !usesDhcp && !usesSlaac)
        {
            throw new ArgumentException($"The switch \"{attached.Name}\" has no network of which \"{name}\" could get an address.", nameof(options));
        }

        CheckUnicast(addresses);
        foreach (AddressPrefix address in addresses)
        {
            attached.Plan.Use(address.Address);
        }

        return new NodePlan
        {
            Switch = attached,
            Hardware = hardware,
            Addresses = addresses,
            UsesDhcp = usesDhcp,
            UsesSlaac = usesSlaac,
            Stack = options.Stack,
            Radio = options.Radio,
        };
    }

    // The first switch has room for the node's number in the address: it is easy to read.
    private AddressPrefix Choose(SimulatedSwitch attached, AddressPrefix network, ulong hardware)
    {
        uint number = (uint)hardware;
        AddressPrefix plain = new(network.Host(network.Address.IsIPv6 ? number : number + 256), network.Length);
        return attached == Lan && number < 65000 && !attached.Plan.IsUsed(plain.Address) ? plain : attached.Plan.Choose(network, Links.AddressPlan.FirstNode);
    }

    private bool GivesByDhcp(SimulatedSwitch attached) => _routers.Exists(r => r.GivesByDhcp(attached));

    private bool Advertises(SimulatedSwitch attached) => _routers.Exists(r => r.Advertises(attached));
}
