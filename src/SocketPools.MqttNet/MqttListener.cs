using System.Net;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;
using SocketPools.Radios;
using SocketPools.Serving;

namespace SocketPools.MqttNet;

/// <summary>One listening socket, and the loop that accepts.</summary>
internal sealed class MqttListener : IDisposable
{
    private readonly PoolSocket _socket;
    private readonly MqttServerTcpEndpointBaseOptions _endpoint;
    private readonly MqttConnectionHandler _serving;
    private readonly MqttNetSourceLogger _logger;
    private readonly AcceptRecovery _recovery;

    internal MqttListener(PoolSocket socket, MqttServerTcpEndpointBaseOptions endpoint, MqttConnectionHandler serving, IMqttNetLogger logger)
    {
        (_socket, _endpoint, _serving) = (socket, endpoint, serving);
        _logger = logger.WithSource(nameof(PoolMqttServerAdapter));
        LocalEndPoint = socket.LocalEndPoint;
        _recovery = new AcceptRecovery(socket.Pool.Radio.TimeProvider);
    }

    internal IPEndPoint LocalEndPoint { get; }

    public void Dispose() => _socket.Close();

    /// <summary>Accepts until it is stopped, the socket closed or the pool disposed.</summary>
    internal async Task AcceptAsync(CancellationToken stop)
    {
        _logger.Info("Listening at {0} (TLS={1})", LocalEndPoint, _endpoint is MqttServerTlsTcpEndpointOptions);
        try
        {
            while (await AcceptOneAsync(stop).ConfigureAwait(false))
            {
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped.
        }

        _recovery.Dispose();
        _logger.Verbose("No longer listening at {0}", LocalEndPoint);
    }

    /// <summary>Neither a full pool nor a failure is an exception here: a server has both every day.</summary>
    /// <returns>Whether to go on; false when the socket or the pool is closed.</returns>
    private async ValueTask<bool> AcceptOneAsync(CancellationToken stop)
    {
        Errno errno;
        try
        {
            if (_recovery.IsNearLimit)
            {
                return await PauseAsync(Errno.EMFILE, stop).ConfigureAwait(false);
            }

            AcceptResult accepted = await _socket.TryAcceptAsync(stop).ConfigureAwait(false);
            if (accepted.Socket is { } socket)
            {
                Serve(socket, stop);
                return true;
            }

            errno = accepted.Errno;
        }
        catch (OutOfMemoryException)
        {
            errno = Errno.ENOMEM; // a thread that could not be started is one, too
        }

        switch (AcceptRecovery.Classify(errno))
        {
            case AcceptFailure.Connection:
            case AcceptFailure.Network when !_recovery.MustPauseForNetwork():
                _logger.Verbose("A connection to {0} was gone before it was accepted: {1}", LocalEndPoint, errno);
                return true;
            case AcceptFailure.Listener:
                if (errno != Errno.EBADF)
                {
                    _logger.Error(_socket.CreateException(errno, "accept", Deadline.Never), "Accepting at {0} has ended", LocalEndPoint);
                }

                return false;
            default:
                return await PauseAsync(errno, stop).ConfigureAwait(false);
        }
    }

    /// <returns>Whether to go on, which is so.</returns>
    private async ValueTask<bool> PauseAsync(Errno errno, CancellationToken stop)
    {
        if (AcceptRecovery.Classify(errno) == AcceptFailure.Exhaustion)
        {
            _recovery.ReleaseReserve();
        }

        if (!_recovery.IsPaused)
        {
            _logger.Error(_socket.CreateException(errno, "accept", Deadline.Never), "Accepting at {0} failed, and is tried again", LocalEndPoint);
        }

        await _recovery.PauseAsync(stop).ConfigureAwait(false);
        return true;
    }

    private void Serve(PoolSocket socket, CancellationToken stop)
    {
        try
        {
            _recovery.Succeed(socket.Descriptor);
            _ = Task.Run(() => _serving.RunAsync(socket, stop), CancellationToken.None);
        }
        catch
        {
            socket.Close();
            throw;
        }
    }
}
