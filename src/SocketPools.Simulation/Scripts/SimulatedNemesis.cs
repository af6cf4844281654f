using System.Globalization;
using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation;

/// <summary>A fault that is planned.</summary>
public sealed class PlannedFault
{
    internal PlannedFault(TimeSpan start, TimeSpan duration, string description, Func<FaultRule> begin)
    {
        Start = start;
        Duration = duration;
        Description = description;
        Begin = begin;
    }

    /// <summary>When it begins, after the nemesis was started.</summary>
    public TimeSpan Start { get; }

    /// <summary>Gets how long the fault lasts.</summary>
    public TimeSpan Duration { get; }

    /// <summary>What it is, in words.</summary>
    public string Description { get; }

    internal Func<FaultRule> Begin { get; }

    /// <summary>The fault as "12.345 s for 2.000 s: loss 0.25 of web - desk".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start.TotalSeconds:0.000} s for {Duration.TotalSeconds:0.000} s: {Description}");
}

/// <summary>Random faults from the seed of the simulation, bounded, and healed at the end.</summary>
public sealed class SimulatedNemesis
{
    private readonly List<FaultRule> _rules = [];
    private readonly TaskCompletionSource _healed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal static SimulatedNemesis Start(SimulatedNetwork network, NemesisOptions options)
    {
        Random random = Seeding.CreateRandom(network.Seed, string.Create(CultureInfo.InvariantCulture, $"nemesis {network.Nemeses++}"));
        return new SimulatedNemesis(network, options, new NemesisPlanner(network, options, random).Make());
    }

    private SimulatedNemesis(SimulatedNetwork network, NemesisOptions options, IReadOnlyList<PlannedFault> plan)
    {
        Plan = plan;
        foreach (PlannedFault fault in plan)
        {
            network.Log.Add("note", null, $"nemesis: {fault}");
            network.In(fault.Start, () => _rules.Add(fault.Begin().For(fault.Duration)));
        }

        network.In(options.Duration, () =>
        {
            _rules.ForEach(r => r.Dispose());
            network.Log.Add("note", null, "nemesis: all is healed");
            _healed.SetResult();
        });
    }

    /// <summary>What it will do, in the order in which it begins. It is in the log, too.</summary>
    public IReadOnlyList<PlannedFault> Plan { get; }

    /// <summary>Ends when all faults are over.</summary>
    public Task Healed => _healed.Task;
}
