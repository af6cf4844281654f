using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Inputs;

namespace SocketPools.Forwarding;

/// <summary>
/// Carries TCP connections and UDP datagrams from one pool to another, for programs and libraries that open their own sockets: a database driver
/// connects to a port on this computer, and its bytes travel over the sockets of a pool.
/// </summary>
/// <remarks>
/// <para>Each direction of a connection ends by itself (half-close). A reset is passed on as a reset. A peer that does not read slows down the one that
/// sends. Forwarding allocates nothing for each chunk or datagram.</para>
/// <para>A connection needs one socket of each pool. A forwarder that begins or ends on this computer has a <see cref="HostNetwork"/> of its own
/// for that side.</para>
/// <para>Every program that can reach the listening address can use the target. That is this computer alone unless another address is given.</para>
/// </remarks>
/// <example>
/// <code>
/// await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool, "db.lab", 5432);
/// string connection = $"Host=127.0.0.1;Port={forwarder.LocalEndPoint.Port};Username=lab";
/// </code>
/// </example>
public sealed class SocketForwarder : IDisposable, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ForwarderTally _tally;
    private readonly IForwarding _forwarding;
    private readonly SocketPool? _ownPool;
    private int _isDisposed;

    private SocketForwarder(SocketForwarderOptions options, SocketPool? ownPool, SocketPool targetPool, Func<ForwarderTally, IForwarding> start)
    {
        _ownPool = ownPool;
        _tally = new ForwarderTally(this, options.Observer);
        try
        {
            targetPool.ThrowIfDisposed();
            _forwarding = start(_tally);
        }
        catch
        {
            ownPool?.Dispose();
            throw;
        }

        LocalEndPoint = _forwarding.LocalEndPoint;
        Completion = RunAsync();
    }

    /// <summary>The address that it listens on, with the port that the system chose if it was 0.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// Ends when the forwarder was disposed and its last connection has ended. Ends with an exception when its listener has failed for good, or the
    /// listener's pool was disposed, and the connections that were open then have ended; <see cref="IsListening"/> and
    /// <see cref="SocketForwarderObserver.OnListenerFailed"/> say so at once.
    /// </summary>
    public Task Completion { get; }

    /// <summary>
    /// Whether it serves further clients: until it is disposed, its listener fails, or the listener's pool is disposed. A pause without free
    /// descriptors or places is no failure.
    /// </summary>
    public bool IsListening => Volatile.Read(ref _isDisposed) == 0 && _tally.ListenerError is null;

    /// <summary>Listens on this computer and connects over a pool: for a client that has no hook for its sockets.</summary>
    /// <param name="pool">The pool that reaches the target.</param>
    /// <param name="host">The target: a name, which the pool's radio looks up for each connection, or an address in digits.</param>
    /// <param name="port">The target's port, 1..65535.</param>
    /// <param name="options">Its settings; <see cref="SocketForwarderOptions.LocalEndPoint"/> is where it listens.</param>
    /// <exception cref="PoolSocketException">The address or the port cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">A pool is disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public static SocketForwarder FromLoopback(SocketPool pool, string host, int port, SocketForwarderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        SocketForwarderOptions settings = Prepare(options);
        ForwardTarget target = Target(host, port);
        return WithHost(settings, pool, (own, tally) => Create(own, settings.LocalEndPoint, pool, target, settings, tally));
    }

    /// <summary>Listens on a pool and connects to a port of this computer: for a server that has no hook for its sockets.</summary>
    /// <param name="pool">The pool that clients come from.</param>
    /// <param name="listen">Where to listen; port 0 takes a free one.</param>
    /// <param name="port">The port of 127.0.0.1 that the server listens on, 1..65535.</param>
    /// <param name="options">Its settings.</param>
    /// <exception cref="PoolSocketException">The address or the port cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">A pool is disposed.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public static SocketForwarder ToLoopback(SocketPool pool, IPEndPoint listen, int port, SocketForwarderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(listen);
        SocketForwarderOptions settings = Prepare(options);
        ForwardTarget target = Target(IPAddress.Loopback.ToString(), port);
        return WithHost(settings, pool, (own, tally) => Create(pool, listen, own, target, settings, tally));
    }

    /// <summary>Listens on one pool and connects over another, or over the same.</summary>
    /// <param name="listenPool">The pool that clients come from.</param>
    /// <param name="listen">Where to listen; port 0 takes a free one.</param>
    /// <param name="targetPool">The pool that reaches the target.</param>
    /// <param name="host">The target: a name, which the target pool's radio looks up for each connection, or an address in digits.</param>
    /// <param name="port">The target's port, 1..65535.</param>
    /// <param name="options">Its settings.</param>
    /// <exception cref="PoolSocketException">The address or the port cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">A pool is disposed.</exception>
    /// <exception cref="OutOfSocketsException">The pool has no place for the listener.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public static SocketForwarder Start(
        SocketPool listenPool, IPEndPoint listen, SocketPool targetPool, string host, int port, SocketForwarderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(listenPool);
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(targetPool);
        SocketForwarderOptions settings = Prepare(options);
        ForwardTarget target = Target(host, port);
        LimitToHalf(settings, listenPool, targetPool);
        return new SocketForwarder(settings, null, targetPool, tally => Create(listenPool, listen, targetPool, target, settings, tally));
    }

    /// <summary>
    /// Listens on this computer as a SOCKS5 server (RFC 1928) and does what clients ask over a pool: CONNECT and UDP ASSOCIATE, to IPv4 and IPv6
    /// addresses and to names, which the pool's radio looks up. BIND is refused.
    /// </summary>
    /// <param name="pool">The pool that reaches the targets.</param>
    /// <param name="options">Its settings; <see cref="SocketForwarderOptions.LocalEndPoint"/> is where it listens.</param>
    /// <exception cref="PoolSocketException">The address or the port cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">A pool is disposed.</exception>
    /// <exception cref="ArgumentException">The credentials are longer than SOCKS can carry, or empty.</exception>
    public static SocketForwarder StartSocks(SocketPool pool, SocketForwarderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        SocketForwarderOptions settings = Prepare(options);
        return WithHost(settings, pool, (own, tally) => CreateSocks(own, settings.LocalEndPoint, pool, settings, tally));
    }

    /// <summary>As <see cref="StartSocks(SocketPool, SocketForwarderOptions?)"/>, for clients of another pool.</summary>
    /// <param name="listenPool">The pool that clients come from.</param>
    /// <param name="listen">Where to listen; port 0 takes a free one.</param>
    /// <param name="targetPool">The pool that reaches the targets.</param>
    /// <param name="options">Its settings.</param>
    /// <exception cref="PoolSocketException">The address or the port cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">A pool is disposed.</exception>
    /// <exception cref="ArgumentException">The credentials are longer than SOCKS can carry, or empty.</exception>
    public static SocketForwarder StartSocks(SocketPool listenPool, IPEndPoint listen, SocketPool targetPool, SocketForwarderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(listenPool);
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(targetPool);
        SocketForwarderOptions settings = Prepare(options);
        LimitToHalf(settings, listenPool, targetPool);
        return new SocketForwarder(settings, null, targetPool, tally => CreateSocks(listenPool, listen, targetPool, settings, tally));
    }

    /// <summary>Returns what it has done since its start.</summary>
    public ForwarderCounters GetCounters() => _tally.Read();

    /// <summary>Stops listening and resets all connections. It does not wait for them: <see cref="DisposeAsync"/> does.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _stop.Cancel();
        }
    }

    /// <summary>Stops listening, resets all connections, and waits until their sockets are closed.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Returns the address and the number of connections: <c>127.0.0.1:5432, 3 connections</c>.</summary>
    public override string ToString() => $"{LocalEndPoint}, {_tally.Read().ActiveConnections} connections";

    private static IForwarding Create(
        SocketPool listenPool, IPEndPoint listen, SocketPool targetPool, ForwardTarget target, SocketForwarderOptions options, ForwarderTally tally) =>
        options.Protocol == ProtocolType.Udp
            ? new DatagramForwarder(listenPool, listen, targetPool, target, options, tally)
            : new StreamForwarder(listenPool, listen, targetPool, new FixedTargetSession(target), options, tally);

    private static StreamForwarder CreateSocks(
        SocketPool listenPool, IPEndPoint listen, SocketPool targetPool, SocketForwarderOptions options, ForwarderTally tally) =>
        new(listenPool, listen, targetPool, new SocksSession(SocksCredentials.From(options.Credentials)), options, tally);

    /// <summary>For a side on this computer: a radio of its own, so that it takes no places from others.</summary>
    private static SocketForwarder WithHost(SocketForwarderOptions options, SocketPool pool, Func<SocketPool, ForwarderTally, IForwarding> create)
    {
        // The listener, and of SOCKS an association's two sockets.
        HostNetwork host = new();
        host.MaxSockets = (int)Math.Min(host.MaxSocketsLimit, (2L * options.MaxConnections) + 1);
        SocketPool own = new(host);
        return new SocketForwarder(options, own, pool, tally => create(own, tally));
    }

    private static SocketForwarderOptions Prepare(SocketForwarderOptions? options) => options?.Copy() ?? new SocketForwarderOptions();

    /// <summary>With one pool, clients that were accepted must not take the places that their targets need.</summary>
    private static void LimitToHalf(SocketForwarderOptions options, SocketPool listenPool, SocketPool targetPool)
    {
        if (ReferenceEquals(listenPool.Radio, targetPool.Radio))
        {
            options.MaxConnections = Math.Clamp((listenPool.MaxSockets - 1) / 2, 1, options.MaxConnections);
        }
    }

    private static ForwardTarget Target(string host, int port, [CallerArgumentExpression(nameof(port))] string name = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        PortNumber.ThrowIfInvalid(port);
        ArgumentOutOfRangeException.ThrowIfZero(port, name);
        return new ForwardTarget(host, port);
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.Yield();
            await _forwarding.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _forwarding.Dispose();
            _ownPool?.Dispose();
        }
    }
}
