using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>
/// epoll(7): one background thread for all asynchronous waits of the process, started by the first. Descriptors stay in
/// blocking mode: an attempt that must not wait says so in its flags.
/// </summary>
internal static unsafe class Epoll
{
    private const int EventsAtOnce = 256;

    // struct epoll_event is packed on x86 only: 32 bits of events, then 64 of the user's own.
    private static readonly int s_keyOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private static readonly Lock s_gate = new();
    private static readonly ConcurrentDictionary<ulong, LinuxReadiness> s_sockets = [];
    private static int s_epoll = -1;
    private static ulong s_lastKey;

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
        Unsafe.WriteUnaligned(change, (ushort)LinuxPoll.ToEvents(interest) | Libc.EPOLLET);
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

    private static Errno Start()
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

        Volatile.Write(ref s_epoll, epoll);
        new Thread(Run) { IsBackground = true, Name = "socketpool epoll" }.UnsafeStart();
        return Errno.None;
    }

    private static void Run()
    {
        byte* events = stackalloc byte[EventLength * EventsAtOnce];
        while (true)
        {
            int count = Libc.epoll_wait(s_epoll, events, EventsAtOnce, -1);
            for (int i = 0; i < count; i++)
            {
                byte* entry = events + (i * EventLength);
                uint ready = Unsafe.ReadUnaligned<uint>(entry);
                ulong key = Unsafe.ReadUnaligned<ulong>(entry + s_keyOffset);
                if (s_sockets.TryGetValue(key, out LinuxReadiness? socket))
                {
                    socket.Signal(LinuxPoll.ToReadiness((int)ready));
                }
            }
        }
    }
}
