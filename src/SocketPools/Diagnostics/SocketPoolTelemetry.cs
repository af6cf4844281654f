namespace SocketPools.Diagnostics;

/// <summary>The names under which the pools of this process are measured, traced and logged.</summary>
/// <example><code>meterProvider.AddMeter(SocketPoolTelemetry.MeterName)</code></example>
public static class SocketPoolTelemetry
{
    /// <summary>The name of the meter, of the activity source and of the event source.</summary>
    public const string Name = "SocketPools";
}
