using System.Diagnostics.CodeAnalysis;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>The outcome of <see cref="PoolSocket.TryAcceptAsync"/>: a connection, or why there is none.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Results are looked at, not compared.")]
public readonly struct AcceptResult
{
    internal AcceptResult(PoolSocket? socket, Errno errno) => (Socket, Errno) = (socket, errno);

    /// <summary>The connection, with a place of its own in the pool; null after a failure.</summary>
    public PoolSocket? Socket { get; }

    /// <summary>Why there is no connection, accept(2); EBADF when the socket or the pool is closed. None after a success.</summary>
    public Errno Errno { get; }
}
