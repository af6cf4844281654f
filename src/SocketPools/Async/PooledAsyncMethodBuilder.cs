using System.Runtime.CompilerServices;

#pragma warning disable CA1822 // the compiler calls these members of every builder on an instance

namespace SocketPools.Async;

/// <summary>
/// Builds the asynchronous methods that wait: their state lives in an <see cref="PooledStateMachineBox{TMethod, TResult}"/> that is used
/// again. The BCL's pooling builder keeps one box a thread and one a processor and drops the rest, so that it allocates now and then
/// where a call starts on one thread and ends on another.
/// </summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
internal struct PooledAsyncMethodBuilder<TResult>
{
    // Null while the method has not had to wait.
    private IStateMachineBox<TResult>? _box;
    private TResult _result;

    public readonly ValueTask<TResult> Task => _box is { } box ? new ValueTask<TResult>(box, box.Version) : new ValueTask<TResult>(_result);

    /// <summary>For methods that return nothing.</summary>
    public readonly ValueTask TaskWithoutResult => _box is { } box ? new ValueTask(box, box.Version) : default;

    public static PooledAsyncMethodBuilder<TResult> Create() => default;

    public readonly void Start<TMethod>(ref TMethod method)
        where TMethod : IAsyncStateMachine => method.MoveNext();

    /// <summary>Asked for by the language, and called by builders that box the method itself: not by this one.</summary>
    public readonly void SetStateMachine(IAsyncStateMachine method)
    {
    }

    public void SetResult(TResult result)
    {
        if (_box is null)
        {
            _result = result;
        }
        else
        {
            _box.SetResult(result);
        }
    }

    public void SetException(Exception exception)
    {
        // A method that fails before it has waited has no state to keep: a box of nothing tells the exception.
        _box ??= PooledStateMachineBox<NoMethod, TResult>.Rent();
        _box.SetException(exception);
    }

    public void AwaitOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : INotifyCompletion
        where TMethod : IAsyncStateMachine => awaiter.OnCompleted(BoxOf(ref method).MoveNext);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : ICriticalNotifyCompletion
        where TMethod : IAsyncStateMachine => awaiter.UnsafeOnCompleted(BoxOf(ref method).MoveNext);

    private PooledStateMachineBox<TMethod, TResult> BoxOf<TMethod>(ref TMethod method)
        where TMethod : IAsyncStateMachine
    {
        PooledStateMachineBox<TMethod, TResult>? box = _box as PooledStateMachineBox<TMethod, TResult>;
        if (box is null)
        {
            // This builder is a field of the method: the copy in the box has to know the box.
            box = PooledStateMachineBox<TMethod, TResult>.Rent();
            _box = box;
            box.Method = method;
        }

        box.Context = ExecutionContext.Capture();
        return box;
    }

    private struct NoMethod : IAsyncStateMachine
    {
        public readonly void MoveNext()
        {
        }

        public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
        {
        }
    }
}

/// <summary>As <see cref="PooledAsyncMethodBuilder{TResult}"/>, for methods that return nothing.</summary>
internal struct PooledAsyncMethodBuilder
{
    private PooledAsyncMethodBuilder<bool> _builder;

    public readonly ValueTask Task => _builder.TaskWithoutResult;

    public static PooledAsyncMethodBuilder Create() => default;

    public readonly void Start<TMethod>(ref TMethod method)
        where TMethod : IAsyncStateMachine => method.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine method) => _builder.SetStateMachine(method);

    public void SetResult() => _builder.SetResult(true);

    public void SetException(Exception exception) => _builder.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : INotifyCompletion
        where TMethod : IAsyncStateMachine => _builder.AwaitOnCompleted(ref awaiter, ref method);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMethod>(ref TAwaiter awaiter, ref TMethod method)
        where TAwaiter : ICriticalNotifyCompletion
        where TMethod : IAsyncStateMachine => _builder.AwaitUnsafeOnCompleted(ref awaiter, ref method);
}
