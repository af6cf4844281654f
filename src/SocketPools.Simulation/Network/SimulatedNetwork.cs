using System.Net;
using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Network;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation;

/// <summary>The network of a simulation: nodes at a switch, their names, and the faults between them.</summary>
public sealed class SimulatedNetwork
{
    internal const int Mtu = 1500;

    private readonly INetworkHost _simulation;
    private readonly FaultTable _faults;
    private readonly SimulatedSwitch _switch;
    private readonly Dictionary<string, SimulatedNode> _nodes = new(StringComparer.Ordinal);
    private readonly PcapngWriter? _capture;
    private SimulatedDns? _dns;
    private int _count;

    internal SimulatedNetwork(INetworkHost simulation, Stream? capture)
    {
        _simulation = simulation;
        Log = simulation.Log;
        _faults = new FaultTable(simulation.Seed, (delay, action) => simulation.In(delay, action), Log, simulation.Options.SkippedRules);
        _switch = new SimulatedSwitch("lan", simulation.TimeProvider, _faults, () => Latency, Log);
        _capture = capture is null ? null : new PcapngWriter(capture, simulation.TimeProvider, leaveOpen: true);
    }

    /// <summary>How long a frame travels where no rule delays it; 0.5 ms at first.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromTicks(5000);

    /// <summary>The nodes, in the order in which they were made.</summary>
    public IReadOnlyList<SimulatedNode> Nodes => [.. _nodes.Values];

    /// <summary>The names of the network. Every node is in it, and asks it if it has an address of the network's own choice.</summary>
    public SimulatedDns Dns => _dns ??= new SimulatedDns(this);

    /// <summary>Gets the scope of all frames of the network, for fault rules.</summary>
    public FaultScope Everywhere => new(_faults, "everywhere", static _ => true);

    /// <summary>How many frames arrived or are on their way.</summary>
    public long FramesForwarded => _switch.FramesForwarded;

    /// <summary>How many frames were lost by rules.</summary>
    public long FramesLost => _switch.FramesLost;

    /// <summary>How many rules were made.</summary>
    public int RulesMade => _faults.Made;

    internal EventLog Log { get; }

    /// <summary>Gets the node with the given name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public SimulatedNode this[string name] => _nodes.TryGetValue(name, out SimulatedNode? node) ? node : throw new KeyNotFoundException($"There is no node \"{name}\".");

    /// <summary>Creates a node with a stack and a pool, and connects it to the network.</summary>
    /// <param name="name">Its name, which is in the network's DNS, too.</param>
    /// <param name="addresses">
    /// Addresses, with a prefix length (<c>192.0.2.1/24</c>, <c>2001:db8::1/64</c>). None: one of 10.0.0.0/16 and one of fd00::/64, and the network's DNS.
    /// </param>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    public SimulatedNode AddNode(string name, params string[] addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(addresses);
        if (_nodes.ContainsKey(name))
        {
            throw new ArgumentException($"There is a node \"{name}\" already.", nameof(name));
        }

        int number = ++_count;
        IPNetworkAddress[] parsed = addresses.Length == 0 ? Choose(number) : [.. addresses.Select(IPNetworkAddress.Parse)];
        byte[] hardware = [2, 0, 0, 0, (byte)(number >> 8), (byte)number];
        SimulatedNode node = new(this, _switch, name, hardware, parsed);
        _nodes.Add(name, node);
        if (name != SimulatedDns.NodeName)
        {
            Dns.Add(name, [.. parsed.Select(a => a.Address)]);
        }

        return node;
    }

    /// <summary>The frames between two nodes, in both directions.</summary>
    /// <param name="a">A node.</param>
    /// <param name="b">Another.</param>
    public FaultScope Between(SimulatedNode a, SimulatedNode b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        (string one, string other) = (a.Name, b.Name);
        return new FaultScope(_faults, $"{one} - {other}", p => (p.From == one && p.To == other) || (p.From == other && p.To == one));
    }

    /// <summary>The frames from one node to another: a one-way path.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    public FaultScope From(SimulatedNode from, SimulatedNode to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        (string one, string other) = (from.Name, to.Name);
        return new FaultScope(_faults, $"{one} -> {other}", p => p.From == one && p.To == other);
    }

    /// <summary>All frames to and from a node.</summary>
    /// <param name="node">The node.</param>
    public FaultScope At(SimulatedNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        string name = node.Name;
        return new FaultScope(_faults, name, p => p.From == name || p.To == name);
    }

    /// <summary>Cuts all paths between two groups of nodes.</summary>
    /// <param name="one">A group.</param>
    /// <param name="other">The other.</param>
    /// <returns>Disposing it heals the network.</returns>
    public FaultRule Partition(IEnumerable<SimulatedNode> one, IEnumerable<SimulatedNode> other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        HashSet<string> a = [.. one.Select(n => n.Name)];
        HashSet<string> b = [.. other.Select(n => n.Name)];
        return new FaultScope(
            _faults,
            $"{{{string.Join(' ', a.Order())}}} | {{{string.Join(' ', b.Order())}}}",
            p => (a.Contains(p.From) && b.Contains(p.To)) || (b.Contains(p.From) && a.Contains(p.To))).Cut();
    }

    /// <summary>Cuts the path between two nodes, in both directions.</summary>
    /// <param name="one">A node.</param>
    /// <param name="other">Another.</param>
    /// <returns>Disposing it heals the network.</returns>
    public FaultRule Partition(SimulatedNode one, SimulatedNode other) => Between(one, other).Cut();

    internal Task RunBlocking(string name, Action program) => _simulation.RunBlocking(name, program);

    internal Task DelayAsync(TimeSpan delay) => _simulation.DelayAsync(delay, CancellationToken.None);

    internal StackOptions OptionsFor(string name, int start) => new()
    {
        Name = name,
        TimeProvider = _simulation.TimeProvider,
        Seed = Seeding.ToInt32(Seeding.Derive(_simulation.Seed, $"node {name} {start}")),
        NameServers = [new IPEndPoint(SimulatedDns.ServerAddress, 53)],
        LinkDecorator = _capture is null ? null : link => link is SimulatedPort ? new CapturingLink(link, _capture) : link,
    };

    internal void Close()
    {
        foreach (SimulatedNode node in _nodes.Values.Where(n => n.IsRunning))
        {
            node.Stop();
        }

        _capture?.Dispose();
    }

    private static IPNetworkAddress[] Choose(int number) =>
    [
        new(new IPAddress([10, 0, (byte)((number >> 8) + 1), (byte)number]), 16),
        new(IPAddress.Parse($"fd00::{number:x}"), 64),
    ];
}
