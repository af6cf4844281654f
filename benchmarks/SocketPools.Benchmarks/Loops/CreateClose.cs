using System.Net.Sockets;

namespace SocketPools.Benchmarks.Loops;

/// <summary>A socket's life without use: create and close.</summary>
internal sealed class CreateClose(bool stream) : Benchmark
{
    internal override string Name => stream ? "create-close-tcp" : "create-close-udp";

    internal override double? Goal => 1.05;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        SocketType type = stream ? SocketType.Stream : SocketType.Dgram;
        return Timing.Of(n => Loop(pool, type, n), count);
    }

    internal override Timing RunBcl(int count)
    {
        SocketType type = stream ? SocketType.Stream : SocketType.Dgram;
        ProtocolType protocol = stream ? ProtocolType.Tcp : ProtocolType.Udp;
        return Timing.Of(n => Loop(type, protocol, n), count);
    }

    private static void Loop(SocketPool pool, SocketType type, int count)
    {
        for (int i = 0; i < count; i++)
        {
            pool.CreateSocket(AddressFamily.InterNetwork, type).Close();
        }
    }

    private static void Loop(SocketType type, ProtocolType protocol, int count)
    {
        for (int i = 0; i < count; i++)
        {
            new Socket(AddressFamily.InterNetwork, type, protocol).Close();
        }
    }
}
