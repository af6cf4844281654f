using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>Ten thousand connections in one process, both ends, from pool to frames.</summary>
[Collection(Alone.Name)]
public sealed class ManyConnectionsTests
{
    private const int Connections = 10_000;

    [Fact]
    public void Ten_thousand_connections_are_opened_used_and_closed_and_leave_nothing()
    {
        (long frames, long blocks) = (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse);
        IngressClock clock = new();
        LinkPair cable = LinkPair.Create();
        using StackRadio near = new(new StackOptions { TimeProvider = clock, Seed = 1 });
        using StackRadio far = new(new StackOptions { TimeProvider = clock, Seed = 2 });
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        using (SocketPool nearPool = new(near))
        using (SocketPool farPool = new(far))
        {
            IPEndPoint server = new(IPAddress.Parse("192.0.2.2"), 80);
            PoolSocket listener = farPool.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream);
            listener.Bind(server);
            listener.Listen(10);
            List<PoolSocket> sockets = new(2 * Connections);
            Open(nearPool, listener, server, sockets, 100);
            clock.Advance(TimeSpan.FromSeconds(2)); // timers of the handshake leave, and what is idle is idle
            long before = GC.GetTotalMemory(forceFullCollection: true);
            Open(nearPool, listener, server, sockets, Connections - 100);
            clock.Advance(TimeSpan.FromSeconds(2));
            long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (2 * (Connections - 100));
            TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes for each connected socket, from PoolSocket down.");
            Assert.InRange(each, 500, 950);
            Assert.Equal(Connections, near.Tcp.ConnectionCount);
            Assert.Equal(Connections, far.Tcp.ConnectionCount);

            // All of them work, and hold no buffer once they are idle again.
            byte[] buffer = new byte[64];
            for (int i = 0; i < sockets.Count; i += 2)
            {
                sockets[i].Send(BitConverter.GetBytes(i));
                Assert.Equal(4, sockets[i + 1].ReceiveInto(buffer));
                Assert.Equal(i, BitConverter.ToInt32(buffer));
            }

            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal((frames, blocks), (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse));
            foreach (PoolSocket socket in sockets)
            {
                socket.Close();
            }

            listener.Close();
        }

        clock.Advance(TimeSpan.FromSeconds(61)); // TIME-WAIT
        Assert.Equal((0, 0), (near.Tcp.ConnectionCount, far.Tcp.ConnectionCount));
        clock.Advance(TimeSpan.FromHours(3)); // timers that were cleared leave when their time comes
        Assert.Equal((0, 0), (near.Network.Timers.Count, far.Network.Timers.Count));
        Assert.Equal((frames, blocks), (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse));
    }

    private static void Open(SocketPool pool, PoolSocket listener, IPEndPoint server, List<PoolSocket> sockets, int count)
    {
        for (int i = 0; i < count; i++)
        {
            PoolSocket client = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream);
            client.Connect(server);
            sockets.Add(client);
            sockets.Add(listener.Accept(out _));
        }
    }
}
