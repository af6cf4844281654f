using SocketPools.Diagnostics;

namespace SocketPools;

public sealed partial class SocketPool
{
    private const int RememberedLeaks = 64;

    private readonly Queue<SocketSnapshot> _leaks = new();
    private long _leaked;
    private long _exhausted;

    /// <summary>A socket was collected without having been closed. Raised on a thread of the thread pool.</summary>
    public event EventHandler<SocketLeakedEventArgs>? SocketLeaked;

    /// <summary>
    /// Whether to record the call stack that makes each socket, so that tables and leak reports name the line. Off by
    /// default: a stack costs some ten microseconds.
    /// </summary>
    public bool TrackCallers { get; set; }

    /// <summary>How many sockets are open.</summary>
    public int OpenCount
    {
        get
        {
            lock (_gate)
            {
                return _open;
            }
        }
    }

    /// <summary>The most sockets that were ever open at once.</summary>
    public int HighWaterMark
    {
        get
        {
            lock (_gate)
            {
                return _highWater;
            }
        }
    }

    /// <summary>How many sockets were made in all, accepted ones too.</summary>
    public long OpenedCount
    {
        get
        {
            lock (_gate)
            {
                return _opened;
            }
        }
    }

    /// <summary>How many sockets were collected without having been closed.</summary>
    public long LeakedCount
    {
        get
        {
            lock (_gate)
            {
                return _leaked;
            }
        }
    }

    /// <summary>How often a socket was refused because the budget was used up.</summary>
    public long ExhaustedCount
    {
        get
        {
            lock (_gate)
            {
                return _exhausted;
            }
        }
    }

    /// <summary>Who holds the sockets now, oldest first.</summary>
    public IReadOnlyList<SocketSnapshot> GetOpenSockets()
    {
        return [.. ListSlots().Select(slot => slot.TakeSnapshot(_clock))];
    }

    /// <summary>A table of who holds what: number, type, state, addresses, age and, with <see cref="TrackCallers"/>, the line.</summary>
    public string Dump()
    {
        IReadOnlyList<SocketSnapshot> sockets = GetOpenSockets();
        string head;
        lock (_gate)
        {
            head = $"Radio {_radio.Name}: {_open} of {_radio.MaxSockets} sockets open, at most {_highWater}, {_opened} made, {_leaked} leaked, {_exhausted} refused";
        }

        return sockets.Count == 0 ? head : head + "\n" + SocketTable.Format(sockets);
    }

    /// <summary>
    /// For the end of a test: collects garbage, then throws if a socket is open or was collected without having been closed.
    /// </summary>
    /// <exception cref="SocketLeakException">There is at least one, and the exception lists them.</exception>
    public void AssertNoLeaks()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // One that another thread is closing at this moment is on its way out, and nobody's leak.
        IReadOnlyList<SocketSnapshot> open = [.. GetOpenSockets().Where(socket => socket.State != SocketState.Closed)];
        SocketSnapshot[] leaks;
        long leaked;
        lock (_gate)
        {
            leaks = [.. _leaks];
            leaked = _leaked;
        }

        if (open.Count > 0 || leaked > 0)
        {
            throw new SocketLeakException(_radio.Name, open, leaks, leaked);
        }
    }

    /// <summary>From the finalizer of a socket that nobody closed.</summary>
    internal void Collect(SocketSlot slot)
    {
        if (slot.IsClosed)
        {
            return;
        }

        SocketSnapshot snapshot = slot.TakeSnapshot(_clock);
        if (!slot.TryClose())
        {
            return;
        }

        Release(slot);
        lock (_gate)
        {
            _leaked++;
            _leaks.Enqueue(snapshot);
            if (_leaks.Count > RememberedLeaks)
            {
                _leaks.Dequeue();
            }
        }

        // The finalizer's thread waits for nobody.
        if (SocketLeaked is not null || PoolTelemetry.HearsOfCloses(this))
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => TellLeak(slot, snapshot), null);
        }
    }

    private void TellLeak(SocketSlot slot, SocketSnapshot snapshot)
    {
        PoolTelemetry.Closed(this, slot, SocketCloseReason.Leaked);
        PoolTelemetry.Leaked(this, snapshot);
        SocketLeaked?.Invoke(this, new SocketLeakedEventArgs(snapshot));
    }
}
