using System.Net;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;

namespace SocketPools.MqttNet;

/// <summary>
/// Gives MQTTnet's server connections from a pool: hand it to <see cref="MqttServerFactory"/> (beside other adapters, if you
/// like), or use <see cref="PoolMqttExtensions.CreateMqttServer(MqttServerFactory, MqttServerOptions, SocketPool)"/>.
/// </summary>
/// <remarks>
/// <para>Both endpoints of the options hold, with all of their settings. Each listens once per family, on the same port, and
/// takes one place of the pool for it; IPAddress.None switches a family off, and a radio without IPv6 goes without. Port 0
/// takes a free one: the options' Port and <see cref="LocalEndPoints"/> show which.</para>
/// <para>When the pool is full, accepting pauses and resumes: connections wait in the backlog, and none is refused. When the
/// host has no descriptors left it is tried again after a second of the radio's clock. A TLS handshake has the options'
/// DefaultCommunicationTimeout.</para>
/// </remarks>
/// <param name="pool">The pool.</param>
public sealed class PoolMqttServerAdapter(SocketPool pool) : IMqttServerAdapter
{
    private readonly SocketPool _pool = pool ?? throw new ArgumentNullException(nameof(pool));
    private MqttServerSession? _listening;

    /// <summary>Serves a connection until it ends; set by the server.</summary>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>Where the server listens, the plain endpoint before the TLS one and IPv4 before IPv6; empty when it is stopped.</summary>
    public IReadOnlyList<IPEndPoint> LocalEndPoints => _listening?.LocalEndPoints ?? [];

    /// <summary>Binds the endpoints and begins to accept; called by the server.</summary>
    /// <param name="options">The server's options. A Port of 0 is replaced by the port that was bound.</param>
    /// <param name="logger">Takes what the adapter has to say.</param>
    /// <exception cref="InvalidOperationException">It is started already.</exception>
    /// <exception cref="ArgumentException">The TLS endpoint has no certificate.</exception>
    /// <exception cref="PoolSocketException">EADDRINUSE, EADDRNOTAVAIL, EACCES; bind(2).</exception>
    /// <exception cref="OutOfSocketsException">The pool has no place for the listening sockets.</exception>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        if (_listening is not null)
        {
            throw new InvalidOperationException("The server is started already.");
        }

        _listening = MqttServerSession.Start(_pool, options, logger, ServeAsync);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops to accept and closes every connection in order, within the pool's <see cref="SocketPool.LingerTimeout"/>: packets that are on
    /// their way to clients still arrive. When the task has ended, no socket of it is open any more.
    /// </summary>
    public Task StopAsync() => TakeListening()?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    /// <summary>Stops without lingering: when it returns, no socket of it is open any more.</summary>
    public void Dispose() => TakeListening()?.Abort();

    private MqttServerSession? TakeListening()
    {
        MqttServerSession? listening = _listening;
        _listening = null;
        return listening;
    }

    private Task ServeAsync(IMqttChannelAdapter client) => ClientHandler?.Invoke(client) ?? Task.CompletedTask;
}
