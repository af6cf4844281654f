using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>
/// 32 bytes from a full buffer: an operation is one receive that never waits, the cheapest call there is. Every 2048th
/// also fills the buffer again, in every contender.
/// </summary>
internal sealed class ReceiveSmall : Benchmark
{
    private const int Pieces = Block / Piece;

    internal override string Name => "recv-32";

    internal override double? Goal => null;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenTcp(pool);
        byte[] block = new byte[Block];
        byte[] piece = new byte[Piece];
        return Timing.Of(n => Loop(pair.Client, pair.Server, block, piece, n), WholeBlocks(count));
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenTcp();
        byte[] block = new byte[Block];
        byte[] piece = new byte[Piece];
        return Timing.Of(n => Loop(pair.Client, pair.Server, block, piece, n), WholeBlocks(count));
    }

    private static int WholeBlocks(int count) => ((count / Pieces) + 1) * Pieces;

    private static void Loop(PoolSocket client, PoolSocket server, byte[] block, byte[] piece, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (i % Pieces == 0)
            {
                TcpBlocks.SendBlock(client, block);
            }

            Need(server.ReceiveInto(piece) == Piece);
        }
    }

    private static void Loop(Socket client, Socket server, byte[] block, byte[] piece, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (i % Pieces == 0)
            {
                TcpBlocks.SendBlock(client, block);
            }

            Need(server.Receive(piece) == Piece);
        }
    }
}
