using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Benchmarks.Loops;

/// <summary>64 bytes over UDP there and back in one thread, with an address on every datagram: two sendto, two recvfrom.</summary>
internal sealed class UdpRoundTrip : Benchmark
{
    internal override string Name => "udp-64";

    internal override double? Goal => 1.05;

    internal override Timing RunPool(SocketPool pool, int count)
    {
        using PoolPair pair = PoolPair.OpenUdp(pool, connected: false);
        byte[] data = new byte[Small];
        IPSocketAddress address = pair.Server.LocalEndPoint;
        return Timing.Of(n => Loop(pair.Client, pair.Server, address, data, n), count);
    }

    internal override Timing RunBcl(int count)
    {
        using BclPair pair = BclPair.OpenUdp(connected: false);
        byte[] data = new byte[Small];
        SocketAddress address = pair.Server.LocalEndPoint!.Serialize();
        return Timing.Of(n => Loop(pair.Client, pair.Server, address, data, n), count);
    }

    private static void Loop(PoolSocket client, PoolSocket server, IPSocketAddress address, byte[] data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Need(client.SendTo(data, address) == Small);
            Need(server.ReceiveFromInto(data, out IPSocketAddress from) == Small);
            Need(server.SendTo(data, from) == Small);
            Need(client.ReceiveFromInto(data, out _) == Small);
        }
    }

    /// <summary>With <see cref="SocketAddress"/>, the fastest form the BCL has: the one with EndPoint allocates.</summary>
    private static void Loop(Socket client, Socket server, SocketAddress address, byte[] data, int count)
    {
        SocketAddress from = new(AddressFamily.InterNetwork);
        for (int i = 0; i < count; i++)
        {
            Need(client.SendTo(data, SocketFlags.None, address) == Small);
            Need(server.ReceiveFrom(data, SocketFlags.None, from) == Small);
            Need(server.SendTo(data, SocketFlags.None, from) == Small);
            Need(client.ReceiveFrom(data, SocketFlags.None, from) == Small);
        }
    }
}
