using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>
/// A socket of the Linux kernel, without anything in between. The descriptor stays in blocking mode (except for timeout 0),
/// and the kernel keeps the time (SO_RCVTIMEO, SO_SNDTIMEO), so a blocking call is one system call.
/// </summary>
/// <remarks>
/// Every call holds the gate while it uses the descriptor, and the descriptor is closed when the last one has left: no call
/// ever touches a number that the kernel has given to somebody else.
/// </remarks>
internal sealed unsafe partial class LinuxSocket : RadioSocket
{
    // The gate's bits: closed (the sign), and the descriptor is gone or somebody else's. Below them the calls inside are counted.
    private const int Closed = int.MinValue;
    private const int Gone = 1 << 30;

    private readonly HostNetwork _radio;
    private readonly int _fd;

    private int _gate;
    private bool _receiveEnded;

    internal LinuxSocket(HostNetwork radio, int fd, AddressFamily family, SocketType type, ProtocolType protocol)
    {
        _radio = radio;
        _fd = fd;
        Family = family;
        Type = type;
        Protocol = protocol;
    }

    public override Radio Radio => _radio;

    public override AddressFamily Family { get; }

    public override SocketType Type { get; }

    public override ProtocolType Protocol { get; }

    public override nint Descriptor => IsClosed ? -1 : _fd;

    private bool IsClosed => Volatile.Read(ref _gate) < 0;

    public override void Close()
    {
        if (TryEnd(Closed))
        {
            _readiness?.Abort();
            WakeCalls();
            Leave();
        }
    }

    public override RadioResult Detach(out nint descriptor)
    {
        descriptor = -1;
        if (!TryEnd(Closed | Gone))
        {
            return Errno.EBADF;
        }

        // Calls inside go on with the descriptor, which now belongs to somebody else: as in CPython.
        _readiness?.Abort();
        SetKernelTimeout(Libc.SO_RCVTIMEO, System.Threading.Timeout.InfiniteTimeSpan);
        SetKernelTimeout(Libc.SO_SNDTIMEO, System.Threading.Timeout.InfiniteTimeSpan);
        descriptor = _fd;
        Leave();
        return RadioResult.Ok;
    }

    public override RadioResult SetNonBlocking(bool nonBlocking)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        lock (_modeGate)
        {
            _wantsNonBlocking = nonBlocking;
            return Leave(SetDescriptorModeUnsynchronized(nonBlocking || _mustNotBlock));
        }
    }

    /// <summary>
    /// Ends the socket for the first of all that close or detach it, and counts that one in: the descriptor stays while epoll
    /// is told and others are woken. False for the rest.
    /// </summary>
    private bool TryEnd(int how)
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _gate);
            if (seen < 0)
            {
                return false;
            }
        }
        while (Interlocked.CompareExchange(ref _gate, (seen | how) + 1, seen) != seen);
        return true;
    }

    /// <summary>Comes in to use the descriptor; false when the socket is closed.</summary>
    private bool Enter()
    {
        if (Interlocked.Increment(ref _gate) > 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>Goes out; true when the socket was closed meanwhile. The last one out closes the descriptor.</summary>
    private bool Leave()
    {
        if (Interlocked.Decrement(ref _gate) >= 0)
        {
            return false;
        }

        if (Interlocked.CompareExchange(ref _gate, Closed | Gone, Closed) == Closed)
        {
            _ = Libc.close(_fd);
        }

        return true;
    }

    /// <summary>Goes out with the result of a call that returns 0 or -1.</summary>
    private RadioResult Leave(int result)
    {
        Errno errno = result < 0 ? Libc.LastError : Errno.None;
        return Leave() && errno != Errno.None ? Errno.EBADF : errno;
    }

    /// <summary>
    /// Wakes the calls that wait in the kernel: shutdown(2) ends receives, sends, accepts, connects and polls of every kind of
    /// socket on Linux, also of those that are not connected. A call that has come in and not yet reached the kernel needs
    /// it once more.
    /// </summary>
    private void WakeCalls()
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _gate) != Closed + 1)
        {
            _ = Libc.shutdown(_fd, Libc.SHUT_RDWR);
            spin.SpinOnce();
        }
    }

    internal override void ForgetCalls()
    {
        int seen = Interlocked.And(ref _gate, Closed | Gone);
        if ((seen & (Closed | Gone)) == Closed)
        {
            // Its last call would have closed the descriptor.
            _gate |= Gone;
            _ = Libc.close(_fd);
        }
    }
}
