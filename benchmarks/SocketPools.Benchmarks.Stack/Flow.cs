using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SocketPools.Benchmarks.Stack;

/// <summary>One connection to a <see cref="KernelPeer"/> that carries as much as it can in one direction.</summary>
internal static class Flow
{
    internal const int Block = 131072;

    private const int TimeoutSeconds = 10;

    internal static Turn Run(SocketPool pool, IPEndPoint server, bool isSending, TimeSpan slice)
    {
        using PoolSocket socket = pool.CreateSocket();
        socket.SetTimeout(TimeoutSeconds);
        socket.Connect(server);
        socket.SendAll([isSending ? KernelPeer.Sink : KernelPeer.Source]);
        byte[] block = new byte[Block];
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        long bytes = isSending ? Send(socket, block, start, slice) : Receive(socket, block, start, slice);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        return new Turn(bytes / Block, bytes, time, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    /// <summary>Sends until the time is up; what counts is what the peer has, so its end is waited for.</summary>
    private static long Send(PoolSocket socket, byte[] block, long start, TimeSpan slice)
    {
        long sent = 0;
        while (Stopwatch.GetElapsedTime(start) < slice)
        {
            socket.SendAll(block);
            sent += block.Length;
        }

        socket.Shutdown(SocketShutdown.Send);
        return socket.ReceiveInto(block) == 0 ? sent : throw new InvalidOperationException("The peer sends where it should receive.");
    }

    private static long Receive(PoolSocket socket, byte[] block, long start, TimeSpan slice)
    {
        long received = 0;
        while (Stopwatch.GetElapsedTime(start) < slice)
        {
            int more = socket.ReceiveInto(block);
            received += more > 0 ? more : throw new InvalidOperationException("The stream has ended.");
        }

        return received;
    }
}
