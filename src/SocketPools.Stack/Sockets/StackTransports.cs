using SocketPools.Radios;
using SocketPools.Stack.IP;
using SocketPools.Stack.Raw;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Udp;

namespace SocketPools.Stack.Sockets;

/// <summary>What the sockets of a stack stand on.</summary>
internal sealed class StackTransports
{
    /// <summary>The radio that they are sockets of.</summary>
    internal required Radio Radio { get; init; }

    internal required NetworkStack Network { get; init; }

    internal required UdpLayer Udp { get; init; }

    internal required RawLayer Raw { get; init; }

    internal required TcpLayer Tcp { get; init; }
}
