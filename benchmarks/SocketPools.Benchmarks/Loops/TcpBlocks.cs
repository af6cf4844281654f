using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>64 KiB over TCP in one thread: an operation sends a block and receives all of it.</summary>
internal sealed class TcpBlocks : Benchmark
{
    internal override string Name => "tcp-64k";

    internal override double? Goal => 1.05;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenTcp(pool);
        byte[] block = new byte[Block];
        return Timing.Of(n => Loop(pair.Client, pair.Server, block, n), count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenTcp();
        byte[] block = new byte[Block];
        return Timing.Of(n => Loop(pair.Client, pair.Server, block, n), count);
    }

    internal static void SendBlock(PoolSocket client, ReadOnlySpan<byte> block)
    {
        for (int sent = 0; sent < Block;)
        {
            sent += client.Send(block[sent..]);
        }
    }

    internal static void SendBlock(Socket client, ReadOnlySpan<byte> block)
    {
        for (int sent = 0; sent < Block;)
        {
            sent += client.Send(block[sent..]);
        }
    }

    private static void Loop(PoolSocket client, PoolSocket server, Span<byte> block, int count)
    {
        for (int i = 0; i < count; i++)
        {
            SendBlock(client, block);
            for (int received = 0; received < Block;)
            {
                int n = server.ReceiveInto(block[received..]);
                Need(n > 0);
                received += n;
            }
        }
    }

    private static void Loop(Socket client, Socket server, Span<byte> block, int count)
    {
        for (int i = 0; i < count; i++)
        {
            SendBlock(client, block);
            for (int received = 0; received < Block;)
            {
                int n = server.Receive(block[received..]);
                Need(n > 0);
                received += n;
            }
        }
    }
}
