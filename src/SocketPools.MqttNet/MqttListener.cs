using System.Net;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;
using SocketPools.Radios;

namespace SocketPools.MqttNet;

/// <summary>One listening socket, and the loop that accepts.</summary>
internal sealed class MqttListener : IDisposable
{
    /// <summary>How long to wait after an accept has failed for want of something that others may give back.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly PoolSocket _socket;
    private readonly MqttServerTcpEndpointBaseOptions _endpoint;
    private readonly MqttServing _serving;
    private readonly MqttNetSourceLogger _logger;

    internal MqttListener(PoolSocket socket, MqttServerTcpEndpointBaseOptions endpoint, MqttServing serving, IMqttNetLogger logger)
    {
        (_socket, _endpoint, _serving) = (socket, endpoint, serving);
        _logger = logger.WithSource(nameof(PoolMqttServerAdapter));
        LocalEndPoint = socket.LocalEndPoint;
    }

    internal IPEndPoint LocalEndPoint { get; }

    public void Dispose() => _socket.Close();

    /// <summary>Accepts until it is stopped, the socket closed or the pool disposed.</summary>
    internal async Task AcceptAsync(CancellationToken stop)
    {
        _logger.Info("Listening at {0} (TLS={1})", LocalEndPoint, _endpoint is MqttServerTlsTcpEndpointOptions);
        try
        {
            while (true)
            {
                // Asked first, so that a full pool is waited for and not an error; somebody else may still be faster.
                await _socket.Pool.WaitForRoomAsync(stop).ConfigureAwait(false);
                if (await TryAcceptAsync(stop).ConfigureAwait(false) is { } socket)
                {
                    _ = Task.Run(() => _serving.RunAsync(socket, stop), CancellationToken.None);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or PoolSocketException { Errno: Errno.EBADF })
        {
            _logger.Verbose("No longer listening at {0}", LocalEndPoint);
        }
    }

    /// <summary>The next connection, or null after a failure that the next attempt may not have.</summary>
    private async Task<PoolSocket?> TryAcceptAsync(CancellationToken stop)
    {
        try
        {
            return await _socket.AcceptAsync(stop).ConfigureAwait(false);
        }
        catch (OutOfSocketsException)
        {
            return null; // the connection waits in the backlog
        }
        catch (PoolSocketException e) when (e.Errno == Errno.ECONNABORTED)
        {
            return null; // the peer has given up meanwhile
        }
        catch (PoolSocketException e) when (e.Errno != Errno.EBADF)
        {
            _logger.Error(e, "Accepting at {0} failed, and is tried again after a second", LocalEndPoint);
        }

        await Task.Delay(s_pause, _socket.Pool.Radio.TimeProvider, stop).ConfigureAwait(false);
        return null;
    }
}
