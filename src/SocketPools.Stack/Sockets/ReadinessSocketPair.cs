using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Stack.Sockets;

/// <summary>
/// A descriptor for select(2), poll(2) and epoll(7) that is readable and writable as a socket of the stack is: one end of a pair of
/// unix(7) sockets. The other end is kept here. A byte under way to the shown end makes it readable; bytes under way from it that
/// that are not taken make it not writable. Errors and hang-ups, which a pair cannot take back, show as both.
/// </summary>
/// <remarks>Level-triggered as far as a poll may be: each call of the socket shows what it has left. Guarded by the stack's gate; no call waits.</remarks>
internal sealed unsafe partial class ReadinessSocketPair
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int SOCK_NONBLOCK = 0x800;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int SOL_SOCKET = 1;
    private const int SO_SNDBUF = 7;

    // More than the least send buffer of Linux may hold: one write, and the end is not writable (unix_writable of the kernel).
    private const int Fill = 4096;

    private readonly int _kept;
    private bool _isReadable;
    private bool _isWritable = true;

    private ReadinessSocketPair(int shown, int kept) => (Descriptor, _kept) = (shown, kept);

    /// <summary>The end that is shown.</summary>
    internal int Descriptor { get; }

    /// <summary>Makes a pair: not readable, and writable.</summary>
    internal static Errno TryMake(out ReadinessSocketPair? pair)
    {
        pair = null;
        if (!OperatingSystem.IsLinux())
        {
            return Errno.EOPNOTSUPP;
        }

        int* ends = stackalloc int[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
        {
            return (Errno)Marshal.GetLastSystemError();
        }

        int least = 1; // raised by the kernel to what it allows
        _ = setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &least, sizeof(int));
        pair = new ReadinessSocketPair(ends[0], ends[1]);
        return Errno.None;
    }

    /// <summary>Shows what the socket is ready for now.</summary>
    internal void Show(Readiness ready)
    {
        bool isOver = (ready & (Readiness.Error | Readiness.HangUp)) != 0;
        bool isReadable = isOver || (ready & Readiness.Readable) != 0;
        bool isWritable = isOver || (ready & Readiness.Writable) != 0;
        if (isReadable == _isReadable && isWritable == _isWritable)
        {
            return;
        }

        byte* bytes = stackalloc byte[Fill];
        if (isReadable != _isReadable)
        {
            _isReadable = isReadable;
            _ = isReadable ? write(_kept, bytes, 1) : read(Descriptor, bytes, Fill);
        }

        if (isWritable != _isWritable)
        {
            _isWritable = isWritable;
            nint moved;
            do
            {
                moved = isWritable ? read(_kept, bytes, Fill) : write(Descriptor, bytes, Fill);
            }
            while (moved > 0);
        }
    }

    /// <summary>Closes both ends: the kept one first, so that a poll of the other wakes.</summary>
    internal void Close()
    {
        Abandon();
        _ = close(Descriptor);
    }

    /// <summary>Closes the kept end only: the other one belongs to the caller.</summary>
    internal void Abandon() => _ = close(_kept);

    [LibraryImport("libc")]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc")]
    private static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc")]
    private static partial nint read(int fd, void* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial nint write(int fd, void* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
