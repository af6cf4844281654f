namespace SocketPools.Forwarding;

/// <summary>Hears of a forwarder's connections: derive, override what is of interest, and set it as <see cref="SocketForwarderOptions.Observer"/>.</summary>
/// <remarks>
/// The methods run on the threads that forward, several at a time. What a method throws goes to
/// <see cref="Diagnostics.CallbackExceptions"/>.
/// </remarks>
public abstract class SocketForwarderObserver
{
    /// <summary>
    /// Is called when the listener has failed for good, or its pool was disposed: no further client is served. TCP connections that are open go on,
    /// and <see cref="SocketForwarder.Completion"/> fails with the same exception when the last of them has ended. UDP mappings end.
    /// </summary>
    /// <param name="forwarder">The forwarder.</param>
    /// <param name="exception">Why: a <see cref="PoolSocketException"/>, or an <see cref="ObjectDisposedException"/>.</param>
    public virtual void OnListenerFailed(SocketForwarder forwarder, Exception exception)
    {
    }

    /// <summary>Is called when the target has been reached and forwarding begins. For UDP: at the first datagram of a mapping.</summary>
    /// <param name="forwarder">The forwarder.</param>
    /// <param name="connection">The connection.</param>
    public virtual void OnOpened(SocketForwarder forwarder, ForwardedConnection connection)
    {
    }

    /// <summary>Is called when the target could not be reached, or a SOCKS client was refused. Forwarding has not begun.</summary>
    /// <param name="forwarder">The forwarder.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="exception">Why.</param>
    public virtual void OnFailed(SocketForwarder forwarder, ForwardedConnection connection, Exception exception)
    {
    }

    /// <summary>Is called at the end of a connection that was opened.</summary>
    /// <param name="forwarder">The forwarder.</param>
    /// <param name="connection">The connection, with the bytes of both directions.</param>
    /// <param name="exception">
    /// Null after the ends of both directions, and when a UDP mapping was idle. Else why it was cut: the reset of one side, which is passed on to
    /// the other; a <see cref="TimeoutException"/> for <see cref="SocketForwarderOptions.TcpIdleTimeout"/>; an
    /// <see cref="ObjectDisposedException"/> when the forwarder or a pool was disposed.
    /// </param>
    public virtual void OnClosed(SocketForwarder forwarder, ForwardedConnection connection, Exception? exception)
    {
    }
}
