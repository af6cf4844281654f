namespace SocketPools.Boards.Sockets;

/// <summary>What a stream socket of a board is.</summary>
internal enum StreamState
{
    /// <summary>Nothing yet, perhaps bound.</summary>
    New,
    /// <summary>A SYN is out, or would be.</summary>
    Connecting,
    /// <summary>Connected; the peer may have ended its side.</summary>
    Connected,
    /// <summary>It listens.</summary>
    Listening,
    /// <summary>Its connect failed, or its connection was reset.</summary>
    Failed,
}
