using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>
/// 64 bytes there and back between two asynchronous loops: an operation is two sends, two receives that wait, and two turns
/// of the thread pool.
/// </summary>
internal sealed class AsyncPingPong : Benchmark
{
    internal override string Name => "async-ping-pong";

    internal override bool ComparesWithBcl => true;

    internal override double? Goal => 1.0;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenTcp(pool);
        Task echo = Task.Run(() => EchoAsync(pair.Server));
        Memory<byte> data = new byte[Small];
        Timing timing = Timing.Of(n => LoopAsync(pair.Client, data, n).GetAwaiter().GetResult(), count);
        pair.Client.Shutdown(SocketShutdown.Send);
        echo.GetAwaiter().GetResult();
        return timing;
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenTcp();
        Task echo = Task.Run(() => EchoAsync(pair.Server));
        Memory<byte> data = new byte[Small];
        Timing timing = Timing.Of(n => LoopAsync(pair.Client, data, n).GetAwaiter().GetResult(), count);
        pair.Client.Shutdown(SocketShutdown.Send);
        echo.GetAwaiter().GetResult();
        return timing;
    }

    private static async Task LoopAsync(PoolSocket client, Memory<byte> data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(await client.SendAsync(data) == Small);
            Need(await client.ReceiveIntoAsync(data) == Small);
        }
    }

    private static async Task EchoAsync(PoolSocket server)
    {
        Memory<byte> data = new byte[Small];
        while (await server.ReceiveIntoAsync(data) == Small)
        {
            Need(await server.SendAsync(data) == Small);
        }
    }

    private static async Task LoopAsync(Socket client, Memory<byte> data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(await client.SendAsync(data) == Small);
            Need(await client.ReceiveAsync(data) == Small);
        }
    }

    private static async Task EchoAsync(Socket server)
    {
        Memory<byte> data = new byte[Small];
        while (await server.ReceiveAsync(data) == Small)
        {
            Need(await server.SendAsync(data) == Small);
        }
    }
}
