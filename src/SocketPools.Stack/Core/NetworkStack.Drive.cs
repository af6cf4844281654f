using SocketPools.Stack.Buffers;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack;

// Where frames come in and leave: one thread at a time, and never with the gate held while a link is called.
internal sealed partial class NetworkStack
{
    private const int FramesAtOnce = 64;

    private int _requests;

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

        bool any = !batch.IsEmpty;
        int refused = 0;
        while (batch.TryDequeue(out Frame? frame))
        {
            if (!one.Link.TrySend(frame))
            {
                refused++;
                frame.Release();
            }
        }

        if (refused > 0)
        {
            lock (Gate)
            {
                Counters.FramesSent -= refused;
                Counters.Drop(DropReason.LinkFull, refused);
            }
        }

        return any;
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
            Counters.FramesReceived += batch.Count;
            while (batch.TryDequeue(out Frame? frame))
            {
                if (_disposed)
                {
                    frame.Release();
                }
                else
                {
                    Receive(one, frame);
                }
            }
        }

        return true;
    }
}
