namespace SocketPools.Slots;

/// <summary>Who waits for a place in a pool's budget.</summary>
/// <remarks>
/// Calls that take a place wait in a queue of <see cref="CapacityTurn"/>: a place that becomes free wakes the first of them alone. Calls that only
/// want to know of a place, among them accepts, wait for the next change and are all told.
/// </remarks>
internal sealed class CapacityWaits
{
    private readonly Lock _lock = new();
    private readonly LinkedList<CapacityWait> _running = new();

    // In the order of their numbers.
    private readonly LinkedList<CapacityTurn> _turns = new();

    // Completed, and made anew by the next who waits, whenever a place may have become free.
    private volatile TaskCompletionSource? _change;
    private volatile int _turnCount;
    private long _total;
    private long _lastTurn;

    /// <summary>Whether there is a waiter for the next change.</summary>
    internal bool IsAwaited => _change is not null || HasTurns;

    /// <summary>Whether there is a waiter for a turn that was not woken yet.</summary>
    internal bool HasTurns => _turnCount > 0;

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

    /// <summary>
    /// Puts a turn in line, at its old place if it was woken before. To be called under the pool's lock, after it has found no place for it.
    /// </summary>
    /// <returns>Completes when it is its turn to look.</returns>
    internal Task Enqueue(CapacityTurn turn)
    {
        lock (_lock)
        {
            if (turn.Number == 0)
            {
                turn.Number = ++_lastTurn;
            }

            // One that was woken belongs in front, a new one to the end.
            LinkedListNode<CapacityTurn>? next = _turns.Last is { } last && last.Value.Number < turn.Number ? null : _turns.First;
            while (next is not null && next.Value.Number < turn.Number)
            {
                next = next.Next;
            }

            turn.Node = next is null ? _turns.AddLast(turn) : _turns.AddBefore(next, turn);
            _turnCount = _turns.Count;
            return turn.Begin();
        }
    }

    /// <summary>Takes a turn out of the line.</summary>
    /// <returns>False: it was woken, and whoever leaves passes that on.</returns>
    internal bool TryLeave(CapacityTurn turn)
    {
        lock (_lock)
        {
            return TryRemoveUnsynchronized(turn);
        }
    }

    /// <summary>Places have become free: wakes as many as are first in line, and all who wait for a change.</summary>
    /// <param name="places">How many places; all who wait are woken where the pool has ended.</param>
    internal void Signal(int places)
    {
        TaskCompletionSource? change;
        lock (_lock)
        {
            (change, _change) = (_change, null);
            for (; places > 0 && _turns.First is { } first; places--)
            {
                TryRemoveUnsynchronized(first.Value);
                first.Value.Wake();
            }
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

    private bool TryRemoveUnsynchronized(CapacityTurn turn)
    {
        if (turn.Node is not { } node)
        {
            return false;
        }

        turn.Node = null;
        _turns.Remove(node);
        _turnCount = _turns.Count;
        return true;
    }
}
