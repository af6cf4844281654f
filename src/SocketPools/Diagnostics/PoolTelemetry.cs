using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace SocketPools.Diagnostics;

/// <summary>
/// The one place where pools and sockets tell what happens: to the meter, the event source and the pool's observers. With nobody
/// listening each call here is a look at a few fields.
/// </summary>
internal static class PoolTelemetry
{
    /// <summary>
    /// The feature switch <c>SocketPools.Telemetry</c>: false leaves meter, event source and activities out, and a trimmed program
    /// does not contain them. Observers stay.
    /// </summary>
    [FeatureSwitchDefinition("SocketPools.Telemetry")]
    internal static bool IsSupported { get; } = !AppContext.TryGetSwitch("SocketPools.Telemetry", out bool on) || on;

    /// <summary>All that a send or a receive pays while nobody listens.</summary>
    internal static bool CountsBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSupported && PoolMeter.Bytes.Enabled;
    }

    /// <summary>Makes the instruments known to whoever listens, before the first pool takes a lock: listeners are told at once.</summary>
    internal static void PublishInstruments()
    {
        if (IsSupported)
        {
            PoolMeter.Publish();
        }
    }

    internal static void Opened(SocketPool pool, SocketSlot slot)
    {
        if (IsSupported)
        {
            // Made now, so that an open socket allocates nothing when somebody begins to listen.
            SocketTags tags = pool.TagsOf(slot.Socket!);
            if (PoolMeter.Opened.Enabled)
            {
                PoolMeter.Opened.Add(1, tags.Basic);
            }

            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.Opened(pool.Radio.Name, slot.Number, tags.TransportName, tags.TypeName);
            }
        }

        if (pool.IsObserved)
        {
            pool.Notify(new Notice(slot), static (observer, pool, notice) => observer.OnOpened(pool, pool.Describe(notice.Slot!)));
        }
    }

    internal static void Accepted(SocketPool pool, SocketSlot slot)
    {
        if (IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.Accepted(pool.Radio.Name, slot.Number, slot.Remote.ToString());
        }

        if (pool.IsObserved)
        {
            pool.Notify(new Notice(slot), static (observer, pool, notice) => observer.OnAccepted(pool, pool.Describe(notice.Slot!)));
        }
    }

    internal static void Closed(SocketPool pool, SocketSlot slot, SocketCloseReason reason)
    {
        if (IsSupported)
        {
            if (PoolMeter.Closed.Enabled)
            {
                PoolMeter.Closed.Add(1, pool.TagsOf(slot.Socket!).Closed(reason));
            }

            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.Closed(
                    pool.Radio.Name, slot.Number, SocketTags.WordOf(reason), pool.Describe(slot).Age.TotalSeconds);
            }
        }

        if (pool.IsObserved)
        {
            pool.Notify(new Notice(slot, Reason: reason), static (observer, pool, notice) =>
                observer.OnClosed(pool, pool.Describe(notice.Slot!), notice.Reason));
        }
    }

    internal static void Leaked(SocketPool pool, SocketSnapshot socket)
    {
        if (IsSupported && SocketPoolsEventSource.Log.IsEnabled())
        {
            SocketPoolsEventSource.Log.Leaked(pool.Radio.Name, socket.Number, socket.CreatedBy ?? "");
        }

        pool.Notify(new Notice(Snapshot: socket), static (observer, pool, notice) => observer.OnLeaked(pool, notice.Snapshot!));
    }

    internal static void Exhausted(SocketPool pool)
    {
        if (IsSupported)
        {
            if (PoolMeter.Exhausted.Enabled)
            {
                PoolMeter.Exhausted.Add(1, new KeyValuePair<string, object?>(SocketTags.RadioName, pool.Radio.Name));
            }

            if (SocketPoolsEventSource.Log.IsEnabled())
            {
                SocketPoolsEventSource.Log.Exhausted(pool.Radio.Name, pool.MaxSockets);
            }
        }

        if (pool.IsObserved)
        {
            pool.Notify(default, static (observer, pool, _) => observer.OnExhausted(pool));
        }
    }

    /// <summary>Whether anybody hears of a close or a leak, the pool's own event aside.</summary>
    internal static bool HearsOfCloses(SocketPool pool) =>
        pool.IsObserved || (IsSupported && (PoolMeter.Closed.Enabled || SocketPoolsEventSource.Log.IsEnabled()));

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
