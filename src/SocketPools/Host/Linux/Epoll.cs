using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>
/// epoll(7): a few background threads for all asynchronous waits of the process, started by the first. Descriptors stay in
/// blocking mode: an attempt that must not wait says so in its flags.
/// </summary>
/// <remarks>
/// All threads wait for the same epoll, and the kernel wakes one of them for a report. That one runs what follows the wait by
/// itself, without waking a thread of the thread pool for it, as long as another thread is still waiting; of several reports it
/// runs the last, after it has handed the others to the thread pool. The last thread that waits hands over everything. So
/// code that blocks after a wait can take all of these threads but one, and nothing stops. A thread that has run something polls for
/// a moment before it waits again (<see cref="BusyPoll"/>).
/// </remarks>
internal static unsafe class Epoll
{
    private const int EventsAtOnce = 256;

    // One for each processor to run on and one more to wait, within reason.
    private static readonly int s_threads = Math.Clamp(Environment.ProcessorCount + 1, 3, 9);

    // struct epoll_event is packed on x86 only: 32 bits of events, then 64 of the user's own.
    private static readonly int s_keyOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private static readonly Lock s_gate = new();
    private static readonly ConcurrentDictionary<ulong, LinuxReadiness> s_sockets = [];
    private static int s_epoll = -1;
    private static ulong s_lastKey;
    private static int s_waiting;
    private static int s_isPolling;

    private static int EventLength => s_keyOffset + sizeof(ulong);

    /// <summary>
    /// Asks for a report each time the descriptor becomes ready, and for one now if it is; registers it the first time. The
    /// caller holds the gate of the socket's readiness.
    /// </summary>
    internal static Errno Arm(ref ulong key, int fd, Readiness interest, LinuxReadiness socket)
    {
        Errno errno = Start();
        if (errno != Errno.None)
        {
            return errno;
        }

        int operation = Libc.EPOLL_CTL_MOD;
        if (key == 0)
        {
            operation = Libc.EPOLL_CTL_ADD;
            key = Interlocked.Increment(ref s_lastKey);
            s_sockets[key] = socket;
        }

        byte* change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, (ushort)LinuxPoll.ToEvents(interest) | Libc.EPOLLRDHUP | Libc.EPOLLPRI | Libc.EPOLLET);
        Unsafe.WriteUnaligned(change + s_keyOffset, key);
        if (Libc.epoll_ctl(s_epoll, operation, fd, change) == 0)
        {
            return Errno.None;
        }

        errno = Libc.LastError;
        if (operation == Libc.EPOLL_CTL_ADD)
        {
            s_sockets.TryRemove(key, out _);
            key = 0;
        }

        return errno;
    }

    /// <summary>Forgets a socket whose descriptor is still open.</summary>
    internal static void Remove(ulong key, int fd)
    {
        s_sockets.TryRemove(key, out _);
        byte* unused = stackalloc byte[16];
        _ = Libc.epoll_ctl(s_epoll, Libc.EPOLL_CTL_DEL, fd, unused);
    }

    /// <summary>Makes the epoll and its threads, the first time. ENOMEM or EMFILE leave nothing behind, and the next wait tries again.</summary>
    internal static Errno Start()
    {
        if (Volatile.Read(ref s_epoll) >= 0)
        {
            return Errno.None;
        }

        lock (s_gate)
        {
            return s_epoll >= 0 ? Errno.None : StartUnsynchronized();
        }
    }

    private static Errno StartUnsynchronized()
    {
        int epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        if (epoll < 0)
        {
            return Libc.LastError;
        }

        // The threads begin to wait when all of them are there; where one cannot be made, the others end.
        EpollThreads threads = new(epoll);
        if (!threads.TryStart(s_threads, Run))
        {
            _ = Libc.close(epoll);
            return Errno.ENOMEM;
        }

        Volatile.Write(ref s_epoll, epoll);
        return Errno.None;
    }

    /// <summary>What follows a wait may be a callback of the program's (OnCompleted): it ends neither the thread nor the process.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
    private static void Run(PooledWait wait)
    {
        try
        {
            wait.Run();
        }
        catch (Exception e)
        {
            CallbackExceptions.Report("continuation of a wait", e);
        }
    }

    private static void Run(int epoll)
    {
        byte* events = stackalloc byte[EventLength * EventsAtOnce];
        ExecutionContext clean = ExecutionContext.Capture()!;
        BusyPoll busyPoll = default;
        bool hasRun = false;
        while (true)
        {
            // What has just run may have asked a peer that answers at once.
            int count = hasRun ? busyPoll.Run(epoll, events, EventsAtOnce, ref s_isPolling) : 0;
            bool isSpared = Volatile.Read(ref s_waiting) > 0;
            if (count == 0)
            {
                Interlocked.Increment(ref s_waiting);
                count = Libc.epoll_wait(epoll, events, EventsAtOnce, -1);
                isSpared = Interlocked.Decrement(ref s_waiting) > 0;
            }

            hasRun = false;
            for (int i = 0; i < count; i++)
            {
                byte* entry = events + (i * EventLength);
                uint ready = Unsafe.ReadUnaligned<uint>(entry);
                ulong key = Unsafe.ReadUnaligned<ulong>(entry + s_keyOffset);
                bool isPlain = (ready & (Libc.EPOLLRDHUP | Libc.EPOLLPRI | Libc.EPOLLERR | Libc.EPOLLHUP)) == 0;
                bool takesOne = isSpared && i == count - 1;
                if (s_sockets.TryGetValue(key, out LinuxReadiness? socket)
                    && socket.Signal(LinuxPoll.ToReadiness((int)ready), isPlain, takesOne) is { } wait)
                {
                    Run(wait);
                    hasRun = true;

                    // What the code that followed has left on this thread is not for the next.
                    ExecutionContext.Restore(clean);
                    SynchronizationContext.SetSynchronizationContext(null);
                }
            }
        }
    }
}
