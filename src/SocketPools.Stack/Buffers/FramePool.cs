namespace SocketPools.Stack.Buffers;

/// <summary>Frames that were let go of, for the next ones. Each thread keeps some for itself (<see cref="ThreadBuffers"/>).</summary>
internal static class FramePool
{
    private const int MaxKept = 16384;

    private static ShortLock s_lock;
    private static Frame? s_free;
    private static int s_kept;

    /// <summary>How many frames are on their way: for tests that look for leaks.</summary>
    internal static long InUse => ThreadBuffers.Tally.FramesInUse;

    /// <summary>Takes a list of free frames, linked by <see cref="Frame.Next"/>; null where there are none.</summary>
    internal static Frame? TakeSome(int most, out int count)
    {
        count = 0;
        s_lock.Enter();
        Frame? first = s_free;
        Frame? last = null;
        for (Frame? next = first; next is not null && count < most; next = next.Next)
        {
            last = next;
            count++;
        }

        if (last is not null)
        {
            s_free = last.Next;
            last.Next = null;
            s_kept -= count;
        }

        s_lock.Exit();
        return first;
    }

    /// <summary>Puts the first frames of a list back.</summary>
    /// <returns>The rest of the list.</returns>
    internal static Frame? PutBack(Frame? list, int count)
    {
        s_lock.Enter();
        for (; list is not null && count > 0; count--)
        {
            Frame frame = list;
            list = frame.Next;
            frame.Next = null;
            if (s_kept < MaxKept)
            {
                frame.Next = s_free;
                s_free = frame;
                s_kept++;
            }
        }

        s_lock.Exit();
        return list;
    }
}
