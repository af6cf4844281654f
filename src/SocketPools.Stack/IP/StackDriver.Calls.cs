using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

// Who becomes the thread that drives the stack without a request of its own: a socket's call, and the other end of a pair.
internal sealed partial class StackDriver
{
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
}
