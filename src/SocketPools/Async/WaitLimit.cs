using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Async;

/// <summary>
/// Ends asynchronous waits at a deadline or on a caller's token, one wait after the other, without allocating for each: the
/// timer stays set from one wait to the next, and looks at the deadline when it fires.
/// </summary>
internal sealed class WaitLimit(TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _source = new();
    private ITimer? _timer;
    private long _timerDue;
    private bool _timerIsSet;
    private Deadline _deadline;
    private CancellationTokenRegistration _callerRegistration;
    private End _end;

    private enum End
    {
        Idle,
        Waiting,
        Expired,
        Cancelled,
    }

    /// <summary>Whether the deadline, and not the caller, has ended the wait.</summary>
    internal bool HasExpired => _end == End.Expired;

    /// <summary>Begins to limit a wait.</summary>
    /// <param name="deadline">Neither infinite nor immediate.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>A token that is cancelled by either.</returns>
    internal CancellationToken Begin(in Deadline deadline, CancellationToken cancellationToken)
    {
        Debug.Assert(!deadline.IsInfinite && !deadline.IsImmediate);
        lock (_gate)
        {
            Debug.Assert(_end == End.Idle);
            _deadline = deadline;
            _end = End.Waiting;
            if (!_timerIsSet || deadline.EndTimestamp < _timerDue)
            {
                SetTimerUnsynchronized();
            }
        }

        _callerRegistration = cancellationToken.UnsafeRegister(static state => ((WaitLimit)state!).OnCancelled(), this);
        return _source.Token;
    }

    /// <summary>The wait is over. False when this limit has ended it: it serves no other one.</summary>
    internal bool TryFinish()
    {
        _callerRegistration.Dispose();
        _callerRegistration = default;
        lock (_gate)
        {
            if (_end != End.Waiting)
            {
                return false;
            }

            _end = End.Idle;
            return true;
        }
    }

    /// <summary>Stops the timer. The token's source may still be cancelling, and has nothing else to give back.</summary>
    public void Dispose() => _timer?.Dispose();

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerIsSet = false;
            if (_end != End.Waiting)
            {
                return;
            }

            if (!_deadline.HasExpired)
            {
                SetTimerUnsynchronized();
                return;
            }

            _end = End.Expired;
        }

        EndWait();
    }

    private void OnCancelled()
    {
        lock (_gate)
        {
            if (_end != End.Waiting)
            {
                return;
            }

            _end = End.Cancelled;
        }

        EndWait();
    }

    /// <summary>On a timer's thread, or on that of the caller of Cancel: a radio's callback that throws ends neither.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
    private void EndWait()
    {
        try
        {
            _source.Cancel();
        }
        catch (Exception e)
        {
            CallbackExceptions.Report("RadioSocket.WaitAsync", e);
        }
    }

    private void SetTimerUnsynchronized()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);

        TimeSpan due = _deadline.Remaining;
        if (clock == TimeProvider.System)
        {
            // Rounded up: the system's timers count in milliseconds, and one that comes too early only comes again.
            due = TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds));
        }

        _timerDue = _deadline.EndTimestamp;
        _timerIsSet = true;
        _timer ??= CreateTimer();
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    // The timer of one wait must not carry the caller's context to the next.
    private ITimer CreateTimer()
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            return clock.CreateTimer(static state => ((WaitLimit)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
