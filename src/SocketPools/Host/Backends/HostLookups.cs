using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;

namespace SocketPools.Host.Backends;

/// <summary>
/// The lookups of names that are under way in this process: the system's resolver waits as long as it takes and cannot be ended, so each
/// runs on a thread of its own, and at most <see cref="MaxConcurrent"/> threads do. Those who ask the same meanwhile
/// share one lookup. One that was given up goes on, and its answer goes to those that wait for it then.
/// </summary>
/// <param name="lookUp">Asks the system's resolver.</param>
/// <param name="maxThreads">How many lookups run at once; the others wait in turn for one of them to end.</param>
internal sealed class HostLookups(Func<AddressQuery, AddressLookup> lookUp, int maxThreads)
{
    /// <summary>How many lookups run at once in a process.</summary>
    internal const int MaxConcurrent = 64;

    // Enough for the system's resolver and its modules.
    private const int StackSize = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<AddressQuery, SharedLookup> _underWay = [];
    private readonly LinkedList<SharedLookup> _queue = new();
    private int _threads;

    /// <summary>How many lookups run now.</summary>
    internal int ThreadCount => Volatile.Read(ref _threads);

    /// <summary>How many lookups wait until another ends.</summary>
    internal int QueueLength
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Asks, or joins those who have asked the same. The caller waits for the task, and leaves afterwards, whatever came of it.</summary>
    internal SharedLookup Join(AddressQuery query)
    {
        SharedLookup? lookup;
        lock (_gate)
        {
            if (_underWay.TryGetValue(query, out lookup))
            {
                lookup.Waiters++;
                return lookup;
            }

            lookup = new SharedLookup(query) { Waiters = 1 };
            _underWay.Add(query, lookup);
            if (_threads >= maxThreads)
            {
                lookup.Place = _queue.AddLast(lookup);
                return lookup;
            }

            _threads++;
        }

        StartThread(lookup);
        return lookup;
    }

    /// <summary>
    /// No longer waits. A lookup that has not begun, and that has no waiter any more, is not started.
    /// </summary>
    /// <param name="lookup">The lookup.</param>
    /// <param name="isInterrupted">
    /// Whether a handler of a signal has ended the wait: then the next who asks the same is asked for anew, unless others still wait.
    /// </param>
    /// <returns>Whether it has begun; false when the limit of lookups has kept it waiting all the time.</returns>
    internal bool Leave(SharedLookup lookup, bool isInterrupted = false)
    {
        lock (_gate)
        {
            bool hasBegun = lookup.Place is null;
            if (--lookup.Waiters == 0 && (!hasBegun || isInterrupted))
            {
                if (!hasBegun)
                {
                    _queue.Remove(lookup.Place!);
                }

                Forget(lookup);
            }

            return hasBegun;
        }
    }

    /// <summary>The process was forked: the threads are in the parent only.</summary>
    internal void ForgetThreads()
    {
        lock (_gate)
        {
            _underWay.Clear();
            _queue.Clear();
            _threads = 0;
        }
    }

    /// <summary>
    /// Asks on the caller's own thread, for a caller who waits without a limit, and shares the answer; joins those who have asked the same.
    /// </summary>
    internal AddressLookup Ask(AddressQuery query)
    {
        SharedLookup? lookup;
        bool isShared;
        lock (_gate)
        {
            isShared = _underWay.TryGetValue(query, out lookup) && lookup.Place is null;
            if (lookup is null)
            {
                lookup = new SharedLookup(query);
                _underWay.Add(query, lookup);
            }
            else if (!isShared)
            {
                // It waits for its turn, and need not.
                _queue.Remove(lookup.Place!);
                lookup.Place = null;
            }

            lookup.Waiters++;
        }

        if (!isShared)
        {
            Answer(lookup);
            lock (_gate)
            {
                Forget(lookup);
            }
        }

        try
        {
            return lookup.Answer.GetAwaiter().GetResult();
        }
        finally
        {
            _ = Leave(lookup);
        }
    }

    private void StartThread(SharedLookup first)
    {
        try
        {
            new Thread(() => Run(first), StackSize) { IsBackground = true, Name = "socketpool lookup" }.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // No thread can be made, for want of descriptors, memory or threads; those in turn are answered by the threads that run.
            lock (_gate)
            {
                _threads--;
                Forget(first);
            }

            first.Complete(new AddressLookup(AddressInfoError.System, Errno.ENOMEM));
        }
    }

    private void Run(SharedLookup first)
    {
        for (SharedLookup? lookup = first; lookup is not null; lookup = TakeNext(lookup))
        {
            Answer(lookup);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Those who wait for it get it.")]
    private void Answer(SharedLookup lookup)
    {
        try
        {
            lookup.Complete(lookUp(lookup.Query));
        }
        catch (Exception e)
        {
            lookup.Fail(e);
        }
    }

    /// <summary>The next lookup in turn, for the thread that has ended one; null when the thread is not needed any more.</summary>
    private SharedLookup? TakeNext(SharedLookup ended)
    {
        lock (_gate)
        {
            Forget(ended);
            if (_queue.First is not { } first)
            {
                _threads--;
                return null;
            }

            _queue.RemoveFirst();
            first.Value.Place = null;
            return first.Value;
        }
    }

    private void Forget(SharedLookup lookup)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        if (_underWay.TryGetValue(lookup.Query, out SharedLookup? found) && found == lookup)
        {
            _underWay.Remove(lookup.Query);
        }
    }
}

/// <summary>One lookup for all who ask the same.</summary>
internal sealed class SharedLookup(AddressQuery query)
{
    private readonly TaskCompletionSource<AddressLookup> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal AddressQuery Query { get; } = query;

    internal Task<AddressLookup> Answer => _answer.Task;

    /// <summary>How many wait for it. Guarded by the gate of the lookups.</summary>
    internal int Waiters { get; set; }

    /// <summary>Its place among those that have not begun. Guarded by the gate of the lookups.</summary>
    internal LinkedListNode<SharedLookup>? Place { get; set; }

    internal void Complete(in AddressLookup answer) => _answer.TrySetResult(answer);

    internal void Fail(Exception error)
    {
        _answer.TrySetException(error);
        _ = _answer.Task.Exception; // observed: there may be no waiter any more
    }
}
