using SocketPools.Radios;

namespace SocketPools.Host.Linux;

internal sealed unsafe partial class LinuxSocket
{
    // What SO_RCVTIMEO and SO_SNDTIMEO are set to now.
    private TimeSpan _receiveTimeout = System.Threading.Timeout.InfiniteTimeSpan;
    private TimeSpan _sendTimeout = System.Threading.Timeout.InfiniteTimeSpan;

    // Timeout 0 was set; an accept or connect that must not wait was asked for. Either makes the descriptor non-blocking.
    private bool _wantsNonBlocking;
    private bool _mustNotBlock;
    private LinuxReadiness? _readiness;

    public override Readiness Poll(Readiness interest)
    {
        if (!Enter())
        {
            return LinuxPoll.OfClosed(interest);
        }

        Readiness ready = LinuxPoll.Ask(_fd, interest);
        return Leave() ? LinuxPoll.OfClosed(interest) : ready;
    }

    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        Errno errno = Errno.EAGAIN;
        bool ready = deadline.IsImmediate
            ? LinuxPoll.Ask(_fd, interest) != Readiness.None
            : MayRetry(ref errno, LinuxPoll.ToEvents(interest), deadline);
        if (ready)
        {
            return Leave() ? Errno.EBADF : RadioResult.Ok;
        }

        if (deadline.IsImmediate && Leave())
        {
            return Errno.EBADF;
        }

        return errno;
    }

    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RadioResult>(cancellationToken);
        }

        if (!Enter())
        {
            return ValueTask.FromResult<RadioResult>(Errno.EBADF);
        }

        if (_readiness is null)
        {
            Interlocked.CompareExchange(ref _readiness, new LinuxReadiness(_fd), null);
        }

        ValueTask<RadioResult> wait = _readiness.WaitAsync(interest, cancellationToken);
        if (Leave())
        {
            // Closed while we registered: whoever closed may not have seen us, and the descriptor may be gone.
            _readiness.Abort(descriptorIsOpen: false);
        }

        return wait;
    }

    /// <summary>Comes in for a call on several sockets; <see cref="LeavePoll"/> goes out.</summary>
    internal bool EnterPoll(out int fd)
    {
        fd = _fd;
        return Enter();
    }

    /// <summary>Goes out of a call on several sockets; true when the socket was closed meanwhile.</summary>
    internal bool LeavePoll() => Leave();

    /// <summary>
    /// After an attempt that failed: whether to make another one, which then must not wait. Waits for the descriptor as long as
    /// the deadline allows, and lets signal handlers run. When it says no, it has left the gate and the error is final.
    /// </summary>
    private bool MayRetry(ref Errno errno, short events, in Deadline deadline)
    {
        while (true)
        {
            if (errno == Errno.EINTR)
            {
                // Outside the gate: a handler may throw, and it may close this socket.
                Leave();
                _radio.Interrupted?.Invoke();
                if (!Enter())
                {
                    errno = Errno.EBADF;
                    return false;
                }
            }
            else if (errno != Errno.EAGAIN || deadline.IsImmediate)
            {
                break;
            }

            if (IsClosed)
            {
                break;
            }

            TimeSpan left = deadline.Remaining;
            if (left == TimeSpan.Zero)
            {
                errno = deadline.WhenUp;
                break;
            }

            errno = LinuxPoll.Wait(_fd, events, left);
            if (errno == Errno.None)
            {
                return true;
            }
        }

        if (Leave())
        {
            errno = Errno.EBADF;
        }

        return false;
    }

    /// <summary>Flags of a receive that may wait as long as the deadline says; sets the kernel's timeout when it has changed.</summary>
    private int ReceiveFlags(in Deadline deadline)
    {
        if (deadline.Timeout == _receiveTimeout)
        {
            return 0;
        }

        if (deadline.IsImmediate)
        {
            return Libc.MSG_DONTWAIT;
        }

        SetKernelTimeout(Libc.SO_RCVTIMEO, deadline.Timeout, ref _receiveTimeout);
        return 0;
    }

    /// <summary>Tells the kernel how long a call may wait. The kernel's unit is the microsecond, rounded up here; 0 means for ever.</summary>
    private void SetKernelTimeout(int option, TimeSpan timeout, ref TimeSpan current)
    {
        if (timeout == current)
        {
            return;
        }

        Libc.TimeValue value = default;
        if (timeout != System.Threading.Timeout.InfiniteTimeSpan)
        {
            long microseconds = (timeout.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
            value.Seconds = (nint)(microseconds / 1_000_000);
            value.Microseconds = (nint)(microseconds % 1_000_000);
        }

        _ = Libc.setsockopt(_fd, Libc.SOL_SOCKET, option, &value, (uint)sizeof(Libc.TimeValue));
        current = timeout;
    }
}
