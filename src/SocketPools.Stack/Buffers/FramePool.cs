using System.Diagnostics;

namespace SocketPools.Stack.Buffers;

/// <summary>Frames that were let go of, for the next ones.</summary>
internal static class FramePool
{
    private const int MaxKept = 16384;

    private static ShortLock s_lock;
    private static Frame? s_free;
    private static int s_kept;
    private static long s_inUse;

    /// <summary>How many frames are on their way: for tests that look for leaks.</summary>
    internal static long InUse => Interlocked.Read(ref s_inUse);

    internal static Frame Rent()
    {
        s_lock.Enter();
        s_inUse++;
        Frame? frame = s_free;
        if (frame is not null)
        {
            s_free = frame.Next;
            frame.Next = null;
            s_kept--;
        }

        s_lock.Exit();
        return frame ?? new Frame();
    }

    internal static void Return(Frame frame)
    {
        Debug.Assert(frame.Next is null, "A frame that is let go of is in no queue.");
        s_lock.Enter();
        s_inUse--;
        if (s_kept < MaxKept)
        {
            frame.Next = s_free;
            s_free = frame;
            s_kept++;
        }

        s_lock.Exit();
    }
}
