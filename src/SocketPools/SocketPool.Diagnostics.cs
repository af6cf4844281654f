using System.Diagnostics.CodeAnalysis;
using SocketPools.Async;
using SocketPools.Diagnostics;
using SocketPools.Slots;
using SocketPools.Telemetry;

namespace SocketPools;

public sealed partial class SocketPool
{
    private const int RememberedLeaks = 64;

    private static readonly TimeSpan s_longestCollection = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A socket was collected without having been closed. Raised on a thread of the thread pool. What a handler throws goes to
    /// <see cref="CallbackExceptions"/>.
    /// </summary>
    public event EventHandler<SocketLeakedEventArgs>? SocketLeaked
    {
        add
        {
            lock (_state.Gate)
            {
                _state.SocketLeaked += value;
            }
        }

        remove
        {
            lock (_state.Gate)
            {
                _state.SocketLeaked -= value;
            }
        }
    }

    /// <summary>
    /// Whether to record the call stack that makes each socket, so that tables and leak reports name the line. Off by
    /// default: a stack costs some ten microseconds.
    /// </summary>
    public bool TrackCallers
    {
        get => _state.TrackCallers;
        set => _state.TrackCallers = value;
    }

    /// <summary>
    /// Called whenever a socket is made, to name the source line that makes it; for programs in languages whose stack .NET cannot read.
    /// <see cref="SocketSnapshot.CreatedBy"/> then has its answer, unless <see cref="TrackCallers"/> recorded a stack. Null, the
    /// default, calls nothing. It must not throw, and it may return null for no line.
    /// </summary>
    public Func<string?>? FindCaller
    {
        get => _state.FindCaller;
        set => _state.FindCaller = value;
    }

    /// <summary>How many sockets are open.</summary>
    public int OpenCount
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Open;
            }
        }
    }

    /// <summary>The most sockets that were ever open at once.</summary>
    public int HighWaterMark
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.HighWater;
            }
        }
    }

    /// <summary>How many sockets were made in all, accepted ones too.</summary>
    public long TotalOpened
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Opened;
            }
        }
    }

    /// <summary>How many sockets were collected without having been closed.</summary>
    public long LeakedCount
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Leaked;
            }
        }
    }

    /// <summary>How often a socket was refused because the budget was used up.</summary>
    public long ExhaustedCount
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Exhausted;
            }
        }
    }

    /// <summary>Who holds the sockets now, oldest first.</summary>
    public IReadOnlyList<SocketSnapshot> GetOpenSockets()
    {
        return [.. ListSlots().Select(slot => slot.TakeSnapshot(_state.Clock))];
    }

    /// <summary>
    /// Returns a table of the open sockets: number, type, state, addresses, age and, with <see cref="TrackCallers"/>, the line that created
    /// each.
    /// </summary>
    public string Dump()
    {
        IReadOnlyList<SocketSnapshot> sockets = GetOpenSockets();
        string head;
        lock (_state.Gate)
        {
            head = $"Radio {VisibleText.Escape(_state.Radio.Name)}: {_state.Open} of {_state.Radio.MaxSockets} sockets open, at most {_state.HighWater}, {_state.Opened} made, {_state.Leaked} leaked, {_state.Exhausted} refused, {_state.Waits.Count} waiting, {_state.Waits.Total} waited";
        }

        if (sockets.Count > 0)
        {
            head += "\n" + SocketTable.Format(sockets);
        }

        IReadOnlyList<CapacityWait> waits = GetCapacityWaits();
        return waits.Count == 0 ? head : $"{head}\nWaiting for a place:\n  {string.Join("\n  ", waits)}";
    }

    /// <summary>
    /// For the end of a test: collects garbage, then throws if a socket is open or was collected without having been closed.
    /// </summary>
    /// <exception cref="SocketLeakException">There is at least one, and the exception lists them.</exception>
    public void AssertNoLeaks()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        AwaitCollected();

        // One that another thread is closing at this moment is being closed, and no leak.
        IReadOnlyList<SocketSnapshot> open = [.. GetOpenSockets().Where(socket => socket.State != SocketState.Closed)];
        SocketSnapshot[] leaks;
        long leaked;
        lock (_state.Gate)
        {
            leaks = [.. _state.Leaks];
            leaked = _state.Leaked;
        }

        if (open.Count > 0 || leaked > 0)
        {
            throw new SocketLeakException(_state.Radio.Name, open, leaks, leaked);
        }
    }

    /// <summary>
    /// From the finalizer of a socket that was never closed. Whatever may wait for a lock, a peer or a link goes to the thread pool: one thread
    /// runs all finalizers of the process.
    /// </summary>
    internal void Collect(SocketSlot slot)
    {
        if (slot.IsClosed)
        {
            return;
        }

        if (slot.Socket!.CanBeAbandoned)
        {
            CloseCollected(slot);
            return;
        }

        lock (_state.Gate)
        {
            _state.Collecting++;
        }

        ThreadPoolWork.Queue(_ =>
        {
            CloseCollected(slot);
            TaskCompletionSource? collected = null;
            lock (_state.Gate)
            {
                if (--_state.Collecting == 0)
                {
                    (collected, _state.Collected) = (_state.Collected, null);
                }
            }

            collected?.TrySetResult();
        });
    }

    /// <summary>Waits until sockets that were collected are closed, and their places given back.</summary>
    private void AwaitCollected()
    {
        Task collected;
        lock (_state.Gate)
        {
            collected = _state.Collecting == 0 ? Task.CompletedTask : (_state.Collected ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        // A radio that cannot close a socket is that radio's fault: the socket is then reported as open.
        _ = collected.Wait(s_longestCollection);
    }

    private void CloseCollected(SocketSlot slot)
    {
        SocketSnapshot snapshot = TakeLastSnapshot(slot);
        if (!slot.TryClose(isAbandoned: true))
        {
            return;
        }

        Release(slot);
        lock (_state.Gate)
        {
            _state.Leaked++;
            _state.Leaks.Enqueue(snapshot);
            if (_state.Leaks.Count > RememberedLeaks)
            {
                _state.Leaks.Dequeue();
            }
        }

        // The finalizer's thread never waits.
        if (_state.SocketLeaked is not null || PoolTelemetry.HearsOfCloses(this))
        {
            ThreadPoolWork.Queue(_ => TellLeak(slot, snapshot));
        }
    }

    /// <summary>A custom radio may throw although it must not; on this thread it would end the process.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
    private SocketSnapshot TakeLastSnapshot(SocketSlot slot)
    {
        try
        {
            return slot.TakeSnapshot(_state.Clock);
        }
        catch (Exception e)
        {
            CallbackExceptions.Report("RadioSocket", e, _state.Radio);
            return new SocketSnapshot { Id = slot.Number, State = slot.State };
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
    private void TellLeak(SocketSlot slot, SocketSnapshot snapshot)
    {
        PoolTelemetry.Closed(this, slot, SocketCloseReason.Leaked);
        PoolTelemetry.Leaked(this, snapshot);
        SocketLeakedEventArgs args = new(snapshot);
        foreach (EventHandler<SocketLeakedEventArgs> handler in Delegate.EnumerateInvocationList(_state.SocketLeaked))
        {
            try
            {
                handler(this, args);
            }
            catch (Exception e)
            {
                CallbackExceptions.Report("SocketPool.SocketLeaked", e, this);
            }
        }
    }
}
