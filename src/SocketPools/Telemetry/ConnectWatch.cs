using System.Diagnostics;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools.Telemetry;

/// <summary>
/// One connect that is observed: its activity from the call's first moment, lookup included, and the attempt's time. The
/// conventions are OpenTelemetry's for the socket connect of .NET.
/// </summary>
internal sealed class ConnectWatch
{
    private static readonly ActivitySource s_source = new(SocketPoolTelemetry.Name, typeof(ConnectWatch).Assembly.GetName().Version?.ToString(3));

    private readonly IObservedPool _pool;
    private readonly SocketSlot _slot;
    private readonly Activity? _activity;
    private IPSocketAddress _remote;
    private long _start;

    private ConnectWatch(IObservedPool pool, SocketSlot slot, string? host, int port)
    {
        (_pool, _slot) = (pool, slot);
        if (!TelemetrySwitch.IsSupported || PoolTelemetry.Start(s_source, "SocketPools.Connect", ActivityKind.Client) is not { } activity)
        {
            return;
        }

        _activity = activity;
        activity.DisplayName = host is null ? "socket connect" : $"socket connect {VisibleText.Escape(host)}:{port}";
        if (activity.IsAllDataRequested)
        {
            SocketTags tags = pool.TagsOf(slot.Socket!);
            activity.SetTag(SocketTags.RadioName, pool.Radio.Name);
            activity.SetTag(SocketTags.Transport, tags.TransportName);
            activity.SetTag(SocketTags.NetworkType, tags.TypeName);
            if (host is not null)
            {
                activity.SetTag("server.address", host);
                activity.SetTag("server.port", port);
            }
        }
    }

    /// <summary>Begins to watch, if there is an observer.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="slot">The socket's.</param>
    /// <param name="host">What the caller named; null for an address.</param>
    /// <param name="port">The port beside the name.</param>
    internal static ConnectWatch? Start(IObservedPool pool, SocketSlot slot, string? host = null, int port = 0) =>
        MayWatch(pool) ? new ConnectWatch(pool, slot, host, port) : null;

    internal static bool MayWatch(IObservedPool pool) =>
        pool.IsObserved
        || (TelemetrySwitch.IsSupported && (s_source.HasListeners() || PoolMeter.ConnectDuration.Enabled || SocketPoolsEventSource.Log.IsEnabled()));

    /// <summary>The attempt begins: the address is known.</summary>
    internal void Begin(in IPSocketAddress remote)
    {
        _remote = remote;
        _start = _pool.Clock.GetTimestamp();
        if (_activity is { IsAllDataRequested: true })
        {
            _activity.DisplayName = $"socket connect {remote}";
            _activity.SetTag("network.peer.address", remote.ToIPAddress().ToString());
            _activity.SetTag("network.peer.port", remote.Port);
        }

        if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.ConnectStart(_pool.Radio.Name, _slot.Number, remote.ToString());
        }

        _pool.Notify(new PoolEvent(NoticeKind.Connecting, _slot, remote));
    }

    internal void Succeed()
    {
        TimeSpan elapsed = _pool.Clock.GetElapsedTime(_start);
        if (TelemetrySwitch.IsSupported)
        {
            PoolTelemetry.Record(PoolMeter.ConnectDuration, elapsed.TotalSeconds, _pool.TagsOf(_slot.Socket!).Basic);
            LogStop(elapsed);
        }

        // As .NET has it, a span that went well has no status.
        PoolTelemetry.End(_activity);
        _pool.Notify(new PoolEvent(NoticeKind.Connected, _slot, _remote, Elapsed: elapsed));
    }

    internal void Fail(Exception error)
    {
        bool goesOn = error is PoolSocketException { Errno: Errno.EINPROGRESS };
        string type = PoolTelemetry.ErrorTypeOf(error);
        TimeSpan elapsed = _pool.Clock.GetElapsedTime(_start);
        if (_activity is not null && !goesOn)
        {
            _activity.SetTag(SocketTags.ErrorType, type);
            _activity.SetStatus(ActivityStatusCode.Error, error.Message);
        }

        // Without an address it was the lookup that failed, and that is told already.
        if (_remote.HasValue)
        {
            TellFailure(error, type, elapsed, goesOn);
        }

        PoolTelemetry.End(_activity);
    }

    private void TellFailure(Exception error, string type, TimeSpan elapsed, bool goesOn)
    {
        if (TelemetrySwitch.IsSupported)
        {
            if (!goesOn && PoolMeter.ConnectDuration.Enabled)
            {
                PoolTelemetry.Record(PoolMeter.ConnectDuration, elapsed.TotalSeconds, _pool.TagsOf(_slot.Socket!).Failed(type));
            }

            if (!goesOn && SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.ConnectFailed(_pool.Radio.Name, _slot.Number, _remote.ToString(), type);
            }

            LogStop(elapsed);
        }

        if (!goesOn)
        {
            _pool.Notify(new PoolEvent(NoticeKind.ConnectFailed, _slot, _remote, Elapsed: elapsed, Error: error));
        }
    }

    private void LogStop(TimeSpan elapsed)
    {
        if (SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.ConnectStop(_pool.Radio.Name, _slot.Number, _remote.ToString(), elapsed.TotalSeconds);
        }
    }
}
