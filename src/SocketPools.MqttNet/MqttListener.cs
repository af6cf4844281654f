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
            // Neither a full pool nor a failure is an exception here: a server has both every day.
            while (await _socket.AcceptWhenRoomAsync(stop).ConfigureAwait(false) is { Errno: not Errno.EBADF } accepted)
            {
                if (accepted.Socket is { } socket)
                {
                    _ = Task.Run(() => _serving.RunAsync(socket, stop), CancellationToken.None);
                }
                else if (accepted.Errno != Errno.ECONNABORTED)
                {
                    PoolSocketException failure = _socket.Failure(accepted.Errno, "accept", Deadline.Never);
                    _logger.Error(failure, "Accepting at {0} failed, and is tried again after a second", LocalEndPoint);
                    await Task.Delay(s_pause, _socket.Pool.Radio.TimeProvider, stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }

        _logger.Verbose("No longer listening at {0}", LocalEndPoint);
    }
}
