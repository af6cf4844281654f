namespace SocketPools.Stack.Links;

/// <summary>The seed, the clock and the faults of a <see cref="FaultyLink"/>.</summary>
public sealed record FaultyLinkOptions
{
    /// <summary>The seed of the random numbers: the same seed applies the same faults to the same frames.</summary>
    public ulong Seed { get; init; }

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
/// <param name="Offered">Frames that came.</param>
/// <param name="Lost">Frames lost by chance.</param>
/// <param name="Corrupted">Frames with a bit turned over.</param>
/// <param name="Duplicated">Frames that were made twice.</param>
/// <param name="Reordered">Frames held back for others to overtake.</param>
/// <param name="DroppedByRate">Frames lost because too many bytes waited for their turn.</param>
/// <param name="DroppedByLimit">Frames dropped because too many were on their way (<see cref="FaultyLinkOptions.MaxQueuedFrames"/>).</param>
/// <param name="DroppedByLink">Frames that the link inside refused.</param>
/// <param name="Passed">Frames that went on.</param>
public readonly record struct FaultCounters(
    long Offered,
    long Lost,
    long Corrupted,
    long Duplicated,
    long Reordered,
    long DroppedByRate,
    long DroppedByLimit,
    long DroppedByLink,
    long Passed)
{
    /// <summary>Frames that were marked CE (<see cref="LinkFaults.Congestion"/>).</summary>
    public long Marked { get; init; }
}
