using System.Globalization;
using SocketPools.Simulation;
using SimulationOfScenario = SocketPools.Simulation.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>A scenario being played: its simulation, and what its parts need of it.</summary>
internal sealed class ScenarioRun
{
    private readonly SimulationOfScenario _simulation;
    private readonly Scenario _scenario;
    private readonly Action<string> _print;
    private readonly List<Task<int>> _shells = [];

    private ScenarioRun(SimulationOfScenario simulation, Scenario scenario, ScenarioPlayer player)
    {
        _simulation = simulation;
        _scenario = scenario;
        _print = player.Print;
        RunVerb = player.RunVerb;
        Stop = player.Stop;
        Folder = Path.GetDirectoryName(Path.GetFullPath(scenario.File))!;
    }

    internal SimulatedNetwork Network => _simulation.Network;

    internal TimeSpan Elapsed => _simulation.Elapsed;

    internal VerbRunner RunVerb { get; }

    internal CancellationToken Stop { get; }

    /// <summary>Where the scenario's file is.</summary>
    internal string Folder { get; }

    /// <summary>Plays it to its end.</summary>
    internal static async Task<ScenarioOutcome> PlayAsync(SimulationOfScenario simulation, Scenario scenario, ScenarioPlayer player)
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

    internal void Note(string text)
    {
        _simulation.Log.Note(text);
        _print(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,12:0.000000} {ToolConsole.OneLine(text)}"));
    }

    /// <summary>Starts a node again, and its shell.</summary>
    internal void Restart(string name)
    {
        Network[name].Restart();
        StartShell(_scenario.Nodes.First(node => node.Name == name));
    }

    private async Task<ScenarioOutcome> PlayAsync()
    {
        Network.Latency = _scenario.Latency ?? Network.Latency;
        foreach (ScenarioNode node in _scenario.Nodes)
        {
            Network.AddNode(node.Name, [.. node.Addresses]);
        }

        foreach (ScenarioRule rule in _scenario.Rules)
        {
            Schedule(rule);
        }

        foreach (Traffic traffic in _scenario.Traffic)
        {
            Start($"{traffic.Name}, server", () => traffic.Serve(this));
        }

        foreach (ScenarioNode node in _scenario.Nodes)
        {
            StartShell(node);
        }

        Task<TrafficResult>[] sending = [.. _scenario.Traffic.Select(SendAsync)];
        await AwaitEndAsync(sending).ConfigureAwait(false);
        return new ScenarioOutcome
        {
            Seed = _simulation.Seed,
            Elapsed = Elapsed,
            Jumps = _simulation.Jumps,
            Events = _simulation.Events,
            FramesForwarded = Network.FramesForwarded,
            FramesLost = Network.FramesLost,
            Traffic = [.. sending.Zip(_scenario.Traffic, (task, traffic) => task.IsCompletedSuccessfully ? task.Result : new TrafficResult(traffic.Name, "not ended", null))],
            FailedCommands = _shells.Sum(shell => shell.IsCompletedSuccessfully ? shell.Result : 0),
            Nodes = [.. _scenario.Nodes.Select(node => (node.Name, Network[node.Name].IsRunning ? Network[node.Name].GetSnapshot() : null))],
        };
    }

    private void Schedule(ScenarioRule rule)
    {
        void Begin()
        {
            foreach (IDisposable ends in rule.Begin(this))
            {
                if (rule.Duration is { } duration)
                {
                    _simulation.In(duration, ends.Dispose);
                }
            }
        }

        if (rule.At == TimeSpan.Zero)
        {
            Begin();
        }
        else
        {
            _simulation.In(rule.At, Begin);
        }
    }

    private void StartShell(ScenarioNode node)
    {
        if (node.Shell.Count > 0)
        {
            TaskCompletionSource<int> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _shells.Add(end.Task);
            Start(node.Name, () => end.SetResult(new NodeShell(this, node).Run()));
        }
    }

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
