using SocketPools.Simulation.Scenarios;

namespace SocketPools.Simulation;

/// <summary>
/// A network with its faults, from a TOML file: nodes, switches, routers, sites, the internet, access points, stations, and rules with their times.
/// </summary>
public sealed class SimulationScenario
{
    private readonly IReadOnlyList<ScenarioStep> _steps;
    private readonly FaultScript _faults;
    private readonly Dictionary<string, string> _boards = new(StringComparer.Ordinal);

    internal SimulationScenario(string name, IReadOnlyList<ScenarioStep> steps, FaultScript faults)
    {
        Name = name;
        _steps = steps;
        _faults = faults;
    }

    /// <summary>The name in errors: the file's.</summary>
    public string Name { get; }

    /// <summary>The seed; null where the file has none.</summary>
    public int? Seed { get; internal init; }

    /// <summary>When it ends, in simulated time; null where the file has no end.</summary>
    public TimeSpan? Duration { get; internal init; }

    /// <summary>How long a frame travels through a switch; null for the default.</summary>
    public TimeSpan? Latency { get; internal init; }

    /// <summary>The nodes and stations, with what runs on them.</summary>
    public required IReadOnlyList<ScenarioNode> Nodes { get; init; }

    /// <summary>The traffic between nodes, in the order of the file.</summary>
    public required IReadOnlyList<ScenarioTraffic> Traffic { get; init; }

    /// <summary>Reads a scenario from a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <exception cref="FaultScriptException">It cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SimulationScenario Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a scenario from a string.</summary>
    /// <param name="text">The text, in TOML.</param>
    /// <param name="name">Its name in errors.</param>
    /// <exception cref="FaultScriptException">It cannot be read.</exception>
    public static SimulationScenario Parse(string text, string name = "scenario")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ScenarioReader(TomlReader.Read(text, name)).Read();
    }

    /// <summary>Reads a scenario that adds to a network: it may name what is there.</summary>
    /// <param name="text">The text, in TOML.</param>
    /// <param name="name">Its name in errors.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="FaultScriptException">It cannot be read.</exception>
    public static SimulationScenario Parse(string text, string name, SimulatedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(network);
        return new ScenarioReader(TomlReader.Read(text, name), network).Read();
    }

    /// <summary>Lets a node be like a board, in place of what the file says.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="board">The board.</param>
    public void SetBoard(string node, string board) => _boards[node] = board;

    /// <summary>Builds the network, and starts the rules: their times count from now.</summary>
    /// <param name="network">The network.</param>
    /// <param name="boards">Gives the stack and the radio of a node that is like a board; null where there are no boards.</param>
    /// <exception cref="FaultScriptException">The network refuses a device, or a rule names what is not there.</exception>
    public void Start(SimulatedNetwork network, Func<string, SimulatedNodeOptions>? boards = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        network.Latency = Latency ?? network.Latency;
        network.Boards = name => (boards ?? throw new ArgumentException("there are no boards here"))(name);
        network.BoardsOfNodes = _boards;
        foreach (ScenarioStep step in _steps)
        {
            step.Run(network);
        }

        _faults.Start(network);
    }
}
