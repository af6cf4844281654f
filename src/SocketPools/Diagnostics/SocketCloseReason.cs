namespace SocketPools.Diagnostics;

/// <summary>Why a socket was closed. Passed to <see cref="SocketPoolObserver.OnClosed"/>.</summary>
public enum SocketCloseReason
{
    /// <summary>The program closed the socket.</summary>
    Closed,
    /// <summary>It was collected without having been closed.</summary>
    Leaked,
    /// <summary>The pool of the socket was disposed.</summary>
    PoolDisposed,
    /// <summary>The program took the descriptor out: <see cref="PoolSocket.Detach"/>.</summary>
    Detached,
    /// <summary>An asynchronous connect was cancelled, so that the state of the connection is not known.</summary>
    ConnectCancelled,
    /// <summary>Its radio was switched off, and the pool goes on.</summary>
    RadioDisabled,
}
