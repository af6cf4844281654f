namespace SocketPools.Stack.Tcp;

/// <summary>The states of RFC 9293, section 3.3.2. LISTEN is a <see cref="TcpListener"/>.</summary>
internal enum TcpState : byte
{
    Closed,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
}

/// <summary>What a state allows.</summary>
internal static class TcpStates
{
    /// <summary>As the RFC prints it.</summary>
    internal static string Name(this TcpState state) => state switch
    {
        TcpState.Closed => "CLOSED",
        TcpState.SynSent => "SYN-SENT",
        TcpState.SynReceived => "SYN-RECEIVED",
        TcpState.Established => "ESTABLISHED",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.Closing => "CLOSING",
        TcpState.LastAck => "LAST-ACK",
        _ => "TIME-WAIT",
    };

    /// <summary>Whether the handshake is done.</summary>
    internal static bool IsSynchronized(this TcpState state) => state >= TcpState.Established;

    /// <summary>Whether the user may still add bytes.</summary>
    internal static bool MaySend(this TcpState state) => state is TcpState.Established or TcpState.CloseWait;

    /// <summary>Whether bytes that were added, and FIN, may still have to be sent.</summary>
    internal static bool MayTransmit(this TcpState state) =>
        state is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck;

    /// <summary>Whether text may still come: the peer has not sent its FIN.</summary>
    internal static bool MayReceive(this TcpState state) => state is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;
}
