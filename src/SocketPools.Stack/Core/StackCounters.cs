namespace SocketPools.Stack.Core;

/// <summary>Counters of a whole stack. They may be read at any time: <c>radio.Counters.FramesSent</c>.</summary>
public sealed class StackCounters
{
    private readonly StackShards _shards;
    private readonly long[] _drops = new long[Enum.GetValues<DropReason>().Length];

    internal StackCounters(StackShards shards) => _shards = shards;

    /// <summary>Frames that the stack took from its links.</summary>
    public long FramesReceived => Sum(static shard => Volatile.Read(ref shard.FramesReceived));

    /// <summary>Frames that the stack gave to its links.</summary>
    public long FramesSent => Sum(static shard => Volatile.Read(ref shard.FramesSent));

    /// <summary>Packets for this stack, whole or put together.</summary>
    public long PacketsDelivered => Sum(static shard => Volatile.Read(ref shard.PacketsDelivered));

    /// <summary>Packets that were cut into fragments.</summary>
    public long PacketsFragmented { get; internal set; }

    /// <summary>Packets put together from fragments.</summary>
    public long PacketsReassembled { get; internal set; }

    /// <summary>ICMP and ICMPv6 error messages that the stack sent.</summary>
    public long IcmpErrorsSent { get; internal set; }

    /// <summary>How many packets were dropped for a reason.</summary>
    /// <param name="reason">The reason.</param>
    public long Dropped(DropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    /// <summary>How many packets were dropped in all.</summary>
    public long TotalDropped => _drops.Sum();

    /// <summary>Path MTUs that were forgotten because there were too many (<c>StackOptions.MaxPathMtuEntries</c>).</summary>
    public long PathMtuEvictions { get; internal set; }

    /// <summary>Groups that sockets were not let join because they have too many (<c>StackOptions.MaxGroupsPerSocket</c>).</summary>
    public long GroupJoinsRejected { get; internal set; }

    /// <summary>The interface whose frames are being looked at: what is dropped meanwhile is dropped there.</summary>
    internal InterfaceCounters? Receiving { get; set; }

    internal void Drop(DropReason reason, int count = 1, InterfaceCounters? one = null)
    {
        Interlocked.Add(ref _drops[(int)reason], count); // also where one shard is held alone
        (one ?? Receiving)?.Drop(reason, count);
    }

    private long Sum(Func<StackShard, long> read)
    {
        long sum = 0;
        foreach (StackShard shard in _shards.All)
        {
            sum += read(shard);
        }

        return sum;
    }
}
