using SocketPools.Boards;
using SocketPools.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>Reads a scenario, and checks what this command needs of it.</summary>
internal static class ScenarioLoader
{
    /// <exception cref="ToolException">It cannot be read; what is wrong in it has its line.</exception>
    internal static SimulationScenario Load(string path)
    {
        try
        {
            SimulationScenario scenario = SimulationScenario.Load(path);
            Check(scenario);
            return scenario;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FaultScriptException)
        {
            throw new ToolException(e.Message, ExitCodes.Usage, e);
        }
    }

    /// <summary>What makes a node like a board.</summary>
    /// <exception cref="ArgumentException">There is no such board.</exception>
    internal static SimulatedNodeOptions FindBoard(string name) => BoardProfiles.TryFind(name, out BoardProfile? profile)
        ? new SimulatedNodeOptions { Stack = profile.CreateStackOptions, Radio = stack => new BoardRadio(stack, profile) }
        : throw new ArgumentException($"\"{name}\" is no board: {string.Join(", ", BoardProfiles.All.Select(p => p.Name))}");

    private static void Check(SimulationScenario scenario)
    {
        if (scenario.Nodes.Count == 0)
        {
            throw new FaultScriptException($"{scenario.Name}:1:1: there are no nodes: [nodes.NAME]");
        }

        foreach (ScenarioNode node in scenario.Nodes)
        {
            NodeShell.Check(node);
            if (node.Programs.Count > 0)
            {
                throw node.Programs[0].CreateException("this command runs no Python programs; python3 -m stacknetwork.simulate plays scenarios with them");
            }
        }

        if (scenario.Duration is null && scenario.Traffic.Count == 0 && !scenario.Nodes.Any(n => n.Ssid is not null || n.Commands.Any(line => !NodeShell.IsBackground(line.Text))))
        {
            throw new FaultScriptException($"{scenario.Name}:1:1: nothing in it has an end: add traffic, a command without &, or duration = \"60s\"");
        }
    }
}
