using System.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Stack.Core;

/// <summary>
/// Who waits for one socket, threads and asynchronous calls alike. The socket tells when something has changed; whatever a wait
/// asked for is then over. Waits are used again, so that none allocates once a socket has been waited for.
/// </summary>
/// <param name="owner">The socket, whose locks guard all of it.</param>
/// <param name="clock">The clock of its deadlines.</param>
/// <param name="ask">What the socket is ready for, asked with its locks held.</param>
internal sealed class SocketWaits(IScopeOwner owner, TimeProvider clock, Func<Readiness, Readiness> ask) : IWaitOwner
{
    private readonly List<SocketWait> _parked = new(2);
    private readonly Stack<SocketWait> _spare = new(2);

    /// <summary>Whether the socket is closed: every wait ends with EBADF.</summary>
    private bool _closed;

    /// <summary>Waits without holding a thread.</summary>
    internal ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RadioResult>(cancellationToken);
        }

        SocketWait wait;
        using (owner.EnterOwnScope())
        {
            if (TryAnswerUnsynchronized(interest, out RadioResult result))
            {
                return ValueTask.FromResult(result);
            }

            wait = RentUnsynchronized();
        }

        // Registered without the locks, which a cancelled token's callback takes; parked afterwards, so asked again.
        wait.Begin(interest, cancellationToken);
        using (owner.EnterOwnScope())
        {
            if (TryAnswerUnsynchronized(interest, out RadioResult result))
            {
                wait.Outcome = result;
                wait.Queue();
            }
            else if (wait.IsCancelled)
            {
                wait.Queue();
            }
            else
            {
                _parked.Add(wait);
            }
        }

        return wait.AsValueTask();
    }

    /// <summary>Waits on the calling thread, as long as a deadline says.</summary>
    /// <param name="interest">What for.</param>
    /// <param name="deadline">How long.</param>
    /// <param name="interrupted"><see cref="Radio.Interrupted"/>: called from time to time, never with its locks held; what it throws ends the wait.</param>
    internal RadioResult Wait(Readiness interest, in Deadline deadline, Action? interrupted)
    {
        SocketWait wait;
        using (owner.EnterOwnScope())
        {
            if (TryAnswerUnsynchronized(interest, out RadioResult result))
            {
                return result;
            }

            if (deadline.HasExpired)
            {
                return deadline.TimeoutErrno;
            }

            wait = RentUnsynchronized();
            wait.BeginBlocking(interest);
            _parked.Add(wait);
        }

        while (!wait.Block(deadline, clock, interrupted is not null))
        {
            using (owner.EnterOwnScope())
            {
                // The clock may be late, and the wait may be over in this moment.
                if (deadline.HasExpired && _parked.Remove(wait))
                {
                    wait.Outcome = deadline.TimeoutErrno;
                    break;
                }
            }

            if (interrupted is not null)
            {
                Interrupt(wait, interrupted);
            }
        }

        RadioResult outcome = wait.Outcome!.Value;
        wait.EndBlocking();
        return outcome;
    }

    /// <summary>Something has changed: ends the waits for what is there now. With its locks held.</summary>
    internal void ChangedUnsynchronized()
    {
        Debug.Assert(owner.IsHeldByCurrentThread);
        if (_parked.Count == 0)
        {
            return;
        }

        int kept = 0;
        for (int i = 0; i < _parked.Count; i++)
        {
            SocketWait wait = _parked[i];
            if (TryAnswerUnsynchronized(wait.Interest, out RadioResult result))
            {
                wait.Outcome = result;
                wait.Queue();
            }
            else
            {
                _parked[kept++] = wait;
            }
        }

        _parked.RemoveRange(kept, _parked.Count - kept);
    }

    /// <summary>The socket is closed. With its locks held.</summary>
    internal void CloseUnsynchronized()
    {
        _closed = true;
        ChangedUnsynchronized();
    }

    /// <inheritdoc/>
    public void Cancel(PooledWait wait)
    {
        using (owner.EnterOwnScope())
        {
            if (_parked.Remove((SocketWait)wait))
            {
                wait.Queue();
            }
            else
            {
                // It is about to be parked, and is told there; or it has just ended, and forgets this.
                wait.IsCancelled = true;
            }
        }
    }

    /// <inheritdoc/>
    public void Recycle(PooledWait wait)
    {
        using (owner.EnterOwnScope())
        {
            _spare.Push((SocketWait)wait);
        }
    }

    private void Interrupt(SocketWait wait, Action interrupted)
    {
        try
        {
            interrupted();
        }
        catch
        {
            using (owner.EnterOwnScope())
            {
                // Who has ended it meanwhile is done with it: that happens with its locks held.
                _parked.Remove(wait);
            }

            wait.EndBlocking();
            throw;
        }
    }

    private bool TryAnswerUnsynchronized(Readiness interest, out RadioResult result)
    {
        Debug.Assert(owner.IsHeldByCurrentThread);
        result = _closed ? Errno.EBADF : RadioResult.Ok;
        return _closed || ask(interest) != Readiness.None;
    }

    private SocketWait RentUnsynchronized() => _spare.TryPop(out SocketWait? spare) ? spare : new SocketWait(this, clock as IWaitScheduler);
}
