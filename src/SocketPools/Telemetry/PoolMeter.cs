using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using SocketPools.Diagnostics;

namespace SocketPools.Telemetry;

/// <summary>
/// The meter and its instruments. <c>docs/observability.md</c> has the table, and a test compares both. Nothing here is touched
/// where <see cref="TelemetrySwitch.IsSupported"/> is off.
/// </summary>
internal static class PoolMeter
{
    // Before the instruments: a listener may ask for them while they are made.
    private static Func<IReadOnlyList<IObservedPool>> s_listPools = static () => [];

    private static readonly Meter s_meter = new(SocketPoolTelemetry.Name, typeof(PoolMeter).Assembly.GetName().Version?.ToString(3));

    // OpenTelemetry's buckets for connects and look-ups, in seconds.
    private static readonly InstrumentAdvice<double> s_seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    internal static Counter<long> Opened { get; } = s_meter.CreateCounter<long>(
        "socketpool.socket.opened", "{socket}", "Sockets made, accepted ones too.");

    internal static Counter<long> Closed { get; } = s_meter.CreateCounter<long>(
        "socketpool.socket.closed", "{socket}", "Sockets closed, and why.");

    internal static Counter<long> Exhausted { get; } = s_meter.CreateCounter<long>(
        "socketpool.socket.exhausted", "{refusal}", "Sockets refused because the budget was used up.");

    internal static Counter<long> Bytes { get; } = s_meter.CreateCounter<long>(
        "socketpool.network.io", "By", "Bytes sent and received.");

    internal static Histogram<double> ConnectDuration { get; } = s_meter.CreateHistogram(
        "socketpool.connect.duration", "s", "The time that connects took, without the lookup.", advice: s_seconds);

    internal static Histogram<double> LookupDuration { get; } = s_meter.CreateHistogram(
        "socketpool.lookup.duration", "s", "The time that look-ups of names took.", advice: s_seconds);

    internal static Histogram<double> CapacityWaitDuration { get; } = s_meter.CreateHistogram(
        "socketpool.capacity.wait.duration", "s", "The time that calls waited for a place in a full pool.", advice: s_seconds);

    internal static ObservableUpDownCounter<int> CapacityWaiting { get; } = s_meter.CreateObservableUpDownCounter(
        "socketpool.capacity.wait.count", () => Observe(pool => pool.CapacityWaitCount, (a, b) => a + b), "{wait}", "Calls that wait for a place now.");

    internal static ObservableUpDownCounter<int> Open { get; } = s_meter.CreateObservableUpDownCounter(
        "socketpool.socket.count", () => Observe(pool => pool.OpenCount, (a, b) => a + b), "{socket}", "Sockets open now.");

    internal static ObservableUpDownCounter<int> Limit { get; } = s_meter.CreateObservableUpDownCounter(
        "socketpool.socket.limit", () => Observe(pool => pool.MaxSockets, (a, b) => a + b), "{socket}", "Sockets that may be open at once: the budget.");

    internal static ObservableGauge<int> HighWater { get; } = s_meter.CreateObservableGauge(
        "socketpool.socket.high_water", () => Observe(pool => pool.HighWaterMark, Math.Max), "{socket}", "The most sockets that were ever open at once.");

    /// <summary>Makes the instruments, the first time.</summary>
    /// <param name="listPools">Lists the pools of the process.</param>
    internal static void Publish(Func<IReadOnlyList<IObservedPool>> listPools)
    {
        RuntimeHelpers.RunClassConstructor(typeof(PoolMeter).TypeHandle);
        s_listPools = listPools;
    }

    /// <summary>One measurement a radio's name: radios of the same name are aggregated.</summary>
    private static IEnumerable<Measurement<int>> Observe(Func<IObservedPool, int> read, Func<int, int, int> combine) =>
        s_listPools()
            .GroupBy(pool => pool.Radio.Name, read)
            .Select(values => new Measurement<int>(values.Aggregate(combine), new KeyValuePair<string, object?>(SocketTags.RadioName, values.Key)));
}
