using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Telemetry;

/// <summary>What telemetry knows of a pool.</summary>
internal interface IObservedPool
{
    Radio Radio { get; }

    /// <summary>The radio's clock, as it was when the pool was made.</summary>
    TimeProvider Clock { get; }

    int MaxSockets { get; }

    int OpenCount { get; }

    int HighWaterMark { get; }

    /// <summary>How many calls wait for a place.</summary>
    int CapacityWaitCount { get; }

    /// <summary>Whether the pool has observers.</summary>
    bool IsObserved { get; }

    /// <summary>The attributes of a socket's kind.</summary>
    SocketTags TagsOf(RadioSocket socket);

    /// <summary>Calls every observer of the pool. What one of them throws is reported.</summary>
    void Notify(in PoolEvent notice);
}
