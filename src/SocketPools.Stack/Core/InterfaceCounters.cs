using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Core;

/// <summary>Counters of one interface of a stack. They may be read at any time: <c>stackInterface.Counters.FramesSent</c>.</summary>
public sealed class InterfaceCounters
{
    private readonly long[] _drops = new long[Enum.GetValues<DropReason>().Length];
    private FrameCounts[] _counts = [new FrameCounts()];
    private long _linkErrors;

    internal InterfaceCounters()
    {
    }

    /// <summary>Frames taken from the link.</summary>
    public long FramesReceived => Sum(static counts => Volatile.Read(ref counts.FramesReceived));

    /// <summary>The bytes of the frames taken from the link.</summary>
    public long BytesReceived => Sum(static counts => Volatile.Read(ref counts.BytesReceived));

    /// <summary>Frames that the link took.</summary>
    public long FramesSent => Sum(static counts => Volatile.Read(ref counts.FramesSent));

    /// <summary>The bytes of the frames that the link took.</summary>
    public long BytesSent => Sum(static counts => Volatile.Read(ref counts.BytesSent));

    /// <summary>Exceptions that the link has thrown.</summary>
    public long LinkErrors => Interlocked.Read(ref _linkErrors);

    /// <summary>How many packets that came or were to leave here were dropped for a reason.</summary>
    /// <param name="reason">The reason.</param>
    public long Dropped(DropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    /// <summary>What the first shard's threads count.</summary>
    internal FrameCounts Main => _counts[0];

    /// <summary>Counts for one more shard. With the gate held.</summary>
    internal FrameCounts Add()
    {
        FrameCounts added = new();
        Volatile.Write(ref _counts, [.. _counts, added]);
        return added;
    }

    internal void NoteLinkError() => Interlocked.Increment(ref _linkErrors);

    internal void Drop(DropReason reason, int count) => Interlocked.Add(ref _drops[(int)reason], count);

    private long Sum(Func<FrameCounts, long> read)
    {
        long sum = 0;
        foreach (FrameCounts counts in Volatile.Read(ref _counts))
        {
            sum += read(counts);
        }

        return sum;
    }

    /// <summary>What one shard's threads have counted; they alone write it.</summary>
    internal sealed class FrameCounts
    {
        internal long FramesReceived;
        internal long BytesReceived;
        internal long FramesSent;
        internal long BytesSent;
        internal CacheLinePadding Padding;
    }
}
