using System.Threading.Tasks.Sources;

namespace SocketPools.Radios;

/// <summary>Owns the waits of one socket: it stores, ends and reuses each <see cref="PooledWait"/>.</summary>
public interface IWaitOwner
{
    /// <summary>
    /// A wait's token was cancelled. Ends the wait, unless something else has ended it. May be called before the wait is parked, and
    /// from any thread.
    /// </summary>
    /// <param name="wait">The wait.</param>
    void Cancel(PooledWait wait);

    /// <summary>A wait is over, its result was taken, and it can be used again.</summary>
    /// <param name="wait">The wait.</param>
    void Recycle(PooledWait wait);
}

/// <summary>
/// One asynchronous wait of a radio's socket, which is used again and allocates nothing then. For authors of radios, to write
/// <see cref="RadioSocket.WaitAsync"/> with.
/// </summary>
/// <remarks>
/// The order: <see cref="Begin"/>, keep the wait in a list under a lock of the owner, return <see cref="AsValueTask"/>. Whatever ends it
/// removes it from the list, writes <see cref="Outcome"/>, releases the lock, and calls <see cref="Run"/> or <see cref="Queue"/>: a
/// continuation never runs under a lock. Only the one that removed it from the list does so.
/// </remarks>
/// <param name="owner">Owns the wait.</param>
public class PooledWait(IWaitOwner owner) : IValueTaskSource<RadioResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<RadioResult> _source;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;

    /// <summary>Gets the events that this wait is for.</summary>
    public Readiness Interest { get; protected set; }

    /// <summary>How it ends. Null makes it end as cancelled by its token.</summary>
    public RadioResult? Outcome { get; set; }

    /// <summary>Whether its token was cancelled, perhaps before it was parked. The owner writes it under its lock.</summary>
    public bool IsCancelled { get; set; }

    private IWaitOwner Owner => owner;

    /// <summary>Begins the wait. Until it ends, it is not begun again.</summary>
    /// <param name="interest">What to wait for.</param>
    /// <param name="cancellationToken">Calls <see cref="IWaitOwner.Cancel"/>.</param>
    public void Begin(Readiness interest, CancellationToken cancellationToken)
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

    /// <summary>The task of the caller, to be awaited once.</summary>
    public ValueTask<RadioResult> AsValueTask() => new(this, _source.Version);

    /// <summary>Ends it on the thread pool. Does not throw where the pool cannot start a thread.</summary>
    public virtual void Queue()
    {
        try
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        catch (OutOfMemoryException)
        {
            // No thread could be started, for want of descriptors or memory. The item is in the queue by then, and the next thread of
            // the pool that is free or can be started takes it. The thread that queues (epoll's, a closing one) must not end with it.
        }
    }

    /// <summary>Ends it on this thread, which runs the continuation. No lock may be held.</summary>
    public void Run()
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

    /// <summary>Gives a wait back that was begun and did not have to wait: its task was not handed out.</summary>
    public void Abandon() => Reset();

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
        owner.Recycle(this);
    }
}
