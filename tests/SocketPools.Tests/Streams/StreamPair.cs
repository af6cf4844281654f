using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using SocketPools.Streams;

namespace SocketPools.Tests.Streams;

/// <summary>Which stream a case runs on: ours, the BCL's, and TLS over each.</summary>
public enum StreamKind
{
    Pool,
    Network,
    PoolTls,
    NetworkTls,
}

/// <summary>Two streams that are connected with each other over loopback.</summary>
internal sealed class StreamPair : IDisposable
{
    private readonly TestPool? _pool;

    private StreamPair(StreamKind kind, Stream first, Stream second, TestPool? pool)
    {
        (Kind, First, Second, _pool) = (kind, first, second, pool);
    }

    internal StreamKind Kind { get; }

    internal Stream First { get; }

    internal Stream Second { get; }

    internal bool IsTls => Kind is StreamKind.PoolTls or StreamKind.NetworkTls;

    internal (Stream Writer, Stream Reader)[] BothWays => [(First, Second), (Second, First)];

    internal static async Task<StreamPair> CreateAsync(StreamKind kind)
    {
        TestPool? pool = null;
        Stream first;
        Stream second;
        if (kind is StreamKind.Pool or StreamKind.PoolTls)
        {
            pool = new TestPool();
            (PoolSocket client, PoolSocket server) = pool.TcpPair();
            (first, second) = (new PoolSocketStream(client), new PoolSocketStream(server));
        }
        else
        {
            (Socket client, Socket server) = ConnectSockets();
            (first, second) = (new NetworkStream(client, ownsSocket: true), new NetworkStream(server, ownsSocket: true));
        }

        if (kind is StreamKind.PoolTls or StreamKind.NetworkTls)
        {
            (first, second) = await SecureAsync(first, second);
        }

        return new StreamPair(kind, first, second, pool);
    }

    internal static (Socket Client, Socket Server) ConnectSockets()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    /// <summary>Ends writing at the first stream, and leaves reading open.</summary>
    internal void EndFirst()
    {
        if (First is PoolSocketStream ours)
        {
            ours.CompleteWrites();
        }
        else
        {
            ((NetworkStream)First).Socket.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Closes the second stream so that the first one hears of it by a reset.</summary>
    internal void ResetSecond()
    {
        if (Second is PoolSocketStream ours)
        {
            ours.Socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, [1, 0, 0, 0, 0, 0, 0, 0]);
            ours.Socket.Close();
        }
        else
        {
            ((NetworkStream)Second).Socket.LingerState = new LingerOption(true, 0);
            ((NetworkStream)Second).Socket.Dispose();
        }
    }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        _pool?.Dispose();
    }

    private static async Task<(Stream First, Stream Second)> SecureAsync(Stream first, Stream second)
    {
        SslStream client = new(first);
        SslStream server = new(second);
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(TestCertificates.Client()),
            server.AuthenticateAsServerAsync(TestCertificates.Server()));

        // The server's tickets (TLS 1.3) come with the first byte. Unread they would make of the client's close a reset, over
        // any stream.
        await server.WriteAsync(new byte[1]);
        await client.ReadExactlyAsync(new byte[1]);
        return (client, server);
    }
}
