using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

internal sealed unsafe partial class LinuxSocket
{
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

        // The kernel notes it for datagrams also where it answers ENOTCONN.
        int result = Libc.shutdown(_fd, (int)how);
        Errno errno = result < 0 ? Libc.LastError : Errno.None;
        if (how != SocketShutdown.Send && errno != Errno.EINVAL)
        {
            Volatile.Write(ref _receiveEnded, true);
        }

        return Leave() ? Errno.EBADF : errno;
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

        SetKernelTimeout(Libc.SO_SNDTIMEO, left, ref _sendTimeout);
        Errno errno = ConnectNow(remote);

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

        if (SetDescriptorMode(true) != 0)
        {
            return Leave(-1);
        }

        Errno errno = ConnectNow(remote);
        SetDescriptorMode(_wantsNonBlocking || _mustNotBlock);
        return LeaveConnect(errno, remote);
    }

    public override RadioResult FinishConnect()
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        Errno errno = LinuxPoll.Ask(_fd, Readiness.Writable) == Readiness.None ? Errno.EINPROGRESS : ConnectOutcome();
        return Leave() ? Errno.EBADF : errno;
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

        _ = ReceiveFlags(deadline);
        while (true)
        {
            int fd = AcceptNow(out remote);
            if (fd >= 0)
            {
                Leave();
                accepted = Adopt(fd, remote);
                return RadioResult.Ok;
            }

            Errno errno = Libc.LastError;
            if (!MayRetry(ref errno, Libc.POLLIN, deadline))
            {
                return errno;
            }

            // accept(2) has no flag that forbids waiting, and another thread may be faster than this one.
            TimeSpan left = deadline.Remaining;
            SetKernelTimeout(Libc.SO_RCVTIMEO, left == TimeSpan.Zero ? TimeSpan.FromMicroseconds(1) : left, ref _receiveTimeout);
        }
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        if (!Enter())
        {
            return Errno.EBADF;
        }

        // With timeout 0 the descriptor does not block already, and goes back when the timeout does.
        _mustNotBlock |= !_wantsNonBlocking;
        if (SetDescriptorMode(true) != 0)
        {
            return Leave(-1);
        }

        int fd = AcceptNow(out remote);
        if (fd < 0)
        {
            return Leave(fd);
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

    /// <summary>How a connect ended that went on by itself.</summary>
    private Errno ConnectOutcome()
    {
        int error = 0;
        uint length = sizeof(int);
        return Libc.getsockopt(_fd, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length) == 0 ? (Errno)error : Libc.LastError;
    }

    private RadioResult LeaveConnect(Errno errno, in IPSocketAddress remote)
    {
        if (errno == Errno.None)
        {
            _peer = Type == SocketType.Stream ? remote : default;
        }

        return Leave() ? Errno.EBADF : errno;
    }

    private int AcceptNow(out IPSocketAddress remote)
    {
        SockAddr.Storage address;
        uint length = SockAddr.MaxLength;
        int fd = Libc.accept4(_fd, address.Bytes, &length, Libc.SOCK_CLOEXEC);
        remote = fd >= 0 ? SockAddr.Read(address.Bytes, length) : default;
        return fd;
    }

    /// <summary>A connection, which has inherited the kernel's timeouts of its listener.</summary>
    private LinuxSocket Adopt(int fd, in IPSocketAddress remote) => new(_radio, fd, Family, Type, Protocol)
    {
        _peer = remote,
        _receiveTimeout = _receiveTimeout,
        _sendTimeout = _sendTimeout,
    };
}
