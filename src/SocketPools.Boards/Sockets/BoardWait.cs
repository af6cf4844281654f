using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>Something has changed: waiting calls look again.</summary>
internal sealed class ChangeSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _next;

    /// <summary>Completes with the next change. Taken before the state is looked at.</summary>
    internal Task Next
    {
        get
        {
            lock (_gate)
            {
                return (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    internal void Set()
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            (next, _next) = (_next, null);
        }

        next?.TrySetResult();
    }
}

/// <summary>Waits of blocking calls, on the radio's clock.</summary>
internal static class BoardWait
{
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(50);
    private static readonly Task s_never = new TaskCompletionSource().Task;

    /// <summary>Waits for a change or a time. False when the time is up first.</summary>
    /// <param name="change">The change.</param>
    /// <param name="time">How long at most; infinite for no limit.</param>
    /// <param name="radio">Whose clock it is, and who is interrupted by signals.</param>
    internal static bool For(Task change, TimeSpan time, Radio radio)
    {
        if (radio.TimeProvider is IWaitScheduler scheduler)
        {
            return scheduler.Block(change, time);
        }

        Deadline deadline = new(radio.TimeProvider, time);
        Task bounded = change;
        bool isSystem = deadline.IsInfinite || ReferenceEquals(radio.TimeProvider, TimeProvider.System);
        if (!isSystem)
        {
            bounded = Task.WhenAny(change, Task.Delay(deadline.Remaining, radio.TimeProvider));
        }

        while (true)
        {
            // In whole milliseconds, of which none may be missing at the end.
            TimeSpan left = isSystem && !deadline.IsInfinite ? TimeSpan.FromMilliseconds(Math.Ceiling(deadline.Remaining.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
            bool isSlice = radio.Interrupted is not null && (left == Timeout.InfiniteTimeSpan || left > s_slice);
            if (Task.WaitAny([bounded], isSlice ? s_slice : left) == 0)
            {
                return change.IsCompleted;
            }

            if (isSystem && !deadline.IsInfinite && deadline.HasExpired)
            {
                return false;
            }

            radio.Interrupted?.Invoke();
        }
    }

    /// <summary>Lets a time pass.</summary>
    internal static void Pause(TimeSpan time, Radio radio) => For(s_never, time, radio);
}
