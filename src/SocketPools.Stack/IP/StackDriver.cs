using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

/// <summary>
/// Where frames come in and leave, for each shard by one thread at a time, and never with the lock held while a link is called. The driver of the
/// first shard does so for all links that carry the frames of one thread alone.
/// </summary>
internal sealed partial class StackDriver(StackCore stack, NetworkStack network, StackShard shard) : IThreadPoolWorkItem, IDisposable
{
    /// <summary>
    /// Frames that are sent and received on the thread of one call, and up to two batches of 64 more: some 8 ms over a TAP device, which is Linux's
    /// net.core.netdev_budget_usecs. A share that is done sooner wakes threads of the pool for a busy sender, which is called again at once.
    /// </summary>
    internal const int FramesPerCall = 2048;

    private const int FramesAtOnce = 64;

    private const int FramesInCallTime = 8;

    // When the rest is done with a clock of the program's: at once would be without end where a link always has frames.
    private static readonly TimeSpan s_restDelay = TimeSpan.FromMilliseconds(1);

    private readonly bool _isFirst = shard.Index == 0;
    private int _requests;
    internal CacheLinePadding Padding;

    // Whether one that had requests to answer has gone without looking again; the thread that takes this over goes on.
    private int _hasRest;
    private int _isQueued;
    private ITimer? _restTimer;

    /// <summary>
    /// Lets frames leave and come in until there are none, or until one call has done its share. Called by any thread, never with a
    /// lock held.
    /// </summary>
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

