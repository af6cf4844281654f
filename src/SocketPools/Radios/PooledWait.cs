using System.Threading.Tasks.Sources;

namespace SocketPools.Radios;

/// <summary>The waits of one socket: who parks them, ends them and uses them again.</summary>
internal interface IWaitOwner
{
    /// <summary>From a token: ends a wait, unless something else has ended it; also one that is not parked yet.</summary>
    void Cancel(PooledWait wait);

    /// <summary>Takes back a wait that is over, for the next one.</summary>
    void Return(PooledWait wait);
}

/// <summary>
/// One asynchronous wait, used again and again. Whoever takes it from the list of parked waits writes its outcome, and runs it or
/// hands it to the thread pool: what comes after a wait never runs under a lock.
/// </summary>
internal class PooledWait(IWaitOwner owner) : IValueTaskSource<RadioResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<RadioResult> _source;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;

    internal Readiness Interest { get; private protected set; }

    /// <summary>How it ends; null when its token ends it.</summary>
    internal RadioResult? Outcome { get; set; }

    /// <summary>Whether its token was cancelled, perhaps before it was parked. Guarded by the owner's gate.</summary>
    internal bool IsCancelled { get; set; }

    private IWaitOwner Owner => owner;

    internal void Begin(Readiness interest, CancellationToken cancellationToken)
    {
        Interest = interest;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(
            static state =>
            {
                PooledWait wait = (PooledWait)state!;
                wait.Owner.Cancel(wait);
            },
            this);
    }

    internal ValueTask<RadioResult> AsValueTask() => new(this, _source.Version);

    /// <summary>Ends it on the thread pool.</summary>
    internal virtual void Queue()
    {
        try
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        catch (OutOfMemoryException)
        {
            // No thread could be started, for want of descriptors or memory. The item is in the queue by then, and the next thread of
            // the pool that is free or can be started takes it. Whoever queues (epoll's thread, a close) must not end with it.
        }
    }

    /// <summary>Ends it here, and runs what comes after it.</summary>
    internal void Run()
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

    /// <summary>It did not have to wait.</summary>
    internal void Abandon() => Reset();

    void IThreadPoolWorkItem.Execute() => Run();

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
        _registration.Dispose();
        _registration = default;
        _cancellationToken = default;
        Outcome = null;
        IsCancelled = false;
        _source.Reset();
        owner.Return(this);
    }
}
