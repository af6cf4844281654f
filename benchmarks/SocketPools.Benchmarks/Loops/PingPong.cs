using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>64 bytes there and back between two threads: an operation is two sends, two receives and two wake-ups.</summary>
internal sealed class PingPong : Benchmark
{
    internal override string Name => "ping-pong";

    internal override double? Goal => 1.05;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenTcp(pool);
        return Run(pair, count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenTcp();
        return Run(pair, count);
    }

    internal static Timing Run(PoolPair pair, int count)
    {
        byte[] data = new byte[Small];
        Thread echo = new(() => Echo(pair.Server));
        echo.Start();
        Timing timing = Timing.Of(n => Loop(pair.Client, data, n), count);
        pair.Client.Shutdown(SocketShutdown.Send);
        echo.Join();
        return timing;
    }

    internal static Timing Run(BclPair pair, int count)
    {
        byte[] data = new byte[Small];
        Thread echo = new(() => Echo(pair.Server));
        echo.Start();
        Timing timing = Timing.Of(n => Loop(pair.Client, data, n), count);
        pair.Client.Shutdown(SocketShutdown.Send);
        echo.Join();
        return timing;
    }

    private static void Loop(PoolSocket client, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.Send(data) == Small);
            Need(client.ReceiveInto(data) == Small);
        }
    }

    private static void Echo(PoolSocket server)
    {
        byte[] data = new byte[Small];
        while (server.ReceiveInto(data) == Small)
        {
            Need(server.Send(data) == Small);
        }
    }

    private static void Loop(Socket client, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.Send(data) == Small);
            Need(client.Receive(data) == Small);
        }
    }

    private static void Echo(Socket server)
    {
        byte[] data = new byte[Small];
        while (server.Receive(data) == Small)
        {
            Need(server.Send(data) == Small);
        }
    }
}
