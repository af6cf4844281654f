namespace SocketPools.Simulation.Scripts;

/// <summary>What a line does: it is looked up in a network first, and then done; what is in force can be ended.</summary>
/// <param name="network">The network.</param>
/// <returns>Begins it. The result is null for what has no end.</returns>
internal delegate Func<FaultRule?> ScriptAction(SimulatedNetwork network);

/// <summary>A line of a script.</summary>
/// <param name="Place">The word of the fault.</param>
/// <param name="Start">When it happens, after the script was started.</param>
/// <param name="Duration">How long it is in force; null until the end.</param>
/// <param name="Action">What it does.</param>
internal sealed record ScriptLine(ScriptWord Place, TimeSpan Start, TimeSpan? Duration, ScriptAction Action);
