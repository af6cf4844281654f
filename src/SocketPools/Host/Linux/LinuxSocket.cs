using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>
/// A socket of the Linux kernel, without anything in between. The descriptor stays in blocking mode (except for timeout 0),
/// and the kernel keeps the time (SO_RCVTIMEO, SO_SNDTIMEO), so a blocking call is one system call.
/// </summary>
/// <remarks>
/// Every call holds the gate while it uses the descriptor, and the descriptor is closed when the last one has left: no call
/// ever touches a number that the kernel has reused for another file.
/// </remarks>
internal sealed unsafe partial class LinuxSocket : RadioSocket
{
    // The gate's bits: closed (the sign), and the descriptor is gone or detached. Below them the calls inside are counted.
    private const int Closed = int.MinValue;
    private const int Gone = 1 << 30;

    private readonly Radio _radio;
    private readonly int _fd;

    private int _gate;
    private bool _receiveEnded;

    internal LinuxSocket(Radio radio, int fd, AddressFamily family, SocketType type, ProtocolType protocol)
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
            CloseAfterCalls();
        }
    }

    internal override bool CanBeAbandoned => true;

    internal override void Abandon()
    {
        if (TryEnd(Closed))
        {
            StopLinger();
            _readiness?.Abort();
            CloseAfterCalls();
        }
    }

    public override RadioResult Detach(out nint descriptor)
    {
        descriptor = -1;
        if (!TryEnd(Closed | Gone))
        {
            return Errno.EBADF;
        }

        // Calls inside go on with the descriptor, which now belongs to the caller of detach: as in CPython.
        _readiness?.Abort();
        SetKernelTimeout(Libc.SO_RCVTIMEO, System.Threading.Timeout.InfiniteTimeSpan);
        SetKernelTimeout(Libc.SO_SNDTIMEO, System.Threading.Timeout.InfiniteTimeSpan);
        StopCoalescing();
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

    /// <summary>Goes out; true when the socket was closed meanwhile.</summary>
    private bool Leave() => Interlocked.Decrement(ref _gate) < 0;

    /// <summary>Goes out with the result of a call that returns 0 or -1.</summary>
    private RadioResult Leave(int result)
    {
        Errno errno = result < 0 ? Libc.LastError : Errno.None;
        return Leave() && errno != Errno.None ? Errno.EBADF : errno;
    }

    /// <summary>
    /// Wakes the calls that wait in the kernel, and closes the descriptor when all of them are out: shutdown(2) ends receives, sends,
    /// accepts, connects and polls of every kind of socket on Linux, also of those that are not connected. A call that has come in and not
    /// yet reached the kernel needs it once more. close(2) may wait (SO_LINGER), so only the closing thread calls it, and no call that is woken.
    /// </summary>
    private void CloseAfterCalls()
    {
        SpinWait spin = default;
        int seen;
        while ((seen = Interlocked.CompareExchange(ref _gate, Closed | Gone, Closed + 1)) != Closed + 1)
        {
            if ((seen & Gone) != 0)
            {
                return; // a fork has closed it
            }

            _ = Libc.shutdown(_fd, Libc.SHUT_RDWR);
            spin.SpinOnce();
        }

        _ = Libc.close(_fd);
    }

    /// <summary>With SO_LINGER on, close(2) waits until the peer has acknowledged all. A time of 0 does not wait and stays: it resets.</summary>
    private void StopLinger()
    {
        Libc.Linger linger = default;
        uint length = (uint)sizeof(Libc.Linger);
        if (Libc.getsockopt(_fd, Libc.SOL_SOCKET, Libc.SO_LINGER, &linger, &length) == 0 && linger is { IsOn: not 0, Seconds: not 0 })
        {
            linger = default;
            _ = Libc.setsockopt(_fd, Libc.SOL_SOCKET, Libc.SO_LINGER, &linger, length);
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
