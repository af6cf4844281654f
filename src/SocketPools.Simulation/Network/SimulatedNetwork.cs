using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Network;
using SocketPools.Stack;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation;

/// <summary>The network of a simulation: nodes at switches, routers between these, names, and the faults between all of them.</summary>
public sealed partial class SimulatedNetwork
{
    private const int DefaultMtu = 1500;
    private const int MaxNamesShown = 20;

    private readonly INetworkHost _simulation;
    private readonly SwitchContext _context;
    private readonly Dictionary<string, SimulatedNode> _nodes = new(StringComparer.Ordinal);
    private readonly PcapngWriter? _capture;
    private ulong _hardware;

    internal SimulatedNetwork(INetworkHost simulation, Stream? capture)
    {
        _simulation = simulation;
        Log = simulation.Log;
        Faults = new FaultTable(simulation.Seed, simulation.TimeProvider, Log, simulation.Options.SkippedRules);
        _context = new SwitchContext { Clock = simulation.TimeProvider, Faults = Faults, Log = Log, Latency = () => Latency };
        _capture = capture is null ? null : new PcapngWriter(capture, simulation.TimeProvider, leaveOpen: true);
        Routing = CreateRouting(_routers);
        Lan = AddSwitch("lan", "10.0.0.0/16", "fd00::/64");
        Dns = new SimulatedDns(this);
    }

    /// <summary>How long a frame travels through a switch where no rule delays it; 0.5 ms at first.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromTicks(5000);

    /// <summary>The nodes, in the order in which they were made.</summary>
    public IReadOnlyList<SimulatedNode> Nodes => [.. _nodes.Values];

    /// <summary>The names of the network. Every node is in it, and asks it if it has an address of the network's own choice.</summary>
    public SimulatedDns Dns { get; }

    /// <summary>How many frames arrived or are on their way.</summary>
    public long FramesForwarded => _switches.Sum(s => s.FramesForwarded);

    /// <summary>How many frames were lost by rules.</summary>
    public long FramesLost => _switches.Sum(s => s.FramesLost);

    /// <summary>Gets how many rules of faults were created so far.</summary>
    public int RulesCreated => Faults.Created;

    internal EventLog Log { get; }

    internal FaultTable Faults { get; }

    internal SimulatedClock Clock => _simulation.TimeProvider;

    internal int Seed => _simulation.Seed;

    /// <summary>Gives the stack and the radio of a node that is like a board, by the board's name; null where there are none.</summary>
    internal Func<string, SimulatedNodeOptions>? Boards { get; set; }

    /// <summary>The boards of nodes, by their names, in place of those that their scenario says.</summary>
    internal IReadOnlyDictionary<string, string> BoardsOfNodes { get; set; } = new Dictionary<string, string>();

    /// <summary>How many nemeses were started: each has random numbers of its own.</summary>
    internal int Nemeses { get; set; }

    /// <summary>Gets the node with the given name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public SimulatedNode this[string name] => _nodes.TryGetValue(name, out SimulatedNode? node) ? node : throw Unknown("node", name, _nodes.Keys);

    /// <summary>Finds a node or a router by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public SimulatedDevice FindDevice(string name) => _nodes.TryGetValue(name, out SimulatedNode? node)
        ? node
        : _routers.Find(r => r.Name == name) ?? (SimulatedDevice?)null ?? throw Unknown("node or router", name, _nodes.Keys.Concat(_routers.Select(r => r.Name)));

    /// <summary>Creates a node with a stack and a pool, and connects it to the network's first switch.</summary>
    /// <param name="name">Its name, which is in the network's DNS, too.</param>
    /// <param name="addresses">
    /// Addresses, with a prefix length (<c>192.0.2.1/24</c>, <c>2001:db8::1/64</c>). None: one of 10.0.0.0/16 and one of fd00::/64, and the network's DNS.
    /// </param>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    /// <exception cref="FormatException">An address cannot be read.</exception>
    public SimulatedNode AddNode(string name, params string[] addresses) => AddNode(name, new SimulatedNodeOptions { Addresses = addresses });

