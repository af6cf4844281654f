using System.Net;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;

namespace SocketPools.MqttNet;

/// <summary>
/// Gives MQTTnet's clients connections from a pool: hand it to <see cref="MqttClientFactory"/>, or use
/// <see cref="PoolMqttExtensions.CreateMqttClient(MqttClientFactory, SocketPool)"/>.
/// </summary>
/// <remarks>
/// <para>All of <see cref="MqttClientTcpOptions"/> holds, TLS included, with these differences. The client's Timeout covers
/// lookup, connect and handshake together on the radio's clock, also where the caller gave a token. BufferSize is how many
/// bytes one receive takes; the kernel's buffers are left to the kernel. DualMode matters only with AddressFamily
/// InterNetworkV6, where true allows both families.</para>
/// <para>When the pool is full a connection waits for a place, within the same time. Unix sockets, web sockets and a
/// StreamProvider of the options' own do not come from pools: NotSupportedException.</para>
/// </remarks>
/// <param name="pool">The pool.</param>
public sealed class PoolMqttClientAdapterFactory(SocketPool pool) : IMqttClientAdapterFactory
{
    private readonly SocketPool _pool = pool ?? throw new ArgumentNullException(nameof(pool));

    /// <summary>Makes the adapter of one connection, which is not connected yet.</summary>
    /// <param name="options">The client's options; ChannelOptions are <see cref="MqttClientTcpOptions"/>.</param>
    /// <param name="packetInspector">Sees the packets; may be null.</param>
    /// <param name="logger">Takes what the adapter has to say.</param>
    /// <returns>The adapter.</returns>
    /// <exception cref="NotSupportedException">The options ask for a transport that does not come from a pool.</exception>
    /// <exception cref="ArgumentException">The options have no RemoteEndpoint.</exception>
    public IMqttChannelAdapter CreateClientAdapter(MqttClientOptions options, MqttPacketInspector packetInspector, IMqttNetLogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        MqttConnector connector = new(_pool, options, RequireTcp(options.ChannelOptions));
        MqttBufferWriter writer = new(options.WriterBufferSize, options.WriterBufferSizeMax);
        return new MqttChannelAdapter(new PoolMqttChannel(connector), new MqttPacketFormatterAdapter(options.ProtocolVersion, writer), logger)
        {
            AllowPacketFragmentation = options.AllowPacketFragmentation,
            PacketInspector = packetInspector,
        };
    }

    private static MqttClientTcpOptions RequireTcp(IMqttClientChannelOptions? options) => options switch
    {
        MqttClientWebSocketOptions => throw new NotSupportedException(
            "Web sockets do not come from a pool: a client on a pool takes WithTcpServer(host, port), with TLS or without."),
        not MqttClientTcpOptions => throw new NotSupportedException(
            $"A client on a pool takes MqttClientTcpOptions, not {options?.GetType().Name ?? "no ChannelOptions"}."),
        MqttClientTcpOptions { StreamProvider: not null } => throw new NotSupportedException(
            "The options have a StreamProvider, which makes connections by itself; a client on a pool takes them from the pool."),
        MqttClientTcpOptions { RemoteEndpoint: null } => throw new ArgumentException("The options have no RemoteEndpoint to connect to."),
        MqttClientTcpOptions { RemoteEndpoint: not (IPEndPoint or DnsEndPoint) } tcp => throw new NotSupportedException(
            $"A pool connects to an IPEndPoint or a DnsEndPoint, not to {tcp.RemoteEndpoint}."),
        MqttClientTcpOptions { LocalEndpoint: not (null or IPEndPoint) } tcp => throw new NotSupportedException(
            $"A pool's socket is bound to an IPEndPoint, not to {tcp.LocalEndpoint}."),
        MqttClientTcpOptions tcp => tcp,
    };
}
