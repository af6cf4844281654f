using System.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>The asynchronous waits of one socket: who waits for what, and what epoll is told.</summary>
internal sealed class LinuxReadiness(int fd)
{
    private readonly Lock _gate = new();
    private readonly List<Waiter> _waiters = [];
    private ulong _key;
    private bool _aborted;

    /// <summary>Waits until the descriptor is ready. The caller holds the socket's gate.</summary>
    internal ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        Waiter waiter = new(interest);
        lock (_gate)
        {
            if (_aborted)
            {
                return ValueTask.FromResult<RadioResult>(Errno.EBADF);
            }

            _waiters.Add(waiter);
            Errno errno = ArmUnsynchronized();
            if (errno != Errno.None)
            {
                _waiters.Remove(waiter);
                return ValueTask.FromResult<RadioResult>(errno);
            }
        }

        return new ValueTask<RadioResult>(cancellationToken.CanBeCanceled ? WithCancellation(waiter, cancellationToken) : waiter.Task);
    }

    /// <summary>From epoll's thread: the descriptor, which is disarmed now, is ready for something.</summary>
    internal void Signal(Readiness ready)
    {
        List<Waiter> done = [];
        lock (_gate)
        {
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if ((ready & (_waiters[i].Interest | Readiness.Error | Readiness.HangUp)) != 0)
                {
                    done.Add(_waiters[i]);
                    _waiters.RemoveAt(i);
                }
            }

            // Cannot fail: the descriptor is registered, and Abort has not taken it away.
            if (_waiters.Count > 0 && !_aborted)
            {
                ArmUnsynchronized();
            }
        }

        for (int i = done.Count - 1; i >= 0; i--)
        {
            done[i].TrySetResult(RadioResult.Ok);
        }
    }

    /// <summary>The socket is closed: every wait ends with EBADF. The caller keeps the descriptor open meanwhile.</summary>
    internal void Abort()
    {
        Waiter[] done;
        lock (_gate)
        {
            if (_key != 0 && !_aborted)
            {
                Epoll.Remove(_key, fd);
            }

            _aborted = true;
            done = [.. _waiters];
            _waiters.Clear();
        }

        foreach (Waiter waiter in done)
        {
            waiter.TrySetResult(Errno.EBADF);
        }
    }

    private async Task<RadioResult> WithCancellation(Waiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => Cancel(waiter, cancellationToken), null);
        return await waiter.Task.ConfigureAwait(false);
    }

    private void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // epoll stays armed for it: an event nobody waits for disarms it again.
            _waiters.Remove(waiter);
        }

        waiter.TrySetCanceled(cancellationToken);
    }

    /// <summary>Tells epoll to report once whatever is waited for.</summary>
    private Errno ArmUnsynchronized()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        Readiness interest = Readiness.None;
        foreach (Waiter waiter in _waiters)
        {
            interest |= waiter.Interest;
        }

        return Epoll.Arm(ref _key, fd, interest, this);
    }

    private sealed class Waiter(Readiness interest)
        : TaskCompletionSource<RadioResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal Readiness Interest { get; } = interest;
    }
}
