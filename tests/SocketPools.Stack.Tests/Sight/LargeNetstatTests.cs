using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Diagnostics;

namespace SocketPools.Stack.Tests.Sight;

/// <summary>The netstat of a stack with many sockets.</summary>
public sealed class LargeNetstatTests
{
    [Fact]
    public void The_stack_is_held_up_for_a_few_rows_at_a_time_and_no_socket_is_missing()
    {
        using StackRadio radio = new(new StackOptions { MaxSockets = 3000 });
        using SocketPool pool = new(radio);
        List<PoolSocket> sockets = [];
        for (int i = 0; i < 1000; i++)
        {
            PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, i % 2 == 0 ? SocketType.Dgram : SocketType.Stream);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 10_000 + i));
            if (i % 2 == 1)
            {
                socket.Listen(1);
            }

            sockets.Add(socket);
        }

        List<int> parts = [];
        SnapshotTaker taker = new(radio.SnapshotSources, 0)
        {
            PartTaken = rows =>
            {
                Assert.True(radio.Network.Gate.IsHeldByCurrentThread);
                parts.Add(rows);
            },
        };
        StackSnapshot snapshot = taker.Take();
        Assert.False(radio.Network.Gate.IsHeldByCurrentThread);
        Assert.Equal(1000, parts.Sum());
        Assert.InRange(parts.Max(), 1, 64);
        Assert.Equal(1000, snapshot.Sockets.Count);
        Assert.Equal(1000, snapshot.Sockets.Select(row => row.Local).Distinct().Count());
        Assert.Equal(1000, snapshot.Limits.Single(limit => limit.Name == "sockets").Used);
        sockets.ForEach(socket => socket.Dispose());
    }
}
