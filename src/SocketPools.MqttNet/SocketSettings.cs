using System.Net.Sockets;
using MQTTnet.Server;
using SocketPools.Radios;

namespace SocketPools.MqttNet;

/// <summary>What MQTTnet's options set on a connection's socket.</summary>
internal static class SocketSettings
{
    internal static void Apply(this PoolSocket socket, bool noDelay, LingerOption? linger)
    {
        SetIfKnown(socket, SocketOptionLevel.Tcp, SocketOptionName.NoDelay, noDelay ? 1 : 0);
        if (linger is not null)
        {
            // struct linger: whether, and for how many seconds.
            SetIfKnown(socket, SocketOptionLevel.Socket, SocketOptionName.Linger, linger.Enabled ? 1 : 0, linger.LingerTime);
        }
    }

    /// <summary>What MQTTnet's options have from the start, without that anybody asked for it: a radio may not know it.</summary>
    private static void SetIfKnown(PoolSocket socket, SocketOptionLevel level, SocketOptionName name, params ReadOnlySpan<int> value)
    {
        RadioResult result = socket.TrySetSocketOption(level, name, value);
        if (result.Failed && result.Errno != Errno.ENOPROTOOPT)
        {
            throw socket.CreateException(result.Errno, "setsockopt", Deadline.Never);
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
