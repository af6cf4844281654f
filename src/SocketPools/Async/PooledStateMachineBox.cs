using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace SocketPools.Async;

/// <summary>What a builder sees of the box of its method.</summary>
/// <typeparam name="TResult">What the method returns.</typeparam>
internal interface IStateMachineBox<TResult> : IValueTaskSource<TResult>, IValueTaskSource
{
    short Version { get; }

    void SetResult(TResult result);

    void SetException(Exception exception);
}

/// <summary>
/// The state of one asynchronous method that waits, and the task that its caller awaits. When the caller has taken the result
/// it goes to the thread that it ended on, and if that has one already to a stack that all threads share.
/// </summary>
/// <typeparam name="TMethod">The state, a type that the compiler has made.</typeparam>
/// <typeparam name="TResult">What the method returns.</typeparam>
internal sealed class PooledStateMachineBox<TMethod, TResult> : IStateMachineBox<TResult>
    where TMethod : IAsyncStateMachine
{
    // Some hundred bytes each: as many as waited at once are worth keeping, within reason.
    private const int MostShared = 1024;

    private static readonly Lock s_gate = new();
    private static PooledStateMachineBox<TMethod, TResult>? s_shared;
    private static int s_sharedCount;

    [ThreadStatic]
    private static PooledStateMachineBox<TMethod, TResult>? s_mine;

    private ManualResetValueTaskSourceCore<TResult> _source;
    private PooledStateMachineBox<TMethod, TResult>? _next;
    private TMethod _method = default!;

    private ExecutionContext? _context;

    private PooledStateMachineBox() => MoveNext = Continue;

    /// <summary>Goes on after a wait.</summary>
    internal Action MoveNext { get; }

    internal TMethod Method
    {
        set => _method = value;
    }

    /// <summary>The caller's context, to go on in; null where none flows.</summary>
    internal ExecutionContext? Context
    {
        set => _context = value;
    }

    public short Version => _source.Version;

    internal static PooledStateMachineBox<TMethod, TResult> Rent()
    {
        if (s_mine is { } mine)
        {
            s_mine = null;
            return mine;
        }

        lock (s_gate)
        {
            if (s_shared is { } shared)
            {
                s_shared = shared._next;
                s_sharedCount--;
                shared._next = null;
                return shared;
            }
        }

        return new PooledStateMachineBox<TMethod, TResult>();
    }

    public void SetResult(TResult result) => _source.SetResult(result);

    public void SetException(Exception exception) => _source.SetException(exception);

    public TResult GetResult(short token)
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
                Return();
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Continue()
    {
        if (_context is { } context)
        {
            ExecutionContext.Run(context, static box => ((PooledStateMachineBox<TMethod, TResult>)box!)._method.MoveNext(), this);
        }
        else
        {
            _method.MoveNext();
        }
    }

    private void Return()
    {
        _method = default!;
        _context = null;
        _source.Reset();
        if (s_mine is null)
        {
            s_mine = this;
            return;
        }

        lock (s_gate)
        {
            if (s_sharedCount < MostShared)
            {
                _next = s_shared;
                s_shared = this;
                s_sharedCount++;
            }
        }
    }
}
