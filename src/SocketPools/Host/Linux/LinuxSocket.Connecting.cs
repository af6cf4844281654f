using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

internal sealed unsafe partial class LinuxSocket
{
    // Where a connect goes that was started by an attempt, until its end is told.
    private StrongBox<IPSocketAddress>? _connecting;

    public override RadioResult Bind(in IPSocketAddress local)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        SockAddr.Storage address;
        uint length = SockAddr.Write(local, address.Bytes);
        return Leave(Libc.bind(_fd, address.Bytes, length));
    }

    public override RadioResult Listen(int backlog) => Enter() ? Leave(Libc.listen(_fd, backlog)) : Errno.EBADF;

    public override RadioResult Shutdown(SocketShutdown how)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        // The kernel notes it for datagrams also where it answers ENOTCONN. Noted here first: a receive that the shutdown
        // wakes looks at it, and nothing would wake it again.
        if (how is SocketShutdown.Receive or SocketShutdown.Both)
        {
            Volatile.Write(ref _receiveEnded, true);
        }

        return Leave(Libc.shutdown(_fd, (int)how));
    }

    public override RadioResult Connect(in IPSocketAddress remote, in Deadline deadline)
    {
        if (deadline.IsImmediate)
        {
            return TryConnect(remote);
        }

        // A lookup may have used some of the time. Zero would mean "for ever" to the kernel. What did not take a moment is not
        // subtracted, so that the kernel is told the same timeout as by the sends that follow.
        TimeSpan left = deadline.Elapsed < TimeSpan.FromMilliseconds(1) ? deadline.Timeout : deadline.Remaining;
        if (left == TimeSpan.Zero)
        {
            return Errno.ETIMEDOUT;
        }

        if (!Enter())
        {
            return Errno.EBADF;
        }

        Errno errno = KernelKeeps(Libc.SO_SNDTIMEO, left, ref _sendTimeout) ? ConnectNow(remote) : StartConnect(remote);

        // The kernel's time is up, or a signal came: the connect goes on by itself, and its end is waited for here.
        while (errno is Errno.EINPROGRESS or Errno.EINTR)
        {
            errno = errno == Errno.EINPROGRESS ? Errno.EAGAIN : errno;
            if (!MayRetry(ref errno, Libc.POLLOUT, deadline))
            {
                return errno;
            }

            errno = ConnectOutcome();
        }

        return LeaveConnect(errno, remote);
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        int reports = Reports;
        return NoteFull(LeaveConnect(StartConnect(remote), remote), reports);
    }

    public override RadioResult FinishConnect()
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        if (LinuxPoll.Ask(_fd, Readiness.Writable) == Readiness.None)
        {
            return Leave() ? Errno.EBADF : Errno.EINPROGRESS;
        }

        StrongBox<IPSocketAddress>? connecting = Interlocked.Exchange(ref _connecting, null);
        Errno errno = ConnectOutcome();
        if (connecting is null)
        {
            return Leave() ? Errno.EBADF : errno;
        }

        // SO_ERROR leaves the socket in between: connected, and it may connect once more; refused, and it may not, and reads an
        // end. A second connect(2), or one to nowhere, makes it what it is after a connect that waited.
        if (errno != Errno.None)
        {
            Disconnect();
        }
        else if (StartConnect(connecting.Value) is not (Errno.EISCONN or Errno.EALREADY) and var again)
        {
            errno = again;
        }

        return LeaveConnect(errno, connecting.Value);
    }

    public override RadioResult Accept(out RadioSocket? accepted, out IPSocketAddress remote, in Deadline deadline)
    {
        if (deadline.IsImmediate)
        {
            return TryAccept(out accepted, out remote);
        }

        (accepted, remote) = (null, default);
        if (!Enter())
        {
            return Errno.EBADF;
        }

        // As in Connect: waiting for a turn or for a place may have used some of the time.
        TimeSpan left = deadline.IsInfinite || deadline.Elapsed < TimeSpan.FromMilliseconds(1) ? deadline.Timeout : deadline.Remaining;
        if (left == TimeSpan.Zero)
        {
            return Leave() ? Errno.EBADF : Errno.ETIMEDOUT;
        }

        while (true)
        {
            Errno errno = KernelKeeps(Libc.SO_RCVTIMEO, left, ref _receiveTimeout)
                ? AcceptNow(out int fd, out remote)
                : AcceptAtOnce(out fd, out remote);
            if (errno == Errno.None)
            {
                Leave();
                accepted = Adopt(fd, remote);
                return RadioResult.Ok;
            }

            if (!MayRetry(ref errno, Libc.POLLIN, deadline))
            {
                return errno;
            }

            // Another thread may be faster than this one: then it waits again, for what is left.
            left = deadline.Remaining;
        }
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        if (!Enter())
        {
            return Errno.EBADF;
        }

        int reports = Reports;
        Errno errno = AcceptAtOnce(out int fd, out remote);
        if (errno != Errno.None)
        {
            return NoteEmpty(Leave() ? Errno.EBADF : errno, reports);
        }

        Leave();
        accepted = Adopt(fd, remote);
        return RadioResult.Ok;
    }

    private Errno ConnectNow(in IPSocketAddress remote)
    {
        SockAddr.Storage address;
        uint length = SockAddr.Write(remote, address.Bytes);
        return Libc.connect(_fd, address.Bytes, length) == 0 ? Errno.None : Libc.LastError;
    }

    /// <summary>Connects without waiting. No flag says so: the descriptor does not block meanwhile.</summary>
    private Errno StartConnect(in IPSocketAddress remote)
    {
        lock (_modeGate)
        {
            if (SetDescriptorModeUnsynchronized(true) != 0)
            {
                return Libc.LastError;
            }

            Errno errno = ConnectNow(remote);
            SetDescriptorModeUnsynchronized(_wantsNonBlocking || _mustNotBlock);
            return errno;
        }
    }

    private void Disconnect()
    {
        SockAddr.Storage nowhere = default; // the family AF_UNSPEC is 0
        _ = Libc.connect(_fd, nowhere.Bytes, SockAddr.MaxLength);
    }

    /// <summary>How a connect ended that went on by itself.</summary>
    private Errno ConnectOutcome()
    {
        int error = 0;
        uint length = sizeof(int);
        return Libc.getsockopt(_fd, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length) == 0 ? (Errno)error : Libc.LastError;
    }

    private RadioResult LeaveConnect(Errno errno, in IPSocketAddress remote)
    {
        bool goesOn = errno is Errno.EINPROGRESS or Errno.EALREADY;
        Volatile.Write(ref _connecting, goesOn ? new StrongBox<IPSocketAddress>(remote) : null);
        if (errno == Errno.None)
        {
            _peer = Type == SocketType.Stream ? new StrongBox<IPSocketAddress>(remote) : null;
        }

        return Leave() ? Errno.EBADF : errno;
    }

    /// <summary>Accepts without waiting. No flag says so: the descriptor does not block from now on.</summary>
    private Errno AcceptAtOnce(out int fd, out IPSocketAddress remote)
    {
        lock (_modeGate)
        {
            (fd, remote) = (-1, default);
            return StopBlockingUnsynchronized() != 0 ? Libc.LastError : AcceptNow(out fd, out remote);
        }
    }

    private Errno AcceptNow(out int fd, out IPSocketAddress remote)
    {
        SockAddr.Storage address;
        uint length = SockAddr.MaxLength;
        fd = Libc.accept4(_fd, address.Bytes, &length, Libc.SOCK_CLOEXEC);
        if (fd < 0)
        {
            remote = default;
            return Libc.LastError;
        }

        remote = SockAddr.Read(address.Bytes, length);
        return Errno.None;
    }

    /// <summary>
    /// A connection. It has the kernel's timeouts that its listener had when it came, which may have changed since: they are
    /// not known.
    /// </summary>
    private LinuxSocket Adopt(int fd, in IPSocketAddress remote) => new(_radio, fd, Family, Type, Protocol)
    {
        _peer = new StrongBox<IPSocketAddress>(remote),
        _receiveTimeout = Unknown,
        _sendTimeout = Unknown,
    };
}
