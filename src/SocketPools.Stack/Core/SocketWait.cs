using System.Threading.Tasks.Sources;
using SocketPools.Radios;

namespace SocketPools.Stack.Core;

/// <summary>
/// One wait, used again and again: by an asynchronous call, which the thread pool goes on with, or by a thread that blocks in it.
/// Whoever takes it from the list of parked waits writes its outcome and ends it.
/// </summary>
internal sealed class SocketWait(SocketWaits owner) : IValueTaskSource<RadioResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<RadioResult> _source;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;
    private SemaphoreSlim? _signal;
    private ITimer? _timer;
    private bool _isBlocking;

    internal Readiness Interest { get; private set; }

    /// <summary>How it ends; null when its token ends it.</summary>
    internal RadioResult? Outcome { get; set; }

    /// <summary>Whether its token was cancelled, perhaps before it was parked. Guarded by the stack's gate.</summary>
    internal bool IsCancelled { get; set; }

    private SocketWaits Owner => owner;

    internal void Begin(Readiness interest, CancellationToken cancellationToken)
    {
        Interest = interest;
        _isBlocking = false;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(
            static state =>
            {
                SocketWait wait = (SocketWait)state!;
                wait.Owner.Cancel(wait);
            },
            this);
    }

    internal void BeginBlocking(Readiness interest)
    {
        Interest = interest;
        Outcome = null;
        _isBlocking = true;
        _signal ??= new SemaphoreSlim(0);
    }

    internal ValueTask<RadioResult> AsValueTask() => new(this, _source.Version);

    /// <summary>Ends it: on the thread pool, or by waking the thread that blocks in it.</summary>
    internal void Queue()
    {
        if (_isBlocking)
        {
            _signal!.Release();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Blocks until it is ended (true), or the deadline may be up (false).</summary>
    internal bool Block(in Deadline deadline, INetwork stack)
    {
        TimeSpan left = deadline.Remaining;
        if (left == Timeout.InfiniteTimeSpan)
        {
            _signal!.Wait();
        }
        else if (stack.Clock == TimeProvider.System)
        {
            // Rounded up to the milliseconds that it counts in.
            _signal!.Wait((int)Math.Ceiling(left.TotalMilliseconds));
        }
        else
        {
            // A simulated clock: its timer wakes this thread, now or, when the wait has ended first, in a later one, which looks again.
            _timer ??= stack.Clock.CreateTimer(
                static state => ((SemaphoreSlim)state!).Release(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            _signal!.Wait();
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        return Outcome is not null;
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Waits for a cancellation under way, which then finds that it came too late.
        _registration.Dispose();
        if (Outcome is { } outcome)
        {
            _source.SetResult(outcome);
        }
        else
        {
            _source.SetException(new OperationCanceledException(_cancellationToken));
        }
    }

    RadioResult IValueTaskSource<RadioResult>.GetResult(short token)
    {
        // A wrong token throws before anything is given back.
        bool isLast = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            if (isLast)
            {
                Reset();
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource<RadioResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<RadioResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Reset()
    {
        _registration = default;
        _cancellationToken = default;
        Outcome = null;
        IsCancelled = false;
        _source.Reset();
        owner.Return(this);
    }
}
