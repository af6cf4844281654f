using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Telemetry;

namespace SocketPools;

public sealed partial class SocketPool
{


    /// <summary>Lets an observer hear what happens in this pool from now on.</summary>
    /// <param name="observer">The observer. One that is added twice hears everything twice.</param>
    /// <returns>Disposing it lets the observer go; a call that is under way may still reach it.</returns>
    public IDisposable AddObserver(SocketPoolObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_state.Gate)
        {
            _state.Observers = [.. _state.Observers, observer];
        }

        return new Observation(this, observer);
    }

    internal static IReadOnlyList<SocketPool> ListPools()
    {
        lock (s_gate)
        {
            return [.. s_pools.Select(pair => new SocketPool(pair.Value, Role.Viewer))];
        }
    }

    internal bool IsObserved => _state.Observers.Length > 0;

    TimeProvider IObservedPool.Clock => _state.Clock;

    bool IObservedPool.IsObserved => IsObserved;

    SocketTags IObservedPool.TagsOf(RadioSocket socket) => TagsOf(socket);

    /// <summary>The attributes of a socket's kind.</summary>
    internal SocketTags TagsOf(RadioSocket socket)
    {
        int index = SocketTags.IndexOf(socket);
        return _state.Tags[index] ??= SocketTags.At(index, _state.Radio.Name);
    }

    /// <summary>Calls every observer; one that throws is reported, and neither the call nor the others fail.</summary>
    void IObservedPool.Notify(in PoolEvent notice)
    {
        foreach (SocketPoolObserver observer in _state.Observers)
        {
            try
            {
                Tell(observer, notice);
            }
#pragma warning disable CA1031 // a place in the budget would be lost with the exception
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (TelemetrySwitch.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
                {
                    SocketPoolsEventSource.Log.ObserverFailed(_state.Radio.Name, observer.GetType().FullName!, e.ToString());
                }

                CallbackExceptions.Report($"{nameof(SocketPoolObserver)}.{MethodOf(notice.Kind)} of {observer.GetType().FullName}", e, this);
            }
        }
    }

    private void Tell(SocketPoolObserver observer, in PoolEvent notice)
    {
        switch (notice.Kind)
        {
            case NoticeKind.Opened:
                observer.OnOpened(this, Describe(notice));
                break;
            case NoticeKind.Accepted:
                observer.OnAccepted(this, Describe(notice));
                break;
            case NoticeKind.Closed:
                observer.OnClosed(this, Describe(notice), notice.Reason);
                break;
            case NoticeKind.Connecting:
                observer.OnConnecting(this, Describe(notice), notice.Remote);
                break;
            case NoticeKind.Connected:
                observer.OnConnected(this, Describe(notice), notice.Remote, notice.Elapsed);
                break;
            case NoticeKind.ConnectFailed:
                observer.OnConnectFailed(this, Describe(notice), notice.Remote, notice.Error!, notice.Elapsed);
                break;
            case NoticeKind.LookedUp:
                observer.OnLookupCompleted(this, notice.Query!, notice.Elapsed);
                break;
            case NoticeKind.LookupFailed:
                observer.OnLookupFailed(this, notice.Query!, notice.Error!, notice.Elapsed);
                break;
            case NoticeKind.Exhausted:
                observer.OnExhausted(this);
                break;
            case NoticeKind.CapacityWaitStarted:
                observer.OnCapacityWaitStarted(this, notice.Wait!);
                break;
            case NoticeKind.CapacityWaitEnded:
                observer.OnCapacityWaitEnded(this, notice.Wait!, notice.Error, notice.Elapsed);
                break;
            case NoticeKind.OptionIgnored:
                observer.OnOptionIgnored(this, Describe(notice), notice.Option!.Level, notice.Option.Name, notice.Option.Errno);
                break;
            default:
                observer.OnLeaked(this, notice.Snapshot!);
                break;
        }
    }

    private static string MethodOf(NoticeKind kind) => kind switch
    {
        NoticeKind.Opened => nameof(SocketPoolObserver.OnOpened),
        NoticeKind.Accepted => nameof(SocketPoolObserver.OnAccepted),
        NoticeKind.Closed => nameof(SocketPoolObserver.OnClosed),
        NoticeKind.Connecting => nameof(SocketPoolObserver.OnConnecting),
        NoticeKind.Connected => nameof(SocketPoolObserver.OnConnected),
        NoticeKind.ConnectFailed => nameof(SocketPoolObserver.OnConnectFailed),
        NoticeKind.LookedUp => nameof(SocketPoolObserver.OnLookupCompleted),
        NoticeKind.LookupFailed => nameof(SocketPoolObserver.OnLookupFailed),
        NoticeKind.Exhausted => nameof(SocketPoolObserver.OnExhausted),
        NoticeKind.CapacityWaitStarted => nameof(SocketPoolObserver.OnCapacityWaitStarted),
        NoticeKind.CapacityWaitEnded => nameof(SocketPoolObserver.OnCapacityWaitEnded),
        NoticeKind.OptionIgnored => nameof(SocketPoolObserver.OnOptionIgnored),
        _ => nameof(SocketPoolObserver.OnLeaked),
    };

    private SocketInfo Describe(in PoolEvent notice) => new(notice.Slot!, _state.Clock);

    private void Remove(SocketPoolObserver observer)
    {
        lock (_state.Gate)
        {
            int index = Array.IndexOf(_state.Observers, observer);
            _state.Observers = [.. _state.Observers[..index], .. _state.Observers[(index + 1)..]];
        }
    }

    private sealed class Observation(SocketPool pool, SocketPoolObserver observer) : IDisposable
    {
        private int _disposed;


        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                pool.Remove(observer);
            }
        }
    }
}
