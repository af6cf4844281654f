using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketPools.Benchmarks.Loops;

/// <summary>A connection's life in one thread: create, connect, accept, close both ends.</summary>
/// <remarks>
/// The client closes by reset (linger 0), or the kernel runs out of ports: each would rest in TIME-WAIT for a minute.
/// </remarks>
internal sealed class AcceptClose : Benchmark
{
    // struct linger: on, 0 seconds.
    private static readonly byte[] s_reset = MemoryMarshal.AsBytes<int>([1, 0]).ToArray();

    internal override string Name => "accept-close";

    internal override double? Goal => 1.05;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolSocket listener = PoolPair.Listen(pool);
        IPEndPoint address = listener.LocalEndPoint;
        return Timing.Of(n => Loop(pool, listener, address, n), count);
    }

    internal override Timing RunBcl(int count)
    {
        using Socket listener = BclPair.Listen();
        EndPoint address = listener.LocalEndPoint!;
        return Timing.Of(n => Loop(listener, address, n), count);
    }

    private static void Loop(SocketPool pool, PoolSocket listener, IPEndPoint address, int count)
    {
        for (int i = 0; i < count; i++)
        {
            PoolSocket client = pool.CreateSocket();
            client.SetTimeout(PoolPair.TimeoutSeconds);
            client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, s_reset);
            client.Connect(address);
            PoolSocket server = listener.Accept();
            client.Close();
            server.Close();
        }
    }

    private static void Loop(Socket listener, EndPoint address, int count)
    {
        LingerOption reset = new(true, 0);
        for (int i = 0; i < count; i++)
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            BclPair.SetTimeouts(client);
            client.LingerState = reset;
            client.Connect(address);
            Socket server = listener.Accept();
            client.Close();
            server.Close();
        }
    }
}