    /// <summary>The rest, on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isQueued, 0);
        if (!stack.IsAbandoned && TryTakeRest())
        {
            DriveTakenInBackground();
        }
    }

    /// <summary>One thread at a time is here: the one that made the first request, or has taken over the rest.</summary>
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
                ReceiveBatch(one, LineOf(one)!, ref first, ref budget);
                if (HasNothingElse(1) && TryStop(1))
                {
                    isDone = true;
                    return;
                }
            }
            else if (_sendsOnly)
            {
                _sendsOnly = false;
                if (TrySendOnly(ref budget))
                {
                    isDone = true;
                    return;
                }
            }

            do
            {
                seen = Volatile.Read(ref _requests);
                if (_isFirst)
                {
                    CheckCarriers();
                }

                if (!DriveUntilIdle(seen, ref budget))
                {
                    return;
                }
            }
            while (!TryStop(seen));
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

    private bool DriveUntilIdle(int requests, ref int budget)
    {
        bool isBusy;
        do
        {
            bool hasSent = false;
            bool hasReceived = false;
            foreach (NetworkInterface one in network.Interfaces)
            {
                if (LineOf(one) is { } line)
                {
                    hasSent |= Send(one, line, ref budget);
                    hasReceived |= Receive(one, line, ref budget);
                }
            }

            isBusy = hasReceived || (hasSent && !HasNothingElse(requests));
        }
        while (isBusy && budget > 0 && !IsWanted);
        return !isBusy;
    }

    // False: there are new requests.
    private bool TryStop(int seen)
    {
        bool wasInBackground = LeaveBackground();
        if (Interlocked.CompareExchange(ref _requests, 0, seen) == seen)
        {
            return true;
        }

        Volatile.Write(ref _isInBackground, wasInBackground);
        return false;
    }

    private bool TryTakeRest() => Interlocked.Exchange(ref _hasRest, 0) == 1;

    // With a clock of the program's, which may stand still, threads of the pool would make each run another one: the rest is done
    // when that clock goes on, or with the next call.
    private void LeaveRest()
    {
        LeaveBackground();
        Interlocked.Exchange(ref _hasRest, 1);
        if (Volatile.Read(ref _waitingCalls) > 0)
        {
            return; // that call looks for a rest after it has waited
        }

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

    private bool Send(NetworkInterface one, InterfaceLine line, ref int budget)
    {
        if (stack.IsDisposed)
        {
            line.Leaving.Clear();
            return false;
        }

        if (line.Leaving.IsEmpty)
        {
            // Read without the lock: the thread that puts a frame in line makes a request afterwards, which has this looked at again.
            if (line.Outgoing.IsEmpty)
            {
                return false;
            }

            using (shard.EnterScope())
            {
                TakeOutgoingUnsynchronized(line);
            }

            if (line.Leaving.IsEmpty)
            {
                return false;
            }
        }

        if (!_isFirst && !one.CanSendBeside)
        {
            LeaveToFirst(one, line);
            return true;
        }

        // All that is there, before the link is asked for acknowledgments: asked for each few frames, it would have none, and wake a thread for each.
        int refused = 0;
        int failed = 0;
        int sent = 0;
        long bytes = 0;
        one.SendTogether(line, FramesAtOnce, ref sent, ref bytes);
        while (sent + refused + failed < FramesPerCall && !IsWanted && line.Leaving.TryDequeue(out Frame? frame))
        {
            int length = frame.Length;
            switch (_isFirst ? one.TrySend(frame) : one.TrySendBeside(shard.Index, frame))
            {
                case true:
                    sent++;
                    bytes += length;
                    break;
                case false:
                    refused++;
                    frame.Release();
                    break;
                case null:
                    failed++;
                    break;
            }
        }

        // One thread at a time is here, and no other thread writes these.
        line.Counts.FramesSent += sent;
        line.Counts.BytesSent += bytes;
        budget -= sent + refused + failed;
        EndCallTimeAfter(sent);
        if (refused + failed > 0)
        {
            using (shard.EnterScope())
            {
                shard.FramesSent -= refused + failed;
                stack.Counters.Drop(DropReason.TxQueueFull, refused, one.Counters);
                stack.Counters.Drop(DropReason.LinkError, failed, one.Counters);
            }
        }

        return true;
    }

    // The stack at the other end is gone: what receives there now may not be called by several threads at once.
    private void LeaveToFirst(NetworkInterface one, InterfaceLine line)
    {
        using (stack.Gate.EnterScope())
        {
            shard.FramesSent -= line.Leaving.Count;
            if (stack.IsDisposed)
            {
                line.Leaving.Clear(); // what was put in line is let go of already
            }

            while (line.Leaving.TryDequeue(out Frame? frame))
            {
                one.Enqueue(frame);
            }
        }

        network.Drive();
    }

    // So many frames take longer than a clock that is to measure round trips may stand still.
    private static void EndCallTimeAfter(int frames)
    {
        if (frames > FramesInCallTime)
        {
            CallTime.End();
        }
    }

    private bool Receive(NetworkInterface one, InterfaceLine line, ref int budget)
    {
        if (stack.IsDisposed)
        {
            return false;
        }

        FrameQueue batch = default;
        bool hasFailed = false;
        if (one.Incoming is { } incoming)
        {
            if (_isFirst)
            {
                incoming.TakeBatch(ref batch, FramesAtOnce);
            }

            if (one.HasLanes)
            {
                one.TakeBatchBeside(shard.Index, stack.Shards.All.Length, ref batch, FramesAtOnce);
            }
        }
        else
        {
            // At least one: that there is none says that the link is idle.
            while (batch.Count < FramesAtOnce && !hasFailed && (batch.IsEmpty || !IsWanted) && one.TryReceive(out Frame? frame, out hasFailed))
            {
                batch.Enqueue(frame);
            }
        }

        if (batch.IsEmpty)
        {
            return hasFailed;
        }

        ReceiveBatch(one, line, ref batch, ref budget);
        return true;
    }

    private void ReceiveBatch(NetworkInterface one, InterfaceLine line, ref FrameQueue batch, ref int budget)
    {
        budget -= batch.Count;
        EndCallTimeAfter(batch.Count);
        bool isOneOfMany = !stack.Shards.IsSingle;
        if (isOneOfMany && TryReceiveInShard(one, line, ref batch))
        {
            return;
        }

        using (stack.Gate.EnterScope())
        {
            stack.Counters.Receiving = one.Counters;
            try
            {
                if (stack.IsDisposed)
                {
                    batch.Clear();
                }
                else
                {
                    network.ReceiveBatch(one, line, ref batch);
                }
            }
            finally
            {
                stack.Counters.Receiving = null;
            }

            // The answers: the lock need not be taken again for them.
            TakeOutgoingUnsynchronized();
        }

        if (isOneOfMany)
        {
            network.DriveIfNeeded();
        }
    }

    // What is for this shard's connections, and expected, needs its lock alone.
    private bool TryReceiveInShard(NetworkInterface one, InterfaceLine line, ref FrameQueue batch)
    {
        using (shard.EnterScope())
        {
            if (!stack.IsDisposed)
            {
                network.ReceiveKnown(one, line, ref batch);
                TakeOutgoingUnsynchronized();
            }
        }

        return batch.IsEmpty;
    }
}
