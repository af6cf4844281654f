using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests;

/// <summary>A pool on a radio of its own, and sockets that are ready to talk to each other over loopback.</summary>
internal sealed class TestPool : IDisposable
{
    internal TestPool(int maxSockets = HostNetwork.DefaultMaxSockets)
        : this(new HostNetwork { MaxSockets = maxSockets })
    {
    }

    internal TestPool(Radio radio)
    {
        Radio = radio;
        Pool = new SocketPool(radio);
    }

    internal Radio Radio { get; }

    internal SocketPool Pool { get; }

    public void Dispose() => Pool.Dispose();

    internal static IPAddress Loopback(AddressFamily family) =>
        family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;

    internal PoolSocket Listener(AddressFamily family = AddressFamily.InterNetwork, int backlog = 16)
    {
        PoolSocket listener = Pool.CreateSocket(family);
        listener.Bind(new IPEndPoint(Loopback(family), 0));
        listener.Listen(backlog);
        return listener;
    }

    internal (PoolSocket Client, PoolSocket Server) TcpPair(AddressFamily family = AddressFamily.InterNetwork)
    {
        using PoolSocket listener = Listener(family);
        PoolSocket client = Pool.CreateSocket(family);
        client.Connect(listener.LocalEndPoint);
        return (client, listener.Accept());
    }

    internal PoolSocket Udp(AddressFamily family = AddressFamily.InterNetwork)
    {
        PoolSocket socket = Pool.CreateSocket(family, SocketType.Dgram);
        socket.Bind(new IPEndPoint(Loopback(family), 0));
        return socket;
    }
}
