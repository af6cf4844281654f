using System.Net;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Telemetry;

/// <summary>One lookup of a name that is observed.</summary>
internal sealed class LookupWatch
{
    private readonly IObservedPool _pool;
    private readonly AddressQuery _query;
    private readonly long _start;

    private LookupWatch(IObservedPool pool, AddressQuery query)
    {
        (_pool, _query, _start) = (pool, query, pool.Clock.GetTimestamp());
        if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.LookupStart(pool.Radio.Name, query.Host!);
        }
    }

    /// <summary>Begins to watch, if there is an observer and a name: digits and "this host" are no lookup.</summary>
    internal static LookupWatch? Start(IObservedPool pool, AddressQuery query) =>
        MayWatch(pool) && query.Host is not null && !query.Flags.HasFlag(AddressInfoFlags.NumericHost) && !IPAddress.TryParse(query.Host, out _)
            ? new LookupWatch(pool, query)
            : null;

    internal void Succeed()
    {
        TimeSpan elapsed = _pool.Clock.GetElapsedTime(_start);
        if (TelemetrySwitch.IsSupported)
        {
            PoolTelemetry.Record(PoolMeter.LookupDuration, elapsed.TotalSeconds, [new(SocketTags.RadioName, _pool.Radio.Name)]);
            LogStop(elapsed);
        }

        _pool.Notify(new PoolEvent(NoticeKind.LookedUp, Query: _query, Elapsed: elapsed));
    }

    internal void Fail(Exception error)
    {
        TimeSpan elapsed = _pool.Clock.GetElapsedTime(_start);
        if (TelemetrySwitch.IsSupported)
        {
            string type = PoolTelemetry.ErrorTypeOf(error);
            PoolTelemetry.Record(
                PoolMeter.LookupDuration,
                elapsed.TotalSeconds,
                [new(SocketTags.RadioName, _pool.Radio.Name), new(SocketTags.ErrorType, type)]);
            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.LookupFailed(_pool.Radio.Name, _query.Host!, type);
            }

            LogStop(elapsed);
        }

        _pool.Notify(new PoolEvent(NoticeKind.LookupFailed, Query: _query, Elapsed: elapsed, Error: error));
    }

    private static bool MayWatch(IObservedPool pool) =>
        pool.IsObserved || (TelemetrySwitch.IsSupported && (PoolMeter.LookupDuration.Enabled || SocketPoolsEventSource.Log.IsEnabled()));

    private void LogStop(TimeSpan elapsed)
    {
        if (SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.LookupStop(_pool.Radio.Name, _query.Host!, elapsed.TotalSeconds);
        }
    }
}
