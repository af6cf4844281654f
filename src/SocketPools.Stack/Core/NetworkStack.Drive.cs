using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack;

// Where frames come in and leave: one thread at a time, and never with the gate held while a link is called.
internal sealed partial class NetworkStack
{
    private const int FramesAtOnce = 64;

    private int _requests;

    // Several packets have come together, and not all are given out yet. Guarded by the gate.
    private bool _isInBatch;

    /// <summary>Whether frames wait at an interface. Written with the gate held.</summary>
    internal bool HasOutgoing { get; set; }

    /// <summary>
    /// Lets frames leave and come in until there are none. Who finds another thread at it, or itself further down its own stack,
    /// leaves the work to that one, which looks again before it goes: so two stacks on one cable call each other without end and
    /// without depth.
    /// </summary>
    internal void Drive()
    {
        if (IsAbandoned || Interlocked.Increment(ref _requests) != 1)
        {
            return;
        }

        int seen = 1;
        do
        {
            seen = Volatile.Read(ref _requests);
            bool busy;
            do
            {
                busy = false;
                for (int i = 0; i < _interfaces.Count; i++)
                {
                    CheckCarrier(_interfaces[i]);
                    busy |= Send(_interfaces[i]) | Receive(_interfaces[i]);
                }
            }
            while (busy);
        }
        while (Interlocked.CompareExchange(ref _requests, 0, seen) != seen);
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

    private bool Send(StackInterface one)
    {
        FrameQueue batch;
        lock (Gate)
        {
            batch = one.Outgoing;
            one.Outgoing = default;
            HasOutgoing = false;
            Counters.FramesSent += batch.Count;
        }

        if (batch.IsEmpty)
        {
            return false;
        }

        int refused = 0;
        int sent = 0;
        long bytes = 0;
        while (batch.TryDequeue(out Frame? frame))
        {
            int length = frame.Length;
            if (one.Link.TrySend(frame))
            {
                sent++;
                bytes += length;
            }
            else
            {
                refused++;
                frame.Release();
            }
        }

        // One thread at a time is here, and nobody else writes these.
        one.Counters.FramesSent += sent;
        one.Counters.BytesSent += bytes;
        if (refused > 0)
        {
            lock (Gate)
            {
                Counters.FramesSent -= refused;
                Counters.Drop(DropReason.LinkFull, refused, one);
            }
        }

        return true;
    }

    private bool Receive(StackInterface one)
    {
        FrameQueue batch = default;
        while (batch.Count < FramesAtOnce && one.Link.TryReceive(out Frame? frame))
        {
            batch.Enqueue(frame);
        }

        if (batch.IsEmpty)
        {
            return false;
        }

        lock (Gate)
        {
            Counters.Receiving = one;
            if (_disposed)
            {
                batch.Clear();
            }
            else
            {
                ReceiveUnsynchronized(one, ref batch);
            }

            Counters.Receiving = null;
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
        while (batch.TryDequeue(out Frame? frame))
        {
            one.Counters.BytesReceived += frame.Length;
            Receive(one, frame);
        }

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
