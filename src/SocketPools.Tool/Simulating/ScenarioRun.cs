using System.Globalization;
using System.Net.Sockets;
using SocketPools.Simulation;
using SimulationOfScenario = SocketPools.Simulation.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>A scenario being played: its simulation, and what its parts need of it.</summary>
internal sealed class ScenarioRun
{
    private static readonly TimeSpan s_addressPoll = TimeSpan.FromMilliseconds(10), s_addressTimeout = TimeSpan.FromSeconds(60);

    private readonly SimulationOfScenario _simulation;
    private readonly SimulationScenario _scenario;
    private readonly Action<string> _print;
    private readonly List<Task<int>> _shells = [];

    private ScenarioRun(SimulationOfScenario simulation, SimulationScenario scenario, ScenarioPlayer player)
    {
        _simulation = simulation;
        _scenario = scenario;
        _print = player.Print;
        RunVerb = player.RunVerb;
        Stop = player.Stop;
        Folder = Path.GetDirectoryName(Path.GetFullPath(scenario.Name))!;
    }

    internal SimulatedNetwork Network => _simulation.Network;

    internal TimeSpan Elapsed => _simulation.Elapsed;

    internal VerbRunner RunVerb { get; }

    internal CancellationToken Stop { get; }

    /// <summary>Where the scenario's file is.</summary>
    internal string Folder { get; }

    /// <summary>Plays it to its end.</summary>
    internal static async Task<ScenarioOutcome> PlayAsync(SimulationOfScenario simulation, SimulationScenario scenario, ScenarioPlayer player)
    {
        ScenarioRun run = new(simulation, scenario, player);
        return await run.PlayAsync().ConfigureAwait(false);
    }

    /// <summary>Waits on the calling thread, in simulated time.</summary>
    internal void Pause(TimeSpan time) => _simulation.Sleep(time);

    /// <summary>Runs something that has no end of its own, on a thread of the simulation.</summary>
    internal void Start(string name, Action body) => _ = _simulation.RunBlocking(name, body);

    /// <summary>Prints a line of a node, with the time.</summary>
    internal void Print(string node, string line) => _print(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,12:0.000000} {node}| {line}"));

    private async Task<ScenarioOutcome> PlayAsync()
    {
        _simulation.Log.Noted += text => _print(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,12:0.000000} {ToolConsole.OneLine(text)}"));
        _scenario.Start(Network, ScenarioLoader.FindBoard);
        Traffic[] all = [.. _scenario.Traffic.Select(Traffic.Create)];
        foreach (Traffic traffic in all)
        {
            Start($"{traffic.Name}, server", () => traffic.Serve(this));
        }

        foreach (ScenarioNode node in _scenario.Nodes)
        {
            Network[node.Name].Restarted += _ => StartShell(node);
            StartShell(node);
        }

        Task<TrafficResult>[] sending = [.. all.Select(SendAsync)];
        await AwaitEndAsync(sending).ConfigureAwait(false);
        return new ScenarioOutcome
        {
            Seed = _simulation.Seed,
            Elapsed = Elapsed,
            Jumps = _simulation.Jumps,
            Events = _simulation.Events,
            FramesForwarded = Network.FramesForwarded,
            FramesLost = Network.FramesLost,
            Traffic = [.. sending.Zip(all, (task, traffic) => task.IsCompletedSuccessfully ? task.Result : new TrafficResult(traffic.Name, "not ended", null))],
            FailedCommands = _shells.Sum(shell => shell.IsCompletedSuccessfully ? shell.Result : 0),
            Tables = [.. NetworkTables.Make(Network)],
            Nodes = [.. _scenario.Nodes.Select(node => (node.Name, Network[node.Name].IsRunning ? Network[node.Name].GetSnapshot() : null))],
        };
    }

    private void StartShell(ScenarioNode node)
    {
        if (node.Commands.Count > 0 || node.Ssid is not null)
        {
            TaskCompletionSource<int> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _shells.Add(end.Task);
            Start(node.Name, () => end.SetResult(RunShell(node)));
        }
    }

    // A program of a board joins its network first, and one behind a router has an address before it begins.
    private int RunShell(ScenarioNode node)
    {
        SimulatedNode target = Network[node.Name];
        int failed = node.Ssid is { } ssid ? new StationShell(this, (SimulatedStation)target).Join(ssid, node.Password) == ExitCodes.Ok ? 0 : 1 : 0;
        if (!node.IsStation)
        {
            AwaitAddress(target, s_addressTimeout);
        }

        return failed + new NodeShell(this, node).Run();
    }

    /// <summary>Waits until a node has an address, or the time is up.</summary>
    internal void AwaitAddress(SimulatedNode node, TimeSpan timeout)
    {
        TimeSpan end = Elapsed + timeout;
        while (!HasAddress(node) && Elapsed < end)
        {
            Pause(s_addressPoll);
        }
    }

    private static bool HasAddress(SimulatedNode node) =>
        node.DhcpClient is null ? node.Addresses.Count > 0 : node.Addresses.Any(a => a.AddressFamily == AddressFamily.InterNetwork);

    private Task<TrafficResult> SendAsync(Traffic traffic)
    {
        TaskCompletionSource<TrafficResult> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Start(traffic.Name, () => end.SetResult(traffic.Send(this)));
        return end.Task;
    }

    private async Task AwaitEndAsync(Task<TrafficResult>[] sending)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = Stop.Register(stopped.SetResult);
        Task end = _scenario.Duration is { } duration ? _simulation.DelayAsync(duration) : AwaitAllAsync(sending);
        await Task.WhenAny(end, stopped.Task).ConfigureAwait(false);
    }

    // A restart adds shells.
    private async Task AwaitAllAsync(Task<TrafficResult>[] sending)
    {
        await Task.WhenAll(sending).ConfigureAwait(false);
        for (int i = 0; i < _shells.Count; i++)
        {
            await _shells[i].ConfigureAwait(false);
        }
    }
}
