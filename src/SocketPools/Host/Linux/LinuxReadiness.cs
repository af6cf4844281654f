using System.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>The asynchronous waits of one socket: who waits for what, and what epoll is told.</summary>
/// <remarks>
/// <para>epoll reports edges, and stays armed from one wait to the next: a receive that waits costs no system call but its
/// two attempts. The price of an edge is that it is reported once, so reports are counted. An attempt that found nothing
/// notes the count from before it, and one that got less than it could take has emptied the socket as well; a wait that finds
/// the same count has missed nothing, and any other wait asks poll(2).</para>
/// <para>Reports without a waiter disarm: a socket that is used with blocking calls again, or whose data is always
/// there already, wakes epoll's thread twice and no more.</para>
/// </remarks>
internal sealed class LinuxReadiness(int fd) : IWaitOwner
{
    private const int ToleratedReports = 1;

    private readonly Lock _gate = new();
    private readonly List<PooledWait> _parked = new(2);
    private readonly Stack<PooledWait> _spare = new(2);
    private ulong _key;
    private Readiness _armed;
    private int _unwaitedReports;
    private bool _aborted;

    private int _reports;
    private int _emptyAt = -1;
    private int _fullAt = -1;
    private bool _isSpecial;

    /// <summary>How many reports there were: to be read before an attempt, and noted if it found nothing.</summary>
    internal int Reports => Volatile.Read(ref _reports);

    /// <summary>An attempt to receive or accept, begun at so many reports, found nothing.</summary>
    internal void NoteEmpty(int reports) => Volatile.Write(ref _emptyAt, reports);

    /// <summary>
    /// An attempt to receive from a stream, begun at so many reports, found less than it could take: it has taken all. Unless
    /// there is an end, an error or urgent data, which a receive stops at: those were reported, or will be.
    /// </summary>
    internal void NoteDrained(int reports)
    {
        if (!Volatile.Read(ref _isSpecial))
        {
            NoteEmpty(reports);
        }
    }

    /// <summary>An attempt to send or connect, begun at so many reports, found no room.</summary>
    internal void NoteFull(int reports) => Volatile.Write(ref _fullAt, reports);

    /// <summary>Waits until the descriptor is ready. The caller holds the socket's gate.</summary>
    internal ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        // Registered before it is parked: the thread that ends it finds the registration in place.
        PooledWait wait = Rent();
        wait.Begin(interest, cancellationToken);
        RadioResult result;
        lock (_gate)
        {
            if (_aborted)
            {
                result = Errno.EBADF;
            }
            else if (MustWaitUnsynchronized(interest, out result))
            {
                if (wait.IsCancelled)
                {
                    wait.Queue();
                }
                else
                {
                    _parked.Add(wait);
                }

                return wait.AsValueTask();
            }
        }

        wait.Abandon();
        return ValueTask.FromResult(result);
    }

    /// <summary>From a thread of epoll's: the descriptor has become ready for something.</summary>
    /// <param name="ready">For what.</param>
    /// <param name="isPlain">Whether it was told of data and room only: no end, no error, nothing urgent.</param>
    /// <param name="takesOne">Whether the caller runs one of the waits that end; the thread pool runs the others.</param>
    /// <returns>The wait to run, or null.</returns>
    internal PooledWait? Signal(Readiness ready, bool isPlain, bool takesOne)
    {
        PooledWait? taken = null;
        lock (_gate)
        {
            if (!isPlain)
            {
                Volatile.Write(ref _isSpecial, true);
            }

            Volatile.Write(ref _reports, (_reports + 1) & int.MaxValue);
            Readiness waited = Readiness.None;
            int kept = 0;
            for (int i = 0; i < _parked.Count; i++)
            {
                PooledWait wait = _parked[i];
                if ((ready & (wait.Interest | Readiness.Error | Readiness.HangUp)) != 0)
                {
                    waited |= wait.Interest;
                    wait.Outcome = RadioResult.Ok;
                    if (takesOne && taken is null)
                    {
                        taken = wait;
                    }
                    else
                    {
                        wait.Queue();
                    }
                }
                else
                {
                    _parked[kept++] = wait;
                }
            }

            _parked.RemoveRange(kept, _parked.Count - kept);
            DisarmUnsynchronized(ready & _armed & ~waited);
        }

        return taken;
    }

    /// <summary>The socket is closed: every wait ends with EBADF. The caller keeps the descriptor open meanwhile.</summary>
    internal void Abort()
    {
        lock (_gate)
        {
            if (_key != 0 && !_aborted)
            {
                Epoll.Remove(_key, fd);
            }

            _aborted = true;
            foreach (PooledWait wait in _parked)
            {
                wait.Outcome = Errno.EBADF;
                wait.Queue();
            }

            _parked.Clear();
        }
    }

    /// <inheritdoc/>
    public void Cancel(PooledWait wait)
    {
        lock (_gate)
        {
            if (_parked.Remove(wait))
            {
                wait.Queue();
            }
            else
            {
                // It is about to be parked, and is told there; or it has just ended, and forgets this.
                wait.IsCancelled = true;
            }
        }
    }

    /// <inheritdoc/>
    public void Recycle(PooledWait wait)
    {
        lock (_gate)
        {
            _spare.Push(wait);
        }
    }

    private PooledWait Rent()
    {
        lock (_gate)
        {
            return _spare.TryPop(out PooledWait? spare) ? spare : new PooledWait(this);
        }
    }

    /// <summary>False when it is ready now, or cannot be waited for, as the result tells.</summary>
    private bool MustWaitUnsynchronized(Readiness interest, out RadioResult result)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        result = RadioResult.Ok;
        if ((interest & ~_armed) != 0)
        {
            // Epoll reports at once what is ready when it is told.
            Errno errno = Epoll.Arm(ref _key, fd, _armed | interest, this);
            _armed |= errno == Errno.None ? interest : Readiness.None;
            result = errno;
            return errno == Errno.None;
        }

        // Who waits for an error alone has made no attempt that could tell.
        bool missedNothing = interest != Readiness.None && ((interest & Readiness.Readable) == 0 || Volatile.Read(ref _emptyAt) == _reports)
            && ((interest & Readiness.Writable) == 0 || Volatile.Read(ref _fullAt) == _reports);
        return missedNothing || LinuxPoll.Ask(fd, interest) == Readiness.None;
    }

    private void DisarmUnsynchronized(Readiness unwaited)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        if (unwaited == Readiness.None)
        {
            _unwaitedReports = 0;
        }
        else if (++_unwaitedReports > ToleratedReports && !_aborted)
        {
            // Cannot fail: the descriptor is registered, and Abort has not taken it away.
            _unwaitedReports = 0;
            _armed &= ~unwaited;
            _ = Epoll.Arm(ref _key, fd, _armed, this);
        }
    }
}
