using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>What connections cost.</summary>
[Collection(Alone.Name)]
public sealed class ResourceTests
{
    [Fact]
    public void Ten_thousand_idle_connections_cost_less_than_2_KiB_each()
    {
        const int Count = 10_000;
        using FaultyWire wire = new(1, new WireFaults());
        List<TcpConnection> connections = new(2 * Count);
        IPAddressValue any = IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork);
        TcpListener? listener;
        using (wire.B.Gate.EnterScope())
        {
            wire.B.Tcp.Bind(any, 80, false, false, out TcpPort? port);
            wire.B.Tcp.Listen(port!, 100, default, null, out listener);
        }

        // What the code itself needs is there before it is measured.
        Open(wire, listener!, connections, 100);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Open(wire, listener!, connections, Count);
        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (2 * Count);
        Assert.All(connections, connection => Assert.Equal(TcpState.Established, connection.State));
        Assert.InRange(each, 100, 2048);
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes each");
    }

    [Fact]
    public void Nothing_is_allocated_for_segments()
    {
        using FaultyWire wire = new(1, new WireFaults { Delay = TimeSpan.FromMilliseconds(1) });
        List<TcpConnection> ends = [];
        IPAddressValue any = IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork);
        TcpListener? listener;
        using (wire.B.Gate.EnterScope())
        {
            wire.B.Tcp.Bind(any, 80, false, false, out TcpPort? port);
            wire.B.Tcp.Listen(port!, 100, default, null, out listener);
        }

        Open(wire, listener!, ends, 1);

        // Frames go from one to the other without the wire, which has a closure for each.
        Queue<(TestNetwork To, IPAddressValue From, Buffers.Frame Frame)> line = new(1000);
        wire.A.Outgoing = (_, frame) => line.Enqueue((wire.B, wire.A.Address, frame));
        wire.B.Outgoing = (_, frame) => line.Enqueue((wire.A, wire.B.Address, frame));
        byte[] buffer = new byte[20_000];
        Exchange(wire, ends, line, buffer, 2000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(wire, ends, line, buffer, 2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Exchange(
        FaultyWire wire, List<TcpConnection> ends, Queue<(TestNetwork To, IPAddressValue From, Buffers.Frame Frame)> line, byte[] buffer, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            wire.Clock.Advance(TimeSpan.FromMilliseconds(1));
            int size = 1 + (i * 37 % 9000);
            using (wire.A.Gate.EnterScope())
            {
                ends[0].Send(buffer.AsSpan(0, size));
            }

            while (line.TryDequeue(out (TestNetwork To, IPAddressValue From, Buffers.Frame Frame) next))
            {
                next.To.Receive(next.From, next.Frame);
            }

            using (wire.B.Gate.EnterScope())
            {
                int read = 0;
                while (ends[1].Receive(buffer) is { Failed: false } result)
                {
                    read += result.Count;
                }

                Assert.True(read == size, "bytes are missing");
                ends[1].Send(buffer.AsSpan(0, 64));
            }

            while (line.TryDequeue(out (TestNetwork To, IPAddressValue From, Buffers.Frame Frame) next))
            {
                next.To.Receive(next.From, next.Frame);
            }

            using (wire.A.Gate.EnterScope())
            {
                Assert.True(ends[0].Receive(buffer).Count == 64, "the answer is missing");
            }
        }
    }

    // Client and server ends, in turn.
    private static void Open(FaultyWire wire, TcpListener listener, List<TcpConnection> connections, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using (wire.A.Gate.EnterScope())
            {
                IPAddressValue any = IPAddressValue.Any(wire.A.Address.Family);
                Assert.Equal(Errno.None, wire.A.Tcp.Connect(null, any, wire.B.Address, 80, false, default, null, out TcpConnection? connection));
                connections.Add(connection!);
            }

            TcpConnection? accepted = null;
            Assert.True(wire.Clock.RunUntil(() => Accept(wire, listener, ref accepted), TimeSpan.FromSeconds(10)));
            connections.Add(accepted!);
        }
    }

    private static bool Accept(FaultyWire wire, TcpListener listener, ref TcpConnection? accepted)
    {
        using (wire.B.Gate.EnterScope())
        {
            return listener.TryAccept(out accepted);
        }
    }
}
