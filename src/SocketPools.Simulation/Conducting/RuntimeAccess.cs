using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Whether the runtime's own timers and queues can be reached by reflection. The feature switch <c>SocketPools.Simulation.RuntimeAccess</c>
/// turns it off, and a trimmed program has it off (ILLink.Substitutions.xml): its runtime has lost the members. Simulated programs then have to use the simulation's clock.
/// </summary>
internal static class RuntimeAccess
{
    internal const string Needed = "Reads fields of the runtime by their names.";

    [FeatureSwitchDefinition("SocketPools.Simulation.RuntimeAccess")]
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
    internal static bool IsSupported { get; } = !AppContext.TryGetSwitch("SocketPools.Simulation.RuntimeAccess", out bool isOn) || isOn;
}
