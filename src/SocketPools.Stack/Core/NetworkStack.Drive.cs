using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack;

// Where frames come in and leave: one thread at a time, and never with the gate held while a link is called.
internal sealed partial class NetworkStack
{
    /// <summary>
    /// Frames that are sent and received on the thread of one call, and up to two batches of 64 more: Linux's net.core.netdev_budget
    /// is 300.
    /// </summary>
    internal const int FramesPerCall = 512;

    private const int FramesAtOnce = 64;

    // When the rest is done with a clock of the program's: at once would be without end where a link always has frames.
    private static readonly TimeSpan s_restDelay = TimeSpan.FromMilliseconds(1);

    private int _requests;

    // Whether one that had requests to answer has gone without looking again; whoever takes this over goes on.
    private int _hasRest;
    private int _isQueued;
    private ITimer? _restTimer;

    // Several packets have come together, and not all are given out yet. Guarded by the gate.
    private bool _isInBatch;

    /// <summary>Whether frames wait at an interface. Written with the gate held.</summary>
    internal bool HasOutgoing { get; set; }

    /// <summary>
    /// Lets frames leave and come in until there are none, or until one call has done its share: the rest is done elsewhere. Who finds
    /// another thread at it, or itself further down its own stack, leaves the work to that one, which looks again before it goes: so
    /// two stacks on one cable call each other without end and without depth.
    /// </summary>
    internal void Drive()
    {
        if (!IsAbandoned && (Interlocked.Increment(ref _requests) == 1 || TryTakeRest()))
        {
            DriveSome();
        }
    }

    /// <summary>The rest, on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isQueued, 0);
        if (!IsAbandoned && TryTakeRest())
        {
            DriveSome();
        }
    }

    /// <summary>One thread at a time is here: whoever made the first request, or has taken over the rest.</summary>
    private void DriveSome()
    {
        bool isDone = false;
        try
        {
            int budget = FramesPerCall;
            int seen;
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
            for (int i = 0; i < _interfaces.Count; i++)
            {
                isBusy |= Send(_interfaces[i], ref budget) | Receive(_interfaces[i], ref budget);
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
        if (Clock != TimeProvider.System)
        {
            _restTimer ??= Clock.CreateTimer(static stack => ((IThreadPoolWorkItem)stack!).Execute(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _restTimer.Change(s_restDelay, Timeout.InfiniteTimeSpan);
        }
        else if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>After a call of a socket's: lets what it has put in line leave.</summary>
    internal void DriveIfNeeded()
    {
        if (HasOutgoing)
        {
            Drive();
        }
    }

    internal void Drop(Frame frame, DropReason reason)
    {
        Counters.Drop(reason);
        frame.Release();
    }

    private bool Send(StackInterface one, ref int budget)
    {
        if (_disposed)
        {
            one.Leaving.Clear();
            return false;
        }

        if (one.Leaving.IsEmpty)
        {
            // Read without the gate: whoever puts a frame in line makes a request afterwards, which has this looked at again.
            if (one.Outgoing.IsEmpty)
            {
                return false;
            }

            lock (Gate)
            {
                one.Leaving = one.Outgoing;
                one.Outgoing = default;
                HasOutgoing = false;
                Counters.FramesSent += one.Leaving.Count;
            }

            if (one.Leaving.IsEmpty)
            {
                return false;
            }
        }

        int refused = 0;
        int failed = 0;
        int sent = 0;
        long bytes = 0;
        while (sent + refused + failed < FramesAtOnce && one.Leaving.TryDequeue(out Frame? frame))
        {
            int length = frame.Length;
            switch (one.TrySend(frame))
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

        // One thread at a time is here, and nobody else writes these.
        one.Counters.FramesSent += sent;
        one.Counters.BytesSent += bytes;
        budget -= sent + refused + failed;
        if (refused + failed > 0)
        {
            lock (Gate)
            {
                Counters.FramesSent -= refused + failed;
                Counters.Drop(DropReason.LinkFull, refused, one);
                Counters.Drop(DropReason.LinkError, failed, one);
            }
        }

        return true;
    }

    private bool Receive(StackInterface one, ref int budget)
    {
        if (_disposed)
        {
            return false;
        }

        FrameQueue batch = default;
        bool hasFailed = false;
        while (batch.Count < FramesAtOnce && !hasFailed && one.TryReceive(out Frame? frame, out hasFailed))
        {
            batch.Enqueue(frame);
        }

        if (batch.IsEmpty)
        {
            return hasFailed;
        }

        budget -= batch.Count;
        lock (Gate)
        {
            Counters.Receiving = one;
            try
            {
                if (_disposed)
                {
                    batch.Clear();
                }
                else
                {
                    ReceiveUnsynchronized(one, ref batch);
                }
            }
            finally
            {
                Counters.Receiving = null;
            }
        }

        return true;
    }

    /// <summary>Packets that came together have one time, and one answer where one is enough.</summary>
    private void ReceiveUnsynchronized(StackInterface one, ref FrameQueue batch)
    {
        Counters.FramesReceived += batch.Count;
        one.Counters.FramesReceived += batch.Count;
        Timers.Freeze();
        _isInBatch = batch.Count > 1;
        try
        {
            while (batch.TryDequeue(out Frame? frame))
            {
                one.Counters.BytesReceived += frame.Length;
                Receive(one, frame);
            }
        }
        finally
        {
            if (_isInBatch)
            {
                _isInBatch = false;
                foreach (ITransport transport in _batched)
                {
                    transport.EndBatch();
                }
            }

            Timers.Thaw();
        }
    }
}
