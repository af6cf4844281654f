using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Tests;

namespace SocketPools.Forwarding.Tests;

/// <summary>What a forwarder allocates while it forwards. The whole process is measured.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    [Fact]
    public async Task Forwarding_allocates_nothing_for_a_chunk()
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(pool.Pool, "127.0.0.1", listener.LocalEndPoint.Port);
        using PoolSocket client = await pool.Pool.CreateConnectionAsync("127.0.0.1", forwarder.LocalEndPoint.Port);
        using PoolSocket server = await listener.AcceptAsync();
        byte[] request = new byte[100];
        byte[] answer = new byte[100];
        void Exchange(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.SendAll(request);
                for (int n = 0; n < request.Length; n += server.ReceiveInto(answer))
                {
                }

                server.SendAll(request);
                for (int n = 0; n < request.Length; n += client.ReceiveInto(answer))
                {
                }
            }
        }

        AssertAllocatesNothing(Exchange);
    }

    [Fact]
    public async Task Forwarding_allocates_nothing_for_a_datagram()
    {
        using TestPool pool = new();
        using PoolSocket server = pool.Udp();
        await using SocketForwarder forwarder = SocketForwarder.FromLoopback(
            pool.Pool, "127.0.0.1", server.LocalEndPoint.Port, new SocketForwarderOptions { Protocol = ProtocolType.Udp });
        using PoolSocket client = pool.Udp();
        client.Connect(forwarder.LocalEndPoint);
        byte[] buffer = new byte[2000];
        void Exchange(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(buffer.AsSpan(0, 100));
                server.ReceiveFromInto(buffer, out IPSocketAddress remote);
                server.SendTo(buffer.AsSpan(0, 100), remote);
                client.ReceiveInto(buffer);
            }
        }

        AssertAllocatesNothing(Exchange);
    }

    /// <summary>
    /// The smallest object has 24 bytes, and an exchange is two chunks or datagrams; the runtime's own threads may allocate a little. A buffer of
    /// the shared pool that is given back on another thread stays with that one, so it takes a while until each has its own.
    /// </summary>
    private static void AssertAllocatesNothing(Action<int> exchange)
    {
        const int Count = 2000;
        const long Bound = 2 * Count * 12;
        exchange(500);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 200 && least >= Bound; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            exchange(Count);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.True(least < Bound, $"{least} bytes for {2 * Count} chunks");
    }
}
