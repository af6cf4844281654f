using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools.Telemetry;

/// <summary>
/// The one place where pools and sockets tell what happens: to the meter, the event source and the pool's observers. Without a
/// listener each call here is a look at a few fields. Listeners are callbacks of the program: what they throw is reported.
/// </summary>
[SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
internal static class PoolTelemetry
{
    /// <summary>The whole cost of a send or a receive without a listener.</summary>
    internal static bool CountsBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TelemetrySwitch.IsSupported && PoolMeter.Bytes.Enabled;
    }

    /// <summary>Publishes the instruments before the first pool takes a lock: listeners are called at once.</summary>
    /// <param name="listPools">Lists the pools of the process.</param>
    internal static void PublishInstruments(Func<IReadOnlyList<IObservedPool>> listPools)
    {
        if (TelemetrySwitch.IsSupported)
        {
            PoolMeter.Publish(listPools);
        }
    }

    internal static void Opened(IObservedPool pool, SocketSlot slot)
    {
        if (TelemetrySwitch.IsSupported)
        {
            // Made now, so that an open socket allocates nothing when a listener is added.
            SocketTags tags = pool.TagsOf(slot.Socket!);
            if (PoolMeter.Opened.Enabled)
            {
                Count(PoolMeter.Opened, 1, tags.Basic);
            }

            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.Opened(pool.Radio.Name, slot.Number, tags.TransportName, tags.TypeName);
            }
        }

        if (pool.IsObserved)
        {
            pool.Notify(new PoolEvent(NoticeKind.Opened, slot));
        }
    }

    internal static void Accepted(IObservedPool pool, SocketSlot slot)
    {
        if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.Accepted(pool.Radio.Name, slot.Number, slot.Remote.ToString());
        }

        if (pool.IsObserved)
        {
            pool.Notify(new PoolEvent(NoticeKind.Accepted, slot));
        }
    }

    internal static void Closed(IObservedPool pool, SocketSlot slot, SocketCloseReason reason)
    {
        if (TelemetrySwitch.IsSupported)
        {
            if (PoolMeter.Closed.Enabled)
            {
                Count(PoolMeter.Closed, 1, pool.TagsOf(slot.Socket!).Closed(reason));
            }

            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.Closed(
                    pool.Radio.Name, slot.Number, SocketTags.WordOf(reason), pool.Clock.GetElapsedTime(slot.CreatedAt).TotalSeconds);
            }
        }

        if (pool.IsObserved)
        {
            pool.Notify(new PoolEvent(NoticeKind.Closed, slot, Reason: reason));
        }
    }

    internal static void Leaked(IObservedPool pool, SocketSnapshot socket)
    {
        if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.Leaked(pool.Radio.Name, socket.Id, socket.CreatedBy ?? "");
        }

        pool.Notify(new PoolEvent(NoticeKind.Leaked, Snapshot: socket));
    }

    internal static void Exhausted(IObservedPool pool)
    {
        if (TelemetrySwitch.IsSupported)
        {
            if (PoolMeter.Exhausted.Enabled)
            {
                Count(PoolMeter.Exhausted, 1, [new(SocketTags.RadioName, pool.Radio.Name)]);
            }

            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.Exhausted(pool.Radio.Name, pool.MaxSockets);
            }
        }

        if (pool.IsObserved)
        {
            pool.Notify(new PoolEvent(NoticeKind.Exhausted));
        }
    }

    /// <summary>A call goes on without an option that the radio has refused.</summary>
    internal static void OptionIgnored(IObservedPool pool, SocketSlot slot, SocketOptionLevel level, SocketOptionName name, Errno errno)
    {
        if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.OptionIgnored(pool.Radio.Name, slot.Number, $"{level}.{name}", errno.ToString());
        }

        if (pool.IsObserved)
        {
            pool.Notify(new PoolEvent(NoticeKind.OptionIgnored, slot, Option: new RefusedOption(level, name, errno)));
        }
    }

    /// <summary>Adds to a counter. A listener of the meter runs inside, and may throw.</summary>
    internal static void Count(Counter<long> counter, long count, KeyValuePair<string, object?>[] tags)
    {
        try
        {
            counter.Add(count, tags);
        }
        catch (Exception e)
        {
            ReportListener(counter.Name, e);
        }
    }

    /// <summary>Records a duration, as <see cref="Count"/>.</summary>
    internal static void Record(Histogram<double> histogram, double seconds, KeyValuePair<string, object?>[] tags)
    {
        try
        {
            histogram.Record(seconds, tags);
        }
        catch (Exception e)
        {
            ReportListener(histogram.Name, e);
        }
    }

    /// <summary>Starts an activity; null without a listener, or when a listener has thrown.</summary>
    internal static Activity? Start(ActivitySource source, string name, ActivityKind kind)
    {
        try
        {
            return source.StartActivity(name, kind);
        }
        catch (Exception e)
        {
            ReportListener(name, e);
            return null;
        }
    }

    /// <summary>Ends an activity.</summary>
    internal static void End(Activity? activity)
    {
        try
        {
            activity?.Dispose();
        }
        catch (Exception e)
        {
            ReportListener(activity!.OperationName, e);
        }
    }

    private static void ReportListener(string what, Exception error) => CallbackExceptions.Report($"listener of {what}", error);

    /// <summary>Whether anybody hears of a close or a leak, the pool's own event aside.</summary>
    internal static bool HearsOfCloses(IObservedPool pool) =>
        pool.IsObserved || (TelemetrySwitch.IsSupported && (PoolMeter.Closed.Enabled || SocketPoolsEventSource.Log.IsEnabled()));

    /// <summary>
    /// OpenTelemetry's <c>error.type</c> in .NET's words: the socket error in snake case (<c>connection_refused</c>,
    /// <c>host_not_found</c>), else the exception's type.
    /// </summary>
    internal static string ErrorTypeOf(Exception error) => error switch
    {
        PoolSocketException e => SnakeCase(e.SocketErrorCode.ToString()),
        OperationCanceledException => typeof(OperationCanceledException).FullName!,
        _ => error.GetType().FullName!,
    };

    private static string SnakeCase(string name)
    {
        StringBuilder text = new();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
