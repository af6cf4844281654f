using System.Net.Sockets;
using System.Runtime.InteropServices;
using MQTTnet.Server;

namespace SocketPools.MqttNet;

/// <summary>What MQTTnet's options set on a connection's socket.</summary>
internal static class SocketSettings
{
    internal static void Apply(this PoolSocket socket, bool noDelay, LingerOption? linger)
    {
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, noDelay);
        if (linger is not null)
        {
            // struct linger: whether, and for how many seconds.
            ReadOnlySpan<int> value = [linger.Enabled ? 1 : 0, linger.LingerTime];
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, MemoryMarshal.AsBytes(value));
        }
    }

    internal static void Apply(this PoolSocket socket, MqttServerTcpEndpointBaseOptions options)
    {
        socket.Apply(options.NoDelay, options.LingerState);
        if (options.KeepAlive is { } keepAlive)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, keepAlive);
        }

        SetTcp(socket, SocketOptionName.TcpKeepAliveTime, options.TcpKeepAliveTime);
        SetTcp(socket, SocketOptionName.TcpKeepAliveInterval, options.TcpKeepAliveInterval);
        SetTcp(socket, SocketOptionName.TcpKeepAliveRetryCount, options.TcpKeepAliveRetryCount);
    }

    private static void SetTcp(PoolSocket socket, SocketOptionName name, int? value)
    {
        if (value is { } number)
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, name, number);
        }
    }
}
