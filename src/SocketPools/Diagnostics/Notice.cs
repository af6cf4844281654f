using SocketPools.Radios;

namespace SocketPools.Diagnostics;

/// <summary>What an observer's method needs beside the pool; each uses some of it.</summary>
internal readonly record struct Notice(
    SocketSlot? Slot = null,
    IPSocketAddress Remote = default,
    SocketCloseReason Reason = default,
    TimeSpan Elapsed = default,
    Exception? Error = null,
    AddressQuery? Query = null,
    SocketSnapshot? Snapshot = null);
