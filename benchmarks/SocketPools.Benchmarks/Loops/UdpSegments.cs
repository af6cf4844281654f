using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Benchmarks.Loops;

/// <summary>
/// Datagrams of one size in one thread between connected sockets, an operation each: on the pool's sockets as many as one system call
/// takes, on the BCL's, which have no such call, a send and a receive each.
/// </summary>
internal sealed class UdpSegments(int size, int together, double goal) : Benchmark
{
    internal override string Name => $"udp-{size}-segments";

    internal override bool ComparesWithBcl => true;

    internal override double? Goal => goal;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenUdp(pool, connected: true);
        byte[] data = new byte[size * together];
        byte[] buffer = new byte[PoolSocket.SegmentBufferSize];
        return Timing.Of(n => Loop(pair.Client, pair.Server, data, buffer, n), count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenUdp(connected: true);
        byte[] data = new byte[size];
        return Timing.Of(n => Loop(pair.Client, pair.Server, data, n), count);
    }

    private void Loop(PoolSocket client, PoolSocket server, byte[] data, byte[] buffer, int count)
    {
        for (int left = count; left > 0; left -= together)
        {
            int length = Math.Min(left, together) * size;
            Need(client.SendSegments(data.AsSpan(0, length), size) == length);
            for (int received = 0; received < length;)
            {
                received += server.ReceiveSegmentsInto(buffer, out int segmentSize, out IPSocketAddress _);
                Need(segmentSize == size);
            }
        }
    }

    private void Loop(Socket client, Socket server, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.Send(data) == size);
            Need(server.Receive(data) == size);
        }
    }
}
