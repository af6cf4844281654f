using System.Net;
using SocketPools.Radios;

namespace SocketPools.Diagnostics;

/// <summary>One lookup of a name that somebody watches.</summary>
internal sealed class LookupWatch
{
    private readonly SocketPool _pool;
    private readonly AddressQuery _query;
    private readonly long _start;

    private LookupWatch(SocketPool pool, AddressQuery query)
    {
        (_pool, _query, _start) = (pool, query, pool.Clock.GetTimestamp());
        if (PoolTelemetry.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.LookupStart(pool.Radio.Name, query.Host!);
        }
    }

    /// <summary>Begins to watch, if somebody looks and there is a name: digits and "this host" ask nobody.</summary>
    internal static LookupWatch? Start(SocketPool pool, AddressQuery query) =>
        MayWatch(pool) && query.Host is not null && !query.Flags.HasFlag(AddressInfoFlags.NumericHost) && !IPAddress.TryParse(query.Host, out _)
            ? new LookupWatch(pool, query)
            : null;

    internal void Succeed()
    {
        TimeSpan elapsed = _pool.Clock.GetElapsedTime(_start);
        if (PoolTelemetry.IsSupported)
        {
            PoolTelemetry.Record(PoolMeter.LookupDuration, elapsed.TotalSeconds, [new(SocketTags.RadioName, _pool.Radio.Name)]);
            LogStop(elapsed);
        }

        _pool.Notify(nameof(SocketPoolObserver.OnLookedUp), new Notice(Query: _query, Elapsed: elapsed), static (observer, pool, notice) =>
            observer.OnLookedUp(pool, notice.Query!, notice.Elapsed));
    }

    internal void Fail(Exception error)
    {
        TimeSpan elapsed = _pool.Clock.GetElapsedTime(_start);
        if (PoolTelemetry.IsSupported)
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

        _pool.Notify(nameof(SocketPoolObserver.OnLookupFailed), new Notice(Query: _query, Elapsed: elapsed, Error: error), static (observer, pool, notice) =>
            observer.OnLookupFailed(pool, notice.Query!, notice.Error!, notice.Elapsed));
    }

    private static bool MayWatch(SocketPool pool) =>
        pool.IsObserved || (PoolTelemetry.IsSupported && (PoolMeter.LookupDuration.Enabled || SocketPoolsEventSource.Log.IsEnabled()));

    private void LogStop(TimeSpan elapsed)
    {
        if (SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.LookupStop(_pool.Radio.Name, _query.Host!, elapsed.TotalSeconds);
        }
    }
}
