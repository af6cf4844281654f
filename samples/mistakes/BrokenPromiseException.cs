using SocketPools.Simulation;

namespace Mistakes;

/// <summary>A property of a program does not hold.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message)
{
    /// <summary>Ends the simulation with it, wherever it was found.</summary>
    internal static void Report(Simulation sim, string message) => sim.In(TimeSpan.Zero, () => throw new BrokenPromiseException(message));
}
