using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools.Telemetry;

/// <summary>What happened: each is one method of an observer.</summary>
internal enum NoticeKind
{
    Opened,
    Accepted,
    Closed,
    Connecting,
    Connected,
    ConnectFailed,
    LookedUp,
    LookupFailed,
    Exhausted,
    Leaked,
    CapacityWaitStarted,
    CapacityWaitEnded,
}

/// <summary>What an observer's method needs beside the pool; each uses some of it.</summary>
internal readonly record struct PoolEvent(
    NoticeKind Kind,
    SocketSlot? Slot = null,
    IPSocketAddress Remote = default,
    SocketCloseReason Reason = default,
    TimeSpan Elapsed = default,
    Exception? Error = null,
    AddressQuery? Query = null,
    SocketSnapshot? Snapshot = null,
    CapacityWait? Wait = null);
