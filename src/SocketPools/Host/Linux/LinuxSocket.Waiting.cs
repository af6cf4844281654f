using SocketPools.Radios;

namespace SocketPools.Host.Linux;

internal sealed unsafe partial class LinuxSocket
{
    // Made by the first asynchronous wait; until then attempts note nothing.
    private LinuxReadiness? _readiness;

    private int Reports => Volatile.Read(ref _readiness)?.Reports ?? -1;

    public override Readiness Poll(Readiness interest)
    {
        if (!Enter())
        {
            return LinuxPoll.OfClosed(interest);
        }

        Readiness ready = LinuxPoll.Ask(_fd, interest) | (IsStashed(interest) ? Readiness.Readable : Readiness.None);
        return Leave() ? LinuxPoll.OfClosed(interest) : ready;
    }

    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        Errno errno = Errno.EAGAIN;
        bool ready = IsStashed(interest) || (deadline.IsImmediate
            ? LinuxPoll.Ask(_fd, interest) != Readiness.None
            : MayRetry(ref errno, LinuxPoll.ToEvents(interest), deadline));
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

        // Published before the gate is looked at: either this sees that the socket is closed, or the closing thread sees this
        // and aborts it. Both hold the descriptor, so that epoll never gets the descriptor of another file.
        LinuxReadiness readiness = Volatile.Read(ref _readiness)
            ?? Interlocked.CompareExchange(ref _readiness, new LinuxReadiness(_fd), null)
            ?? _readiness!;
        ValueTask<RadioResult> wait = IsClosed
            ? ValueTask.FromResult<RadioResult>(Errno.EBADF)
            : IsStashed(interest) ? ValueTask.FromResult(RadioResult.Ok)
            : readiness.WaitAsync(interest, cancellationToken);
        Leave();
        return wait;
    }

    /// <summary>Remembers an attempt that found nothing, so that the wait for more needs not ask again.</summary>
    private RadioResult NoteEmpty(RadioResult result, int reports)
    {
        if (reports >= 0 && result.Errno == Errno.EAGAIN)
        {
            _readiness!.NoteEmpty(reports);
        }

        return result;
    }

    /// <summary>Remembers an attempt that found no room, so that the wait for some needs not ask again.</summary>
    private RadioResult NoteFull(RadioResult result, int reports)
    {
        if (reports >= 0 && result.Errno is Errno.EAGAIN or Errno.EINPROGRESS)
        {
            _readiness!.NoteFull(reports);
        }

        return result;
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
                errno = deadline.TimeoutErrno;
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
}
