using System.Net.Sockets;
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
    OptionIgnored,
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
    CapacityWait? Wait = null,
    RefusedOption? Option = null);

/// <summary>An option that a radio refused, and the caller goes on without.</summary>
internal sealed record RefusedOption(SocketOptionLevel Level, SocketOptionName Name, Errno Errno);
