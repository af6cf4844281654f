namespace SocketPools.Stack.Tcp;

/// <summary>
/// When connections use explicit congestion notification (RFC 3168): <c>net.ipv4.tcp_ecn</c> of Linux, with its numbers. See
/// <see cref="TcpOptions.Ecn"/>.
/// </summary>
public enum TcpEcn
{
    /// <summary>Connections do not use ECN.</summary>
    Disabled = 0,
    /// <summary>It is asked for when connecting, and accepted from peers that ask.</summary>
    Enabled = 1,
    /// <summary>It is accepted from peers that ask, and not asked for.</summary>
    Accepted = 2,
}
