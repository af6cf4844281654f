namespace SocketPools.Host.Linux;

/// <summary>
/// Looks at an epoll again and again for some microseconds before its thread sleeps. A peer that answers at once then costs no sleep, and
/// its report needs no processor that the kernel has to wake. A thread that waits for the same processor gets it between two looks.
/// </summary>
/// <remarks>
/// One thread of an epoll polls at a time, and only after it has run something: an idle process sleeps. Polling has to pay: two polls that
/// found something make up for one that did not, and a thread without credit polls only once in <see cref="Pause"/> times.
/// <see cref="BusyPollSwitch"/> turns it off.
/// </remarks>
internal struct BusyPoll
{
    /// <summary>How many times a thread without credit sleeps at once, before it polls again.</summary>
    internal const int Pause = 64;

    private const int MaxCredit = 8;
    private const int Miss = 2;

    // As long as the answer of a peer on this machine takes.
    private static readonly long s_limit = Ticks(microseconds: 20);

    // A look with the other threads' turn between takes less; more means that another thread has work for this processor.
    private static readonly long s_longTurn = Ticks(microseconds: 4);

    private int _credit;
    private int _skipped;

    /// <summary>Polls, if it is worth while now.</summary>
    /// <param name="epoll">The epoll.</param>
    /// <param name="events">Takes the reports.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="isPolling">1 while one of the threads of this epoll polls.</param>
    /// <returns>How many reports there are; 0 when the thread has to sleep for one.</returns>
    internal unsafe int Run(int epoll, byte* events, int limit, ref int isPolling)
    {
        if (!BusyPollSwitch.IsOn || !IsDue() || Interlocked.CompareExchange(ref isPolling, 1, 0) != 0)
        {
            return 0;
        }

        int count = Poll(epoll, events, limit);
        Volatile.Write(ref isPolling, 0);
        _credit = count > 0 ? Math.Min(_credit + 1, MaxCredit) : Math.Max(_credit - Miss, -1);
        return count;
    }

    private static unsafe int Poll(int epoll, byte* events, int limit)
    {
        long start = TimeProvider.System.GetTimestamp();
        long before = start;
        while (true)
        {
            int count = Libc.epoll_wait(epoll, events, limit, 0);
            if (count > 0)
            {
                return count;
            }

            Thread.Yield();
            long now = TimeProvider.System.GetTimestamp();
            if (now - start > s_limit || now - before > s_longTurn)
            {
                return 0;
            }

            before = now;
        }
    }

    private static long Ticks(int microseconds) => microseconds * TimeProvider.System.TimestampFrequency / 1_000_000;

    private bool IsDue()
    {
        if (_credit >= 0)
        {
            return true;
        }

        _skipped = (_skipped + 1) % Pause;
        return _skipped == 0;
    }
}
