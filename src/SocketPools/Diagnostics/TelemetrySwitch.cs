using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Diagnostics;

/// <summary>
/// The feature switch <c>SocketPools.Telemetry</c>: false leaves meter, event source and activities out, and a trimmed program
/// does not contain them. Observers stay.
/// </summary>
internal static class TelemetrySwitch
{
    [FeatureSwitchDefinition("SocketPools.Telemetry")]
    internal static bool IsSupported { get; } = !AppContext.TryGetSwitch("SocketPools.Telemetry", out bool on) || on;
}
