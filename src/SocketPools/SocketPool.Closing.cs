using SocketPools.Radios;

namespace SocketPools;

// How long an orderly close of a connection may take.
public sealed partial class SocketPool
{

    /// <summary>
    /// How long the orderly close of a connection may hold the connection's place, 2 s by default. Streams, TLS, pipes, Kestrel and MQTT
    /// close in stages (RFC 9112, section 9.6): they send the end, read and discard what still arrives, and close when the peer has
    /// closed or the time is up. Without that, bytes that arrive at a closed connection reset it, and the peer loses what was not sent
    /// yet. <see cref="TimeSpan.Zero"/> closes at once. <see cref="PoolSocket.Close"/> always does.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than zero, or to more than 24.8 days.</exception>
    public TimeSpan LingerTimeout
    {
        get => _state.LingerTimeout;
        set => _state.LingerTimeout = CallTimeout.RequireFinite(value);
    }
}
