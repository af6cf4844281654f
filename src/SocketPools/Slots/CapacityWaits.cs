namespace SocketPools.Slots;

/// <summary>Who waits for a place in a pool's budget.</summary>
internal sealed class CapacityWaits
{
    private readonly Lock _lock = new();
    private readonly LinkedList<CapacityWait> _running = new();

    // Completed, and made anew by the next who waits, whenever a place may have become free.
    private volatile TaskCompletionSource? _change;
    private long _total;

    /// <summary>Whether there is a waiter for the next change.</summary>
    internal bool IsAwaited => _change is not null;

    /// <summary>How many wait now.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>How many waits there were.</summary>
    internal long Total => Interlocked.Read(ref _total);

    /// <summary>Completes when a place may have become free. To be called under the pool's lock, after it has found the pool full.</summary>
    internal Task NextChange()
    {
        lock (_lock)
        {
            return (_change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>A place may have become free, or the pool has ended: wakes all who wait.</summary>
    internal void Signal()
    {
        TaskCompletionSource? change;
        lock (_lock)
        {
            (change, _change) = (_change, null);
        }

        change?.TrySetResult();
    }

    /// <summary>Notes a wait.</summary>
    /// <param name="make">Makes it, given its position.</param>
    internal LinkedListNode<CapacityWait> Begin(Func<int, CapacityWait> make)
    {
        lock (_lock)
        {
            _total++;
            return _running.AddLast(make(_running.Count + 1));
        }
    }

    /// <summary>The wait is over.</summary>
    internal void End(LinkedListNode<CapacityWait> wait)
    {
        lock (_lock)
        {
            _running.Remove(wait);
        }
    }

    /// <summary>Those who wait now, in the order in which they began.</summary>
    internal CapacityWait[] ToArray()
    {
        lock (_lock)
        {
            return [.. _running];
        }
    }
}
