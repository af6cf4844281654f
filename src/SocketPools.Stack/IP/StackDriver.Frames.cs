using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

// The frames of one interface: taken from the stack and sent, received and given to the stack.
internal sealed partial class StackDriver
{
    private void TakeOutgoingUnsynchronized()
    {
        if (!stack.HasOutgoing)
        {
            return;
        }

        foreach (NetworkInterface one in network.Interfaces)
        {
            if (one.Leaving.IsEmpty && !one.Outgoing.IsEmpty)
            {
                TakeOutgoingUnsynchronized(one);
            }
        }
    }

    private void TakeOutgoingUnsynchronized(NetworkInterface one)
    {
        one.Leaving = one.Outgoing;
        one.Outgoing = default;
        stack.HasOutgoing = false;
        stack.Counters.FramesSent += one.Leaving.Count;
    }

    private bool Send(NetworkInterface one, ref int budget)
    {
        if (stack.IsDisposed)
        {
            one.Leaving.Clear();
            return false;
        }

        if (one.Leaving.IsEmpty)
        {
            // Read without the lock: whoever puts a frame in line makes a request afterwards, which has this looked at again.
            if (one.Outgoing.IsEmpty)
            {
                return false;
            }

            lock (stack.Gate)
            {
                TakeOutgoingUnsynchronized(one);
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
        one.SendTogether(FramesAtOnce, ref sent, ref bytes);
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
        EndCallTimeAfter(sent);
        if (refused + failed > 0)
        {
            lock (stack.Gate)
            {
                stack.Counters.FramesSent -= refused + failed;
                stack.Counters.Drop(DropReason.TxQueueFull, refused, one.Counters);
                stack.Counters.Drop(DropReason.LinkError, failed, one.Counters);
            }
        }

        return true;
    }

    // So many frames take longer than a clock that is to measure round trips may stand still.
    private static void EndCallTimeAfter(int frames)
    {
        if (frames > FramesInCallTime)
        {
            CallTime.End();
        }
    }

    private bool Receive(NetworkInterface one, ref int budget)
    {
        if (stack.IsDisposed)
        {
            return false;
        }

        FrameQueue batch = default;
        bool hasFailed = false;
        if (one.Incoming is { } incoming)
        {
            incoming.TakeBatch(ref batch, FramesAtOnce);
        }
        else
        {
            while (batch.Count < FramesAtOnce && !hasFailed && one.TryReceive(out Frame? frame, out hasFailed))
            {
                batch.Enqueue(frame);
            }
        }

        if (batch.IsEmpty)
        {
            return hasFailed;
        }

        ReceiveBatch(one, ref batch, ref budget);
        return true;
    }

    private void ReceiveBatch(NetworkInterface one, ref FrameQueue batch, ref int budget)
    {
        budget -= batch.Count;
        EndCallTimeAfter(batch.Count);
        lock (stack.Gate)
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
                    network.ReceiveBatch(one, ref batch);
                }
            }
            finally
            {
                stack.Counters.Receiving = null;
            }

            // The answers: the lock need not be taken again for them.
            TakeOutgoingUnsynchronized();
        }
    }
}
