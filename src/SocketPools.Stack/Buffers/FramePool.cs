using System.Diagnostics;

namespace SocketPools.Stack.Buffers;

/// <summary>Frames that were let go of, for the next ones.</summary>
internal static class FramePool
{
    private const int MaxKept = 16384;

    private static readonly Lock s_gate = new();
    private static Frame? s_free;
    private static int s_kept;
    private static long s_inUse;

    /// <summary>How many frames are on their way: for tests that look for leaks.</summary>
    internal static long InUse => Interlocked.Read(ref s_inUse);

    internal static Frame Rent()
    {
        lock (s_gate)
        {
            s_inUse++;
            if (s_free is { } frame)
            {
                s_free = frame.Next;
                frame.Next = null;
                s_kept--;
                return frame;
            }
        }

        return new Frame();
    }

    internal static void Return(Frame frame)
    {
        lock (s_gate)
        {
            s_inUse--;
            Debug.Assert(frame.Next is null, "A frame that is let go of is in no queue.");
            if (s_kept < MaxKept)
            {
                frame.Next = s_free;
                s_free = frame;
                s_kept++;
            }
        }
    }
}
