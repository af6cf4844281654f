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
    private const int EventsAtOnce = 64;

    // struct epoll_event is packed on x86 only: 32 bits of events, then 64 of the user's own.
    private static readonly int s_keyOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private static readonly Lock s_gate = new();
    private static readonly Dictionary<ulong, LinuxReadiness> s_sockets = [];
    private static int s_epoll = -1;
    private static ulong s_lastKey;

    private static int EventLength => s_keyOffset + sizeof(ulong);

    /// <summary>Asks for one report of a descriptor; registers it the first time.</summary>
    internal static Errno Arm(ref ulong key, int fd, Readiness interest, LinuxReadiness socket)
    {
        int operation = Libc.EPOLL_CTL_MOD;
        lock (s_gate)
        {
            if (s_epoll < 0)
            {
                Errno errno = StartUnsynchronized();
                if (errno != Errno.None)
                {
                    return errno;
                }
            }

            if (key == 0)
            {
                operation = Libc.EPOLL_CTL_ADD;
                key = ++s_lastKey;
                s_sockets.Add(key, socket);
            }
        }

        byte* change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, (ushort)LinuxPoll.ToEvents(interest) | Libc.EPOLLONESHOT);
        Unsafe.WriteUnaligned(change + s_keyOffset, key);
        if (Libc.epoll_ctl(s_epoll, operation, fd, change) == 0)
        {
            return Errno.None;
        }

        Errno failure = Libc.LastError;
        if (operation == Libc.EPOLL_CTL_ADD)
        {
            lock (s_gate)
            {
                s_sockets.Remove(key);
            }

            key = 0;
        }

        return failure;
    }

    /// <summary>Forgets a socket whose descriptor is still open.</summary>
    internal static void Remove(ulong key, int fd)
    {
        lock (s_gate)
        {
            s_sockets.Remove(key);
        }

        byte* unused = stackalloc byte[16];
        _ = Libc.epoll_ctl(s_epoll, Libc.EPOLL_CTL_DEL, fd, unused);
    }

    private static Errno StartUnsynchronized()
    {
        int epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        if (epoll < 0)
        {
            return Libc.LastError;
        }

        s_epoll = epoll;
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
                LinuxReadiness? socket;
                lock (s_gate)
                {
                    s_sockets.TryGetValue(key, out socket);
                }

                socket?.Signal(LinuxPoll.ToReadiness((int)ready));
            }
        }
    }
}
