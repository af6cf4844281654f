using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools;

public sealed partial class SocketPool
{
    private readonly SocketTags?[] _tags = new SocketTags?[SocketTags.TableSize];

    // Replaced as a whole under the gate, and read without it.
    private SocketPoolObserver[] _observers = [];

    /// <summary>Lets an observer hear what happens in this pool from now on.</summary>
    /// <param name="observer">The observer. One that is added twice hears everything twice.</param>
    /// <returns>Disposing it lets the observer go; a call that is under way may still reach it.</returns>
    public IDisposable AddObserver(SocketPoolObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_gate)
        {
            _observers = [.. _observers, observer];
        }

        return new Observation(this, observer);
    }

    internal static IReadOnlyList<SocketPool> ListPools()
    {
        lock (s_gate)
        {
            return [.. s_pools.Select(pair => pair.Value)];
        }
    }

    internal TimeProvider Clock => _clock;

    internal bool IsObserved => _observers.Length > 0;

    /// <summary>The attributes of a socket's kind.</summary>
    internal SocketTags TagsOf(RadioSocket socket)
    {
        int index = SocketTags.IndexOf(socket);
        return _tags[index] ??= SocketTags.At(index, _radio.Name);
    }

    internal ObservedSocket Describe(SocketSlot slot) => new(slot, _clock);

    /// <summary>Tells every observer; one that throws is reported, and harms neither the call nor the others.</summary>
    internal void Notify(string method, in Notice notice, Action<SocketPoolObserver, SocketPool, Notice> tell)
    {
        foreach (SocketPoolObserver observer in _observers)
        {
            try
            {
                tell(observer, this, notice);
            }
#pragma warning disable CA1031 // a place in the budget would be lost with the exception
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (PoolTelemetry.IsSupported && SocketPoolsEventSource.Log.IsEnabled())
                {
                    SocketPoolsEventSource.Log.ObserverFailed(_radio.Name, observer.GetType().FullName!, e.ToString());
                }

                CallbackExceptions.Report($"{nameof(SocketPoolObserver)}.{method} of {observer.GetType().FullName}", e, this);
            }
        }
    }

    private void Remove(SocketPoolObserver observer)
    {
        lock (_gate)
        {
            int index = Array.IndexOf(_observers, observer);
            _observers = [.. _observers[..index], .. _observers[(index + 1)..]];
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
