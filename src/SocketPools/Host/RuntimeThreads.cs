using SocketPools.Host.Linux;

namespace SocketPools.Host;

/// <summary>
/// Starts the threads that waits need while there are descriptors for them. The runtime starts each of them by itself at first use,
/// which fails with <see cref="OutOfMemoryException"/> where the process has no descriptor left.
/// </summary>
internal static class RuntimeThreads
{
    private static readonly Lazy<bool> s_started = new(StartOnce);

    internal static void Start() => _ = s_started.Value;

    private static bool StartOnce()
    {
        try
        {
            // The runtime's timer thread begins with the first timer that is set, and never ends.
            using (new Timer(static _ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan))
            {
                _ = ThreadPool.UnsafeQueueUserWorkItem(static _ => { }, null);
            }

            if (OperatingSystem.IsLinux())
            {
                _ = Epoll.Start();
            }
        }
        catch (OutOfMemoryException)
        {
            // There are no descriptors now; each thread is started by its first use, as it would have been.
        }

        return true;
    }
}
