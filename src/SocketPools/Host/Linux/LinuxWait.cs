using System.Threading.Tasks.Sources;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>
/// One asynchronous wait, used again and again. Whoever takes it from the list of parked waits ends it: on the thread pool, so
/// that epoll's thread never runs what comes after a wait.
/// </summary>
internal sealed class LinuxWait(LinuxReadiness owner) : IValueTaskSource<RadioResult>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<RadioResult> _source;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;
    private RadioResult _result;
    private bool _endsCancelled;

    internal Readiness Interest { get; private set; }

    /// <summary>Whether its token was cancelled. Guarded by the owner's gate.</summary>
    internal bool IsCancelled { get; set; }

    internal void Begin(Readiness interest, CancellationToken cancellationToken)
    {
        Interest = interest;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(
            static state =>
            {
                LinuxWait wait = (LinuxWait)state!;
                wait.Owner.Cancel(wait);
            },
            this);
    }

    internal ValueTask<RadioResult> AsValueTask() => new(this, _source.Version);

    internal void QueueResult(RadioResult result)
    {
        _result = result;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    internal void QueueCancelled()
    {
        _endsCancelled = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>It did not have to wait.</summary>
    internal void Abandon() => Reset();

    void IThreadPoolWorkItem.Execute()
    {
        // Waits for a cancellation under way, which then finds that it came too late.
        _registration.Dispose();
        if (_endsCancelled)
        {
            _source.SetException(new OperationCanceledException(_cancellationToken));
        }
        else
        {
            _source.SetResult(_result);
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

    private LinuxReadiness Owner => owner;

    private void Reset()
    {
        _registration.Dispose();
        _registration = default;
        _cancellationToken = default;
        _endsCancelled = false;
        IsCancelled = false;
        _source.Reset();
        owner.Return(this);
    }
}
