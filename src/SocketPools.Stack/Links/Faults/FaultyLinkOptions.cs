namespace SocketPools.Stack.Links;

/// <summary>The seed, the clock and the faults of a <see cref="FaultyLink"/>.</summary>
public sealed record FaultyLinkOptions
{
    /// <summary>The seed of the random numbers: the same seed applies the same faults to the same frames.</summary>
    public int Seed { get; init; }

    /// <summary>The clock of all delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What happens to frames that are sent.</summary>
    public LinkFaults Outbound { get; init; } = LinkFaults.None;

    /// <summary>What happens to frames that are received.</summary>
    public LinkFaults Inbound { get; init; } = LinkFaults.None;

    /// <summary>The most frames that are queued in each direction, 1 or more. Frames beyond it are dropped and counted.</summary>
    public int MaxQueuedFrames { get; init => field = LinkLimits.CheckLimit(value); } = 65536;
}

/// <summary>What happened in one direction of a <see cref="FaultyLink"/>.</summary>
public sealed class FaultCounters
{
    /// <summary>Gets the number of frames that entered.</summary>
    public long FramesOffered { get; init; }

    /// <summary>Gets the number of frames lost by chance.</summary>
    public long FramesLost { get; init; }

    /// <summary>Gets the number of frames with a flipped bit.</summary>
    public long FramesCorrupted { get; init; }

    /// <summary>Gets the number of frames that were duplicated.</summary>
    public long FramesDuplicated { get; init; }

    /// <summary>Gets the number of frames delayed so that others overtake them.</summary>
    public long FramesReordered { get; init; }

    /// <summary>Gets the number of frames dropped because <see cref="LinkFaults.MaxQueuedBytes"/> was exceeded.</summary>
    public long DroppedByRate { get; init; }

    /// <summary>Gets the number of frames dropped because of <see cref="FaultyLinkOptions.MaxQueuedFrames"/>.</summary>
    public long DroppedByLimit { get; init; }

    /// <summary>Gets the number of frames that the inner link rejected.</summary>
    public long DroppedByLink { get; init; }

    /// <summary>Gets the number of frames that were passed on.</summary>
    public long FramesPassed { get; init; }

    /// <summary>Gets the number of frames marked CE (<see cref="LinkFaults.Congestion"/>).</summary>
    public long FramesMarked { get; init; }
}
