namespace SocketPools.Stack.Core;

/// <summary>Counters of one interface of a stack. They may be read at any time: <c>stackInterface.Counters.FramesSent</c>.</summary>
public sealed class InterfaceCounters
{
    private readonly long[] _drops = new long[Enum.GetValues<DropReason>().Length];
    private long _linkErrors;

    /// <summary>Frames taken from the link.</summary>
    public long FramesReceived { get; internal set; }

    /// <summary>The bytes of the frames taken from the link.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Frames that the link took.</summary>
    public long FramesSent { get; internal set; }

    /// <summary>The bytes of the frames that the link took.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Exceptions that the link has thrown.</summary>
    public long LinkErrors => Interlocked.Read(ref _linkErrors);

    /// <summary>How many packets that came or were to leave here were dropped for a reason.</summary>
    /// <param name="reason">The reason.</param>
    public long Dropped(DropReason reason) => Volatile.Read(ref _drops[(int)reason]);

    internal void NoteLinkError() => Interlocked.Increment(ref _linkErrors);

    internal void Drop(DropReason reason, int count) => _drops[(int)reason] += count;
}
