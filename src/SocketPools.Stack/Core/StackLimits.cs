namespace SocketPools.Stack.Core;

/// <summary>How much of everything there may be in a stack: see the properties of <c>StackOptions</c> with the same names.</summary>
internal sealed record StackLimits
{
    internal required int MaxNeighbors { get; init; }

    internal required int MaxPacketsPerNeighbor { get; init; }

    internal required int MaxReassemblies { get; init; }

    internal required int MaxFragmentBytes { get; init; }

    internal required int MaxErrorsPerSecond { get; init; }

    internal required int MaxOutgoingFrames { get; init; }

    internal required int MaxRoutes { get; init; }

    internal required int MaxGroupsPerSocket { get; init; }

    internal required int MaxRouterAdvertisedEntries { get; init; }

    internal required int MaxPathMtuEntries { get; init; }
}
