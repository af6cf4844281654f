using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Diagnostics;

/// <summary>The state of a socket as the pool knows it, for diagnostics. See <see cref="PoolSocket.State"/>.</summary>
public enum SocketState
{
    /// <summary>The socket was created and not used yet.</summary>
    Created,
    /// <summary>The socket is bound to a local address.</summary>
    Bound,
    /// <summary>The socket listens for connections.</summary>
    Listening,
    /// <summary>A connect was started and has not been seen to end.</summary>
    Connecting,
    /// <summary>The socket is connected to a peer.</summary>
    Connected,
    /// <summary>The socket was closed or disposed.</summary>
    Closed,
}

/// <summary>
/// One line of the pool's table: a socket as it was at one moment. Returned by <see cref="SocketPool.GetOpenSockets"/> and
/// <see cref="PoolSocket.GetSnapshot"/>.
/// </summary>
public sealed class SocketSnapshot
{
    /// <summary>Gets the number of the socket in the pool, counted from 1 and never used again.</summary>
    public required long Id { get; init; }

    /// <summary>Gets the family: InterNetwork or InterNetworkV6.</summary>
    public AddressFamily Family { get; init; }

    /// <summary>Gets the type: Stream, Dgram or Raw.</summary>
    public SocketType Type { get; init; }

    /// <summary>Gets the protocol of the socket.</summary>
    public ProtocolType Protocol { get; init; }

    /// <summary>Gets the state of the socket.</summary>
    public required SocketState State { get; init; }

    /// <summary>Gets the local address; without a value if it has none.</summary>
    public IPSocketAddress Local { get; init; }

    /// <summary>Gets the peer's address; without a value if it has none.</summary>
    public IPSocketAddress Remote { get; init; }

    /// <summary>Gets the time since the socket was created.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Gets the source line that created it, if the pool tracked callers then; else null.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Gets the call stack that created it, if the pool tracked callers then; else null.</summary>
    public string? CreationStack { get; init; }
}

/// <summary>A socket was collected without having been closed. The argument of <see cref="SocketPool.SocketLeaked"/>.</summary>
/// <param name="socket">The socket as it was.</param>
public sealed class SocketLeakedEventArgs(SocketSnapshot socket) : EventArgs
{
    /// <summary>The socket as it was.</summary>
    public SocketSnapshot Socket { get; } = socket;
}
