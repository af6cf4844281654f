using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>64 bytes over TCP in one thread: an operation is a send and a receive.</summary>
internal sealed class TcpSmall : Benchmark
{
    internal override string Name => "tcp-64";

    internal override double? Goal => 1.03;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenTcp(pool);
        byte[] data = new byte[Small];
        return Timing.Of(n => Loop(pair.Client, pair.Server, data, n), count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenTcp();
        byte[] data = new byte[Small];
        return Timing.Of(n => Loop(pair.Client, pair.Server, data, n), count);
    }

    private static void Loop(PoolSocket client, PoolSocket server, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.Send(data) == Small);
            Need(server.ReceiveInto(data) == Small);
        }
    }

    private static void Loop(Socket client, Socket server, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.Send(data) == Small);
            Need(server.Receive(data) == Small);
        }
    }
}
