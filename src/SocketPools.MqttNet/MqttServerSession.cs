using System.Net;
using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;
using SocketPools.Radios;

namespace SocketPools.MqttNet;

/// <summary>The time between a start and a stop of a server: its listeners, their loops, and the sockets of its connections.</summary>
internal sealed class MqttServerSession : IAsyncDisposable
{
    /// <summary>How often a free port is tried that turns out to be taken in the other family.</summary>
    private const int PortAttempts = 16;

    private readonly SocketPool _pool;
    private readonly MqttServerOptions _options;
    private readonly IMqttNetLogger _logger;
    private readonly Func<IMqttChannelAdapter, Task> _serve;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConnectionGroup _connections = new();
    private readonly List<MqttListener> _listeners = [];
    private readonly List<Task> _loops = [];

    private MqttServerSession(SocketPool pool, MqttServerOptions options, IMqttNetLogger logger, Func<IMqttChannelAdapter, Task> serve) =>
        (_pool, _options, _logger, _serve) = (pool, options, logger, serve);

    internal IReadOnlyList<IPEndPoint> LocalEndPoints => [.. _listeners.Select(listener => listener.LocalEndPoint)];

    /// <summary>Binds all endpoints, or none, and begins to accept.</summary>
    internal static MqttServerSession Start(
        SocketPool pool, MqttServerOptions options, IMqttNetLogger logger, Func<IMqttChannelAdapter, Task> serve)
    {
        MqttServerSession listening = new(pool, options, logger, serve);
        try
        {
            if (options.DefaultEndpointOptions is { IsEnabled: true } plain)
            {
                listening.Listen(plain);
            }

            if (options.TlsEndpointOptions is { IsEnabled: true } tls)
            {
                if (tls.CertificateProvider is null)
                {
                    throw new ArgumentException("The TLS endpoint of the options has no certificate.", nameof(options));
                }

                listening.Listen(tls);
            }
        }
        catch
        {
            listening._listeners.ForEach(listener => listener.Dispose());
            throw;
        }

        CancellationToken stop = listening._stop.Token;
        listening._loops.AddRange(listening._listeners.Select(listener => Task.Run(() => listener.AcceptAsync(stop), CancellationToken.None)));
        return listening;
    }

    /// <summary>
    /// Stops. Established connections are closed in order, within the pool's <see cref="SocketPool.LingerTimeout"/>. When the task has
    /// ended, all sockets are closed and the loops have ended.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Task cancel = _stop.CancelAsync();
        _listeners.ForEach(listener => listener.Dispose());
        await _connections.CloseAsync().ConfigureAwait(false);
        await cancel.ConfigureAwait(false);

        // The loops run none of the user's code, so they end at once. The thread that serves a connection may be the one that stops.
        await Task.WhenAll(_loops).ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Stops without lingering: all sockets are closed when the call returns.</summary>
    internal void Abort()
    {
        _connections.Close();
        _ = DisposeAsync().AsTask();
    }

    private void Listen(MqttServerTcpEndpointBaseOptions endpoint)
    {
        for (int attempt = 1; !TryListen(endpoint, mayTryAgain: attempt < PortAttempts); attempt++)
        {
        }
    }

    /// <summary>Binds both families to one port. False when the port that the system chose for one is taken in the other.</summary>
    private bool TryListen(MqttServerTcpEndpointBaseOptions endpoint, bool mayTryAgain)
    {
        int port = endpoint.Port;
        MqttListener? first = null;
        if (!endpoint.BoundInterNetworkAddress.Equals(IPAddress.None))
        {
            first = Open(endpoint, new IPEndPoint(endpoint.BoundInterNetworkAddress, port));
            port = first.LocalEndPoint.Port;
        }

        if (!endpoint.BoundInterNetworkV6Address.Equals(IPAddress.None))
        {
            try
            {
                port = Open(endpoint, new IPEndPoint(endpoint.BoundInterNetworkV6Address, port)).LocalEndPoint.Port;
            }
            catch (PoolSocketException e) when (e.Errno == Errno.EADDRINUSE && first is not null && endpoint.Port == 0 && mayTryAgain)
            {
                _listeners.Remove(first);
                first.Dispose();
                return false;
            }
            catch (PoolSocketException e) when (
                e.Errno is Errno.EAFNOSUPPORT or Errno.EADDRNOTAVAIL && first is not null && endpoint.BoundInterNetworkV6Address.Equals(IPAddress.IPv6Any))
            {
                _logger.WithSource(nameof(PoolMqttServerAdapter)).Warning(e, "The radio {0} has no IPv6: listening at {1} only", _pool.Radio.Name, first.LocalEndPoint);
            }
        }

        endpoint.Port = port;
        return true;
    }

    // As the BCL does it: a server that starts again finds its port, although old connections still linger on it. It is a default, so a
    // radio without this option serves as well.
    private static void ReuseAddressWherePossible(PoolSocket socket) =>
        _ = socket.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1);

    private MqttListener Open(MqttServerTcpEndpointBaseOptions endpoint, IPEndPoint local)
    {
        PoolSocket socket = _pool.CreateSocket(local.AddressFamily);
        try
        {
            if (local.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, true);
            }

            if (endpoint.ReuseAddress)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }
            else if (!OperatingSystem.IsWindows())
            {
                ReuseAddressWherePossible(socket);
            }

            socket.Bind(local);
            socket.Listen(endpoint.ConnectionBacklog);
            MqttListener listener = new(socket, endpoint, new MqttConnectionHandler(_options, endpoint, _connections, _logger, _serve), _logger);
            _listeners.Add(listener);
            return listener;
        }
        catch
        {
            socket.Close();
            throw;
        }
    }
}
