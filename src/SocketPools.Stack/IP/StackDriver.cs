using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

/// <summary>Where frames come in and leave: one thread at a time, and never with the lock held while a link is called.</summary>
internal sealed partial class StackDriver(StackCore stack, NetworkStack network) : IStackDriver, IThreadPoolWorkItem, IDisposable
{
    /// <summary>
    /// Frames that are sent and received on the thread of one call, and up to two batches of 64 more: Linux's net.core.netdev_budget
    /// is 300.
    /// </summary>
    internal const int FramesPerCall = 512;

    private const int FramesAtOnce = 64;

    private const int FramesInCallTime = 8;

    // When the rest is done with a clock of the program's: at once would be without end where a link always has frames.
    private static readonly TimeSpan s_restDelay = TimeSpan.FromMilliseconds(1);

    private int _requests;

    // Whether one that had requests to answer has gone without looking again; whoever takes this over goes on.
    private int _hasRest;
    private int _isQueued;
    private ITimer? _restTimer;

    /// <inheritdoc/>
    /// <remarks>
    /// When the share is done the rest is done elsewhere. Who finds another thread at it, or itself further down its own stack, leaves the
    /// work to that one, which looks again before it goes: so two stacks on one cable call each other without end and without depth.
    /// </remarks>
    public void Drive()
    {
        if (!stack.IsAbandoned && (Interlocked.Increment(ref _requests) == 1 || TryTakeRest()))
        {
            DriveTaken();
        }
    }

    /// <summary>
    /// Becomes the thread that drives the stack, if no other one is, and takes what waits to leave: with the lock held, so that it need not be
    /// taken again for that. The other one looks again before it goes.
    /// </summary>
    /// <returns>Whether <see cref="DriveTaken"/> has to follow, without the lock.</returns>
    internal bool TryTakeUnsynchronized()
    {
        if (stack.IsAbandoned || (Interlocked.Increment(ref _requests) != 1 && !TryTakeRest()))
        {
            return false;
        }

        TakeOutgoingUnsynchronized();
        return true;
    }

    /// <summary>Frames that the other end of a pair has sent: what <see cref="Drive"/> would receive from its queue.</summary>
    /// <returns>False: another thread drives, or this one further down its own stack; it looks at the queue before it goes.</returns>
    internal bool TryReceiveDirectly(NetworkInterface one, ref FrameQueue frames)
    {
        if (stack.IsAbandoned || (Interlocked.Increment(ref _requests) != 1 && !TryTakeRest()))
        {
            return false;
        }

        FrameQueue batch = frames;
        frames = default;
        DriveSome(one, ref batch);
        return true;
    }

    /// <summary>What <see cref="Drive"/> does once the caller has become the thread that drives.</summary>
    internal void DriveTaken()
    {
        FrameQueue nothing = default;
        DriveSome(null, ref nothing);
    }

    /// <summary>The rest, on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isQueued, 0);
        if (!stack.IsAbandoned && TryTakeRest())
        {
            DriveTaken();
        }
    }

    /// <summary>One thread at a time is here: whoever made the first request, or has taken over the rest.</summary>
    /// <param name="one">Where frames have come that are to be received first, or null.</param>
    /// <param name="first">These frames.</param>
    private void DriveSome(NetworkInterface? one, ref FrameQueue first)
    {
        bool isDone = false;
        try
        {
            int budget = FramesPerCall;
            int seen;
            if (one is not null)
            {
                ReceiveBatch(one, ref first, ref budget);
            }

            do
            {
                seen = Volatile.Read(ref _requests);
                CheckCarriers();
                if (!DriveUntilIdle(ref budget))
                {
                    return;
                }
            }
            while (Interlocked.CompareExchange(ref _requests, 0, seen) != seen);
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                LeaveRest();
            }
        }
    }

    private bool DriveUntilIdle(ref int budget)
    {
        bool isBusy;
        do
        {
            isBusy = false;
            foreach (NetworkInterface one in network.Interfaces)
            {
                isBusy |= Send(one, ref budget) | Receive(one, ref budget);
            }
        }
        while (isBusy && budget > 0);
        return !isBusy;
    }

    private bool TryTakeRest() => Interlocked.Exchange(ref _hasRest, 0) == 1;

    // With a clock of the program's, which may stand still, threads of the pool would make each run another one: the rest is done
    // when that clock goes on, or with the next call.
    private void LeaveRest()
    {
        Volatile.Write(ref _hasRest, 1);
        if (stack.Clock != TimeProvider.System)
        {
            _restTimer ??= stack.Clock.CreateTimer(static driver => ((IThreadPoolWorkItem)driver!).Execute(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _restTimer.Change(s_restDelay, Timeout.InfiniteTimeSpan);
        }
        else if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Does what calls have left: the last words of connections and leases.</summary>
    /// <param name="limit">How many shares at most.</param>
    internal void FinishRest(int limit)
    {
        for (int i = 0; i < limit && !stack.IsAbandoned && TryTakeRest(); i++)
        {
            DriveTaken();
        }
    }

    public void Dispose() => _restTimer?.Dispose();
}
