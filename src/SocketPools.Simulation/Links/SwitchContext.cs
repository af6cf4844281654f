using SocketPools.Simulation.Faults;

namespace SocketPools.Simulation.Links;

/// <summary>What all switches of a network share.</summary>
internal sealed class SwitchContext
{
    internal required SimulatedClock Clock { get; init; }

    internal required FaultTable Faults { get; init; }

    internal required EventLog Log { get; init; }

    /// <summary>How long a frame travels where nothing else was set.</summary>
    internal required Func<TimeSpan> Latency { get; init; }
}
