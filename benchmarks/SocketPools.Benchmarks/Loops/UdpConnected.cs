using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>64 bytes over UDP there and back in one thread between connected sockets: two sends, two receives.</summary>
internal sealed class UdpConnected : Benchmark
{
    internal override string Name => "udp-64-connected";

    internal override double? Goal => 1.05;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenUdp(pool, connected: true);
        byte[] data = new byte[Small];
        return Timing.Of(n => Loop(pair.Client, pair.Server, data, n), count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenUdp(connected: true);
        byte[] data = new byte[Small];
        return Timing.Of(n => Loop(pair.Client, pair.Server, data, n), count);
    }

    private static void Loop(PoolSocket client, PoolSocket server, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.Send(data) == Small);
            Need(server.ReceiveInto(data) == Small);
            Need(server.Send(data) == Small);
            Need(client.ReceiveInto(data) == Small);
        }
    }

    private static void Loop(Socket client, Socket server, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.Send(data) == Small);
            Need(server.Receive(data) == Small);
            Need(server.Send(data) == Small);
            Need(client.Receive(data) == Small);
        }
    }
}
