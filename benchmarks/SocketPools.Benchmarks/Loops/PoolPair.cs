using System.Net;
using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>Two sockets of a pool that talk to each other over loopback, set up like those of every contender.</summary>
internal sealed class PoolPair : IDisposable
{
    internal const int SocketBuffer = 262144;
    internal const int TimeoutSeconds = 5;

    private PoolPair(PoolSocket client, PoolSocket server)
    {
        Client = client;
        Server = server;
    }

    internal PoolSocket Client { get; }

    internal PoolSocket Server { get; }

    internal static PoolSocket Listen(SocketPool pool)
    {
        PoolSocket listener = pool.CreateSocket();
        listener.SetTimeout(TimeoutSeconds);
        SetBuffers(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    internal static PoolPair OpenTcp(SocketPool pool)
    {
        using PoolSocket listener = Listen(pool);
        PoolSocket client = pool.CreateSocket();
        client.SetTimeout(TimeoutSeconds);
        SetBuffers(client);
        client.Connect(listener.LocalEndPoint);
        PoolSocket server = listener.Accept();
        client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        server.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, true);
        return new PoolPair(client, server);
    }

    internal static PoolPair OpenUdp(SocketPool pool, bool connected)
    {
        PoolPair pair = new(OpenDatagram(pool), OpenDatagram(pool));
        if (connected)
        {
            pair.Client.Connect(pair.Server.LocalEndPoint);
            pair.Server.Connect(pair.Client.LocalEndPoint);
        }

        return pair;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private static PoolSocket OpenDatagram(SocketPool pool)
    {
        PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
        socket.SetTimeout(TimeoutSeconds);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static void SetBuffers(PoolSocket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, SocketBuffer);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, SocketBuffer);
    }
}
