namespace SocketPools.Host.Linux;

/// <summary>The threads of one epoll: all of them start, or none of them stays.</summary>
/// <param name="epoll">The epoll's descriptor.</param>
/// <param name="startThread">Starts a thread; replaced by tests, in which one cannot be started.</param>
internal sealed class EpollThreads(int epoll, Action<Thread>? startThread = null)
{
    private readonly object _gate = new();
    private bool _isDecided;
    private bool _isComplete;

    /// <summary>Starts the threads. False when one of them could not be started: the others have ended, and never used the epoll.</summary>
    /// <param name="count">How many.</param>
    /// <param name="run">What each of them does with the epoll.</param>
    internal bool TryStart(int count, Action<int> run)
    {
        List<Thread> started = new(count);
        try
        {
            for (int i = 0; i < count; i++)
            {
                Thread thread = new(() => WaitAndRun(run)) { IsBackground = true, Name = "socketpool epoll" };
                if (startThread is null)
                {
                    thread.UnsafeStart();
                }
                else
                {
                    startThread(thread);
                }

                started.Add(thread);
            }

            _isComplete = true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            // No thread can be made: no memory, no descriptors, or a limit of threads.
        }

        lock (_gate)
        {
            _isDecided = true;
            Monitor.PulseAll(_gate);
        }

        if (!_isComplete)
        {
            started.ForEach(thread => thread.Join());
        }

        return _isComplete;
    }

    private void WaitAndRun(Action<int> run)
    {
        lock (_gate)
        {
            while (!_isDecided)
            {
                Monitor.Wait(_gate);
            }
        }

        if (_isComplete)
        {
            run(epoll);
        }
    }
}