    /// <summary>Creates a node with a stack and a pool, and connects it to a switch.</summary>
    /// <param name="name">Its name, which is in the network's DNS, too.</param>
    /// <param name="attached">The switch.</param>
    /// <param name="addresses">Addresses as in <see cref="SimulatedNodeOptions.Addresses"/>.</param>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    /// <exception cref="FormatException">An address cannot be read.</exception>
    public SimulatedNode AddNode(string name, SimulatedSwitch attached, params string[] addresses) =>
        AddNode(name, new SimulatedNodeOptions { Switch = attached, Addresses = addresses });

    /// <summary>Creates a node with a stack and a pool.</summary>
    /// <param name="name">Its name, which is in the network's DNS, too.</param>
    /// <param name="options">Where it is connected, its addresses, and the options of its stack.</param>
    /// <exception cref="ArgumentException">There is one of this name, or the switch has no network and no address was given.</exception>
    /// <exception cref="FormatException">An address cannot be read.</exception>
    public SimulatedNode AddNode(string name, SimulatedNodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckName(name);
        SimulatedNode node = new(this, name, PlanOf(name, options, NextHardware()));
        Dns.Add(node);
        _nodes.Add(name, node);
        return node;
    }

    internal Task RunBlocking(string name, Action program) => _simulation.RunBlocking(name, program);

    internal Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default) => _simulation.DelayAsync(delay, cancellationToken);

    internal IDisposable In(TimeSpan delay, Action action) => _simulation.In(delay, action);

    internal StackOptions OptionsFor(SimulatedNode node, int start)
    {
        StackOptions options = new();
        return (node.Plan.Stack?.Invoke(options) ?? options) with
        {
            Name = node.Name,
            TimeProvider = node.TimeProvider,
            Seed = Seeding.ToInt32(Seeding.Derive(_simulation.Seed, $"node {node.Name} {start}")),
            NameServers = node.Plan.Addresses.Count == 0 || Dns.IsServer(node.Name) ? [] : Dns.ServersFor(node.Plan.Switch),
            LinkDecorator = _capture is null ? null : link => link is SimulatedPort ? new CapturingLink(link, _capture) : link,
        };
    }

    /// <summary>Whether the frames of all ports are captured.</summary>
    internal bool IsCaptured => _capture is not null;

    /// <summary>What a router's port tells of its frames: to the capture, if there is one.</summary>
    internal Action<byte[], bool>? CreateTap(string device, SimulatedSwitch attached, ulong hardware)
    {
        if (_capture is null)
        {
            return null;
        }

        // Only its description is used.
        int number = _capture.AddInterface(new SimulatedPort(device, attached.Name, hardware, attached.Mtu));
        return (bytes, isOutbound) =>
        {
            Frame frame = Frame.Copy(bytes);
            _capture.Write(number, frame, isOutbound);
            frame.Release();
        };
    }

    internal ulong NextHardware() => 0x0200_0000_0000 | ++_hardware;

    internal void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_nodes.ContainsKey(name) || _routers.Exists(r => r.Name == name))
        {
            throw new ArgumentException($"There is a node \"{name}\" already.", nameof(name));
        }
    }

    /// <summary>An error that says which names there are: the first of them where they are many.</summary>
    internal static KeyNotFoundException Unknown(string what, string name, IEnumerable<string> names)
    {
        string[] all = [.. names];
        string known = all.Length == 0 ? "there is none" : $"there {(all.Length == 1 ? "is" : "are")} {string.Join(", ", all.Take(MaxNamesShown))}{(all.Length > MaxNamesShown ? ", ..." : "")}";
        return new KeyNotFoundException($"There is no {what} \"{name}\": {known}.");
    }

    internal void Close()
    {
        foreach (SimulatedNode node in _nodes.Values.Where(n => n.IsRunning))
        {
            node.Stop();
        }

        _capture?.Dispose();
    }
}
