using System.Net.Security;
using System.Security.Authentication;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Server;
using SocketPools.Streams;

namespace SocketPools.MqttNet;

/// <summary>Serves the connections of one endpoint: settings, TLS, and then MQTTnet's own handling until the end.</summary>
internal sealed class MqttConnectionHandler(
    MqttServerOptions options,
    MqttServerTcpEndpointBaseOptions endpoint,
    ConnectionGroup connections,
    IMqttNetLogger logger,
    Func<IMqttChannelAdapter, Task> serve)
{
    private readonly MqttNetSourceLogger _logger = logger.WithSource(nameof(PoolMqttServerAdapter));

    /// <summary>Serves a connection and closes it.</summary>
    internal async Task RunAsync(PoolSocket socket, CancellationToken stop)
    {
        if (!connections.TryAdd(socket))
        {
            return;
        }

        string peer = socket.ToString();
        try
        {
            socket.Apply(endpoint);
            using MqttConnection connection = new(
                socket, await EncryptAsync(socket, stop).ConfigureAwait(false), MqttConnection.DefaultBufferSize, completesPackets: true);
            connections.Establish(socket, connection);
            await ServeAsync(connection).ConfigureAwait(false);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Everything was closed under it.
        }
        catch (Exception e) when (e is IOException or PoolSocketException or AuthenticationException or MqttCommunicationException)
        {
            _logger.Warning(e, "The connection of {0} ended early", peer);
        }
        catch (Exception e)
        {
            _logger.Error(e, "Serving {0} failed", peer);
        }
        finally
        {
            connections.Remove(socket);
        }
    }

    private async Task ServeAsync(MqttConnection connection)
    {
        MqttBufferWriter writer = new(options.WriterBufferSize, options.WriterBufferSizeMax);
        using PoolMqttChannel channel = new(connection);
        using MqttChannelAdapter adapter = new(channel, new MqttPacketFormatterAdapter(writer), logger)
        {
            AllowPacketFragmentation = endpoint.AllowPacketFragmentation,
        };
        await serve(adapter).ConfigureAwait(false);
    }

    private async Task<SslStream?> EncryptAsync(PoolSocket socket, CancellationToken stop)
    {
        if (endpoint is not MqttServerTlsTcpEndpointOptions tls)
        {
            return null;
        }

        SslServerAuthenticationOptions authentication = MqttTls.ForServer(tls);
        TimeSpan limit = options.DefaultCommunicationTimeout;
        socket.Timeout = limit > TimeSpan.Zero && limit.TotalMilliseconds <= int.MaxValue ? limit : null;
        SslStream secure = await socket.AuthenticateAsServerAsync(authentication, stop).ConfigureAwait(false);
        socket.Timeout = null;
        return secure;
    }
}
