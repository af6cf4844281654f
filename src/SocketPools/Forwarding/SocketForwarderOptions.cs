using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>The settings of a <see cref="SocketForwarder"/>. Changes after its start have no effect.</summary>
public sealed class SocketForwarderOptions
{
    /// <summary>
    /// Tcp (the default) or Udp. Ignored for SOCKS, which has both.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to another protocol.</exception>
    public ProtocolType Protocol
    {
        get;
        set => field = value is ProtocolType.Tcp or ProtocolType.Udp ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A forwarder is for TCP or for UDP.");
    } = ProtocolType.Tcp;

    /// <summary>
    /// Where a forwarder listens on this computer: 127.0.0.1, with a port that the system chooses. <see cref="SocketForwarder.ToLoopback"/> and
    /// <see cref="SocketForwarder.Start"/> take an argument instead.
    /// </summary>
    public IPEndPoint LocalEndPoint
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new(IPAddress.Loopback, 0);

    /// <summary>
    /// How many connections, or UDP mappings, there are at once at most: 128, 1 or more. Further connections wait in the backlog; datagrams that
    /// would need another mapping are dropped. Where both sides use one pool, half of its budget is the limit if that is less.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int MaxConnections
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 128;

    /// <summary>
    /// How long reaching the target may take: 10 s. Lookup, the wait for a place in a full pool and all attempts share it. The handshake of SOCKS
    /// has the same time beside it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or above 24.8 days.</exception>
    public TimeSpan ConnectTimeout
    {
        get;
        set => field = RequirePositive(value);
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a TCP connection may be silent in both directions before it is reset. <see cref="Timeout.InfiniteTimeSpan"/>, the default, sets no
    /// limit. It ends after once to twice this time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or above 24.8 days.</exception>
    public TimeSpan TcpIdleTimeout
    {
        get;
        set => field = value == Timeout.InfiniteTimeSpan ? value : RequirePositive(value);
    } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How long a UDP mapping lives without a datagram in either direction: 2 minutes, the least of RFC 4787, section 4.3. It ends after once to
    /// twice this time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or above 24.8 days.</exception>
    public TimeSpan UdpIdleTimeout
    {
        get;
        set => field = RequirePositive(value);
    } = TimeSpan.FromMinutes(2);

    /// <summary>The bytes that one direction of a TCP connection receives at once: 65,536, from 1,024 to 16 Mi.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int BufferSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1024);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16 * 1024 * 1024);
            field = value;
        }
    } = 64 * 1024;

    /// <summary>
    /// The user name and the password that a SOCKS client has to give (RFC 1929), each 1 to 255 bytes of UTF-8. Null, the default, asks for none.
    /// They travel in clear text.
    /// </summary>
    public NetworkCredential? Credentials { get; set; }

    /// <summary>Hears of connections as they come and go.</summary>
    public SocketForwarderObserver? Observer { get; set; }

    internal SocketForwarderOptions Copy() => (SocketForwarderOptions)MemberwiseClone();

    private static TimeSpan RequirePositive(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, CallTimeout.Max);
        return value;
    }
}
