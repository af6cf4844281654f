using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

// Who becomes the thread that drives the stack without a request of its own: a socket's call, and the other end of a pair.
internal sealed partial class StackDriver
{
    // Whether the thread that has become the one that drives has frames to send, and has found nothing else left to do.
    private bool _sendsOnly;

    /// <summary>
    /// Becomes the thread that drives the stack, if no other one is, and takes what waits to leave: with the lock held, so that it need not be
    /// taken again for that. The other one looks again before it goes.
    /// </summary>
    /// <returns>Whether <see cref="DriveTaken"/> has to follow, without the lock.</returns>
    internal bool TryTakeUnsynchronized()
    {
        if (stack.IsAbandoned)
        {
            return false;
        }

        bool isFirst = Interlocked.Increment(ref _requests) == 1;
        if (!isFirst && !TryTakeRest())
        {
            return false;
        }

        _sendsOnly = isFirst;
        TakeOutgoingUnsynchronized();
        return true;
    }

    /// <summary>Frames that the other end of a pair has sent: what <see cref="Drive"/> would receive from its queue.</summary>
    /// <returns>False: another thread drives, or this one further down its own stack; it looks at the queue before it goes.</returns>
    internal bool TryReceiveDirectly(NetworkInterface one, ref FrameQueue frames)
    {
        if (stack.IsAbandoned || (Interlocked.Increment(ref _requests) != 1 && !TryTakeRest()))
        {
            TakeOverFromBackground();
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

    // What comes back over a link of ours meanwhile makes a request.
    private bool TrySendOnly(ref int budget)
    {
        if (!network.HasOwnLinksAlone)
        {
            return false;
        }

        foreach (NetworkInterface one in network.Interfaces)
        {
            if (LineOf(one) is { } line)
            {
                Send(one, line, ref budget);
            }
        }

        return HasNothingElse(1) && TryStop(1);
    }

    // Where every link is one of ours: a frame that arrives while no thread drives makes a request, so that without a request there is no frame.
    private bool HasNothingElse(int requests)
    {
        if (!network.HasOwnLinksAlone || Volatile.Read(ref _requests) != requests)
        {
            return false;
        }

        foreach (NetworkInterface one in network.Interfaces)
        {
            if (LineOf(one) is { } line && !(line.Leaving.IsEmpty && line.Outgoing.IsEmpty))
            {
                return false;
            }
        }

        return true;
    }

    private void TakeOutgoingUnsynchronized()
    {
        if (!shard.HasOutgoing)
        {
            return;
        }

        foreach (NetworkInterface one in network.Interfaces)
        {
            if (LineOf(one) is { Leaving.IsEmpty: true, Outgoing.IsEmpty: false } line)
            {
                TakeOutgoingUnsynchronized(line);
            }
        }
    }

    private void TakeOutgoingUnsynchronized(InterfaceLine line)
    {
        line.Leaving = line.Outgoing;
        line.Outgoing = default;
        shard.HasOutgoing = false;
        shard.FramesSent += line.Leaving.Count;
    }

    /// <summary>Lets leave what was put in line for this shard by the holder of the gate.</summary>
    internal void DriveIfNeeded()
    {
        if (shard.HasOutgoing)
        {
            Drive();
        }
    }

    // Null where the link carries the frames of one thread alone.
    private InterfaceLine? LineOf(NetworkInterface one) => _isFirst ? one.Main : shard.Index < one.Lines.Length ? one.Lines[shard.Index] : null;
}
