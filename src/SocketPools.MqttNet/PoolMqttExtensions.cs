using MQTTnet;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.LowLevelClient;
using MQTTnet.Server;

namespace SocketPools.MqttNet;

/// <summary>Makes MQTTnet's client and server use a pool, in one call each: <c>new MqttClientFactory().CreateMqttClient(pool)</c>.</summary>
public static class PoolMqttExtensions
{
    /// <summary>Makes a client whose connections come from a pool; everything else is MQTTnet's.</summary>
    /// <param name="factory">MQTTnet's factory.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>The client. What its options mean on a pool: <see cref="PoolMqttClientAdapterFactory"/>.</returns>
    /// <example>
    /// <code>using IMqttClient client = new MqttClientFactory().CreateMqttClient(pool);</code>
    /// </example>
    public static IMqttClient CreateMqttClient(this MqttClientFactory factory, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.CreateMqttClient(new PoolMqttClientAdapterFactory(pool));
    }

    /// <summary>Creates a client on a pool, with a logger.</summary>
    /// <param name="factory">MQTTnet's factory.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="logger">Takes what the client has to say.</param>
    public static IMqttClient CreateMqttClient(this MqttClientFactory factory, SocketPool pool, IMqttNetLogger logger)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.CreateMqttClient(logger, new PoolMqttClientAdapterFactory(pool));
    }

    /// <summary>Creates a client on a pool that sends and receives single packets and has no sessions.</summary>
    /// <param name="factory">MQTTnet's factory.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>The client.</returns>
    public static ILowLevelMqttClient CreateLowLevelMqttClient(this MqttClientFactory factory, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.CreateLowLevelMqttClient(new PoolMqttClientAdapterFactory(pool));
    }

    /// <summary>
    /// Makes a server that listens on a pool. After <see cref="MqttServer.StartAsync"/> each endpoint's Port in the options is
    /// the one it is bound to, as with MQTTnet's own sockets.
    /// </summary>
    /// <param name="factory">MQTTnet's factory.</param>
    /// <param name="options">The endpoints and all the rest.</param>
    /// <param name="pool">The pool.</param>
    /// <returns>The server. What its options mean on a pool: <see cref="PoolMqttServerAdapter"/>.</returns>
    /// <example>
    /// <code>using MqttServer server = new MqttServerFactory().CreateMqttServer(options, pool);</code>
    /// </example>
    public static MqttServer CreateMqttServer(this MqttServerFactory factory, MqttServerOptions options, SocketPool pool)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.CreateMqttServer(options, [new PoolMqttServerAdapter(pool)]);
    }

    /// <summary>Creates a server that listens on a pool, with a logger. The rest is as for the other overload.</summary>
    /// <param name="factory">MQTTnet's factory.</param>
    /// <param name="options">The endpoints and all the rest.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="logger">Takes what the server has to say.</param>
    public static MqttServer CreateMqttServer(
        this MqttServerFactory factory, MqttServerOptions options, SocketPool pool, IMqttNetLogger logger)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.CreateMqttServer(options, [new PoolMqttServerAdapter(pool)], logger);
    }
}
