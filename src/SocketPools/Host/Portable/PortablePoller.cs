using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>The one thread that waits for every asynchronous wait of the process. Starts with the first of them.</summary>
internal sealed class PortablePoller
{
    // Not a Lazy of the usual kind: it would remember for ever that there was once no descriptor left.
    private static readonly Lock s_gate = new();
    private static PortablePoller? s_shared;

    private readonly Lock _gate = new();
    private readonly List<PortableWait> _waits = [];
    private readonly List<PortableWait> _round = [];

    private PortablePoller() =>
        new Thread(Run) { IsBackground = true, Name = "Socketpool poller" }.Start();

    internal static PortablePoller Shared
    {
        get
        {
            lock (s_gate)
            {
                return s_shared ??= new PortablePoller();
            }
        }
    }

    internal PortableSelector Selector { get; } = new();

    internal void Add(PortableWait wait)
    {
        lock (_gate)
        {
            _waits.Add(wait);
        }

        Selector.Wake();
    }

    [DoesNotReturn]
    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                _waits.RemoveAll(wait => wait.TryEnd());
                _round.Clear();
                _round.AddRange(_waits);
            }

            foreach (PortableWait wait in _round)
            {
                wait.AddTo(Selector);
            }

            // When one socket cannot be asked, the next round finds it ready, with its error.
            Selector.Select(Timeout.InfiniteTimeSpan, radio: null);
        }
    }
}

/// <summary>One asynchronous wait. It holds the socket's descriptor until the poller has let go of it.</summary>
internal sealed class PortableWait(PortableSocket socket, Readiness interest)
{
    private readonly TaskCompletionSource<RadioResult> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    internal ValueTask<RadioResult> Start(CancellationToken cancellationToken)
    {
        PortablePoller poller;
        try
        {
            poller = PortablePoller.Shared;
        }
        catch (Exception e) when (PortableErrors.TryMap(e, out Errno errno))
        {
            return new(errno);
        }

        if (!socket.EnterWait(poller.Selector))
        {
            return new(Errno.EBADF);
        }

        _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((PortableWait)state!).Cancel(token), this);
        poller.Add(this);
        return new(_source.Task);
    }

    internal void AddTo(PortableSelector selector) => socket.AddTo(selector, interest);

    /// <summary>On the poller's thread: whether the wait is over. It is asked no more after that.</summary>
    internal bool TryEnd()
    {
        bool closed = socket.IsClosed;
        if (!_source.Task.IsCompleted && !closed && socket.Ask(interest) == Readiness.None)
        {
            return false;
        }

        _cancellation.Unregister();
        socket.LeaveWait(PortablePoller.Shared.Selector);
        _source.TrySetResult(closed ? Errno.EBADF : RadioResult.Ok);
        return true;
    }

    private void Cancel(CancellationToken token)
    {
        _source.TrySetCanceled(token);
        PortablePoller.Shared.Selector.Wake();
    }
}
