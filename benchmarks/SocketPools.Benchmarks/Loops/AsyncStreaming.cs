using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>64 KiB blocks from one asynchronous loop to another: an operation is a block sent, and received in whatever pieces come.</summary>
internal sealed class AsyncStreaming : Benchmark
{
    internal override string Name => "async-stream-64k";

    internal override bool ComparesWithBcl => true;

    internal override double? Goal => 1.0;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenTcp(pool);
        byte[] output = new byte[Block];
        byte[] input = new byte[Block];
        return Timing.Of(
            n =>
            {
                Task receive = Task.Run(() => ReceiveAsync(pair.Server, input, (long)n * Block));
                SendAsync(pair.Client, output, n).GetAwaiter().GetResult();
                receive.GetAwaiter().GetResult();
            },
            count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenTcp();
        byte[] output = new byte[Block];
        byte[] input = new byte[Block];
        return Timing.Of(
            n =>
            {
                Task receive = Task.Run(() => ReceiveAsync(pair.Server, input, (long)n * Block));
                SendAsync(pair.Client, output, n).GetAwaiter().GetResult();
                receive.GetAwaiter().GetResult();
            },
            count);
    }

    private static async Task SendAsync(PoolSocket client, Memory<byte> block, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await client.SendAllAsync(block);
        }
    }

    private static async Task ReceiveAsync(PoolSocket server, Memory<byte> block, long left)
    {
        while (left > 0)
        {
            left -= await server.ReceiveIntoAsync(block);
        }
    }

    private static async Task SendAsync(Socket client, Memory<byte> block, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // Without a timeout the BCL's send takes all of it.
            Need(await client.SendAsync(block) == Block);
        }
    }

    private static async Task ReceiveAsync(Socket server, Memory<byte> block, long left)
    {
        while (left > 0)
        {
            left -= await server.ReceiveAsync(block);
        }
    }
}
