using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;

namespace SocketPools.Stack.Interfaces;

/// <summary>The frames of one shard that leave by one interface.</summary>
/// <param name="shard">The shard.</param>
/// <param name="counts">What its threads count.</param>
internal sealed class InterfaceLine(StackShard shard, InterfaceCounters.FrameCounts counts)
{
    /// <summary>Frames that leave when the lock is free. Guarded by the shard's lock.</summary>
    internal FrameQueue Outgoing;

    /// <summary>Frames that leave by and by, taken from <see cref="Outgoing"/>. The thread that drives the shard owns them.</summary>
    internal FrameQueue Leaving;
    internal CacheLinePadding Padding;

    internal StackShard Shard { get; } = shard;

    internal InterfaceCounters.FrameCounts Counts { get; } = counts;
}
