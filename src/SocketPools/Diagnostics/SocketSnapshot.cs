using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Diagnostics;

/// <summary>The state of a socket as the pool knows it, for diagnostics. See <see cref="PoolSocket.State"/>.</summary>
public enum SocketState
{
    /// <summary>Made, not used yet.</summary>
    Created,
    /// <summary>Bound to an address.</summary>
    Bound,
    /// <summary>Waits for connections.</summary>
    Listening,
    /// <summary>A connect was started and has not been seen to end.</summary>
    Connecting,
    /// <summary>Has a peer.</summary>
    Connected,
    /// <summary>Closed.</summary>
    Closed,
}

/// <summary>
/// One line of the pool's table: a socket as it was at one moment. Returned by <see cref="SocketPool.GetOpenSockets"/> and
/// <see cref="PoolSocket.GetSnapshot"/>.
/// </summary>
/// <param name="Id">Its number in the pool, counted from 1 and never used again.</param>
/// <param name="Family">InterNetwork or InterNetworkV6.</param>
/// <param name="Type">Stream, Dgram or Raw.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Local">Its own address, without a value if it has none.</param>
/// <param name="Remote">Its peer, without a value if it has none.</param>
/// <param name="Age">How long ago it was made.</param>
/// <param name="CreatedBy">The line that made it, if the pool tracked callers then; else null.</param>
/// <param name="CreationStack">The whole call stack that made it, if the pool tracked callers then; else null.</param>
public sealed record SocketSnapshot(
    long Id,
    AddressFamily Family,
    SocketType Type,
    ProtocolType Protocol,
    SocketState State,
    IPSocketAddress Local,
    IPSocketAddress Remote,
    TimeSpan Age,
    string? CreatedBy,
    string? CreationStack);

/// <summary>A socket was collected without having been closed. The argument of <see cref="SocketPool.SocketLeaked"/>.</summary>
/// <param name="socket">The socket as it was.</param>
public sealed class SocketLeakedEventArgs(SocketSnapshot socket) : EventArgs
{
    /// <summary>The socket as it was.</summary>
    public SocketSnapshot Socket { get; } = socket;
}
