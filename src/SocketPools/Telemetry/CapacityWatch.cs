using SocketPools.Diagnostics;
using SocketPools.Slots;

namespace SocketPools.Telemetry;

/// <summary>One wait for a place: counted, and announced at its beginning and its end.</summary>
internal readonly struct CapacityWatch
{
    private readonly IObservedPool _pool;
    private readonly CapacityWaits _waits;
    private readonly LinkedListNode<CapacityWait> _wait;

    private CapacityWatch(IObservedPool pool, CapacityWaits waits, LinkedListNode<CapacityWait> wait) => (_pool, _waits, _wait) = (pool, waits, wait);

    /// <summary>A wait begins.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="waits">The pool's waits.</param>
    /// <param name="purpose">What the place is for.</param>
    /// <param name="createdBy">The line that waits, or null.</param>
    /// <param name="refuse">Says who holds the places.</param>
    internal static CapacityWatch Start(
        IObservedPool pool, CapacityWaits waits, string purpose, string? createdBy, Func<OutOfSocketsException> refuse)
    {
        LinkedListNode<CapacityWait> wait = waits.Begin(position => new CapacityWait(purpose, createdBy, position, pool.Clock, refuse));
        if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.CapacityWaitStart(pool.Radio.Name, purpose, wait.Value.Position);
        }

        pool.Notify(new PoolEvent(NoticeKind.CapacityWaitStarted, Wait: wait.Value));
        return new CapacityWatch(pool, waits, wait);
    }

    /// <summary>The wait is over: there is room, or the error says why there is none.</summary>
    internal void End(Exception? error)
    {
        _waits.End(_wait);
        TimeSpan elapsed = _wait.Value.Elapsed;
        if (TelemetrySwitch.IsSupported)
        {
            string type = error is null ? "" : PoolTelemetry.ErrorTypeOf(error);
            if (PoolMeter.CapacityWaitDuration.Enabled)
            {
                KeyValuePair<string, object?> radio = new(SocketTags.RadioName, _pool.Radio.Name);
                PoolTelemetry.Record(
                    PoolMeter.CapacityWaitDuration, elapsed.TotalSeconds, error is null ? [radio] : [radio, new(SocketTags.ErrorType, type)]);
            }

            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.CapacityWaitStop(_pool.Radio.Name, _wait.Value.Purpose, elapsed.TotalSeconds, type);
            }
        }

        _pool.Notify(new PoolEvent(NoticeKind.CapacityWaitEnded, Wait: _wait.Value, Elapsed: elapsed, Error: error));
    }
}
