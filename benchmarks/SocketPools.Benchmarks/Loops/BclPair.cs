using System.Net;
using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>Two sockets of the BCL that talk to each other over loopback, set up like those of every contender.</summary>
internal sealed class BclPair : IDisposable
{
    private BclPair(Socket client, Socket server)
    {
        Client = client;
        Server = server;
    }

    internal Socket Client { get; }

    internal Socket Server { get; }

    internal static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SetTimeouts(listener);
        SetBuffers(listener);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(128);
        return listener;
    }

    internal static BclPair OpenTcp()
    {
        using Socket listener = Listen();
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SetTimeouts(client);
        SetBuffers(client);
        client.Connect(listener.LocalEndPoint!);
        Socket server = listener.Accept();
        SetTimeouts(server);
        client.NoDelay = true;
        server.NoDelay = true;
        return new BclPair(client, server);
    }

    internal static BclPair OpenUdp(bool connected)
    {
        BclPair pair = new(OpenDatagram(), OpenDatagram());
        if (connected)
        {
            pair.Client.Connect(pair.Server.LocalEndPoint!);
            pair.Server.Connect(pair.Client.LocalEndPoint!);
        }

        return pair;
    }

    internal static void SetTimeouts(Socket socket)
    {
        socket.ReceiveTimeout = PoolPair.TimeoutSeconds * 1000;
        socket.SendTimeout = PoolPair.TimeoutSeconds * 1000;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }

    private static Socket OpenDatagram()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        SetTimeouts(socket);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static void SetBuffers(Socket socket)
    {
        socket.ReceiveBufferSize = PoolPair.SocketBuffer;
        socket.SendBufferSize = PoolPair.SocketBuffer;
    }
}
