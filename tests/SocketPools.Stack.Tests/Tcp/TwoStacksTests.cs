using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>What only two stacks together show.</summary>
[Collection(Alone.Name)]
public sealed class TwoStacksTests
{
    [Fact]
    public void Both_may_open_at_once_and_both_may_close_at_once()
    {
        using FaultyWire wire = new(3, new WireFaults());
        TransferEnd a = new(wire.A, wire.Clock, 1, 1, 2, 300_000, isGreedy: true);
        TransferEnd b = new(wire.B, wire.Clock, 2, 2, 1, 300_000, isGreedy: true);
        a.Connection = Connect(wire.A, wire.B, 1000, 2000, a);
        b.Connection = Connect(wire.B, wire.A, 2000, 1000, b);
        Assert.True(wire.Clock.RunUntil(() => a.IsDone && b.IsDone, TimeSpan.FromMinutes(1)));
        Assert.True(a.IsWhole && b.IsWhole, $"{a.Error} {b.Error}");
        Assert.Equal(0, wire.A.Tcp.Statistics.SegmentsRetransmitted + wire.B.Tcp.Statistics.SegmentsRetransmitted);
    }

    [Fact]
    public void A_connection_to_itself_is_one()
    {
        using FaultyWire wire = new(3, new WireFaults());
        wire.A.Outgoing = (_, frame) => wire.Clock.After(TimeSpan.Zero, () => wire.A.Receive(wire.A.Address, frame));
        TransferEnd self = new(wire.A, wire.Clock, 1, 1, 1, 100_000, isGreedy: true);
        self.Connection = Connect(wire.A, wire.A, 1000, 1000, self);
        Assert.True(wire.Clock.RunUntil(() => self.IsDone, TimeSpan.FromMinutes(1)));
        Assert.True(self.IsWhole);
        Assert.Equal(100_000, self.Received);
        wire.Clock.Advance(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void A_receiver_that_sleeps_stops_the_sender_and_wakes_it_again()
    {
        using FaultyWire wire = new(4, new WireFaults());
        TransferEnd client = new(wire.A, wire.Clock, 1, 1, 2, 2_000_000, isGreedy: true);
        IPAddressValue any = IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork);
        TcpListener? listener;
        using (wire.B.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, wire.B.Tcp.Bind(any, 80, false, false, out TcpPort? port));
            Assert.Equal(Errno.None, wire.B.Tcp.Listen(port!, 1, default, null, out listener));
        }

        using (wire.A.Gate.EnterScope())
        {
            wire.A.Tcp.Connect(null, any, wire.B.Address, 80, false, default, client, out TcpConnection? connection);
            client.Connection = connection;
        }

        // Long enough for any timer to give up that should not.
        wire.Clock.Advance(TimeSpan.FromHours(2));
        TransferEnd server = new(wire.B, wire.Clock, 2, 2, 1, 0, isGreedy: true);
        using (wire.B.Gate.EnterScope())
        {
            Assert.True(listener!.TryAccept(out TcpConnection? accepted));
            Assert.InRange(accepted.Available, 100_000, 200_000);
            server.Connection = accepted;
            accepted.Observer = server;
            server.Changed();
        }

        Assert.True(wire.Clock.RunUntil(() => client.IsDone && server.IsDone, TimeSpan.FromMinutes(10)));
        Assert.True(client.IsWhole && server.IsWhole, $"{client.Error} {server.Error}");
        Assert.Equal(2_000_000, server.Received);
    }

    [Theory]
    [InlineData(TcpCongestionControl.Cubic)]
    [InlineData(TcpCongestionControl.NewReno)]
    public void Two_flows_share_a_bottleneck(TcpCongestionControl control)
    {
        TcpOptions settings = new() { CongestionControl = control };
        WireFaults faults = new() { Delay = TimeSpan.FromMilliseconds(10), Rate = 20_000_000, Queue = 60_000 };
        using FaultyWire wire = new(5, faults, settings, settings);
        Transfer[] flows = [new(wire, 5, 60_000_000, 0, isGreedy: true, port: 80), new(wire, 6, 60_000_000, 0, isGreedy: true, port: 81)];
        wire.Clock.Advance(TimeSpan.FromSeconds(20));
        double x = flows[0].Server.Received;
        double y = flows[1].Server.Received;

        // Jain's index.
        double fairness = (x + y) * (x + y) / (2 * ((x * x) + (y * y)));
        Assert.True(fairness >= 0.9, $"{fairness:F3}: {x} and {y}");
        Assert.True((x + y) * 8 / 20 >= 0.85 * faults.Rate, $"{(x + y) * 8 / 20e6:F1} Mbit/s");
        foreach (Transfer flow in flows)
        {
            using (wire.A.Gate.EnterScope())
            {
                flow.Client.Connection!.Abort();
            }

            using (wire.B.Gate.EnterScope())
            {
                flow.Server.Connection!.Abort();
            }
        }
    }

    private static TcpConnection Connect(TestNetwork from, TestNetwork to, ushort port, ushort remotePort, ITcpObserver observer)
    {
        using (from.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, from.Tcp.Bind(from.Address, port, false, false, out TcpPort? held));
            Assert.Equal(Errno.None, from.Tcp.Connect(held, from.Address, to.Address, remotePort, false, default, observer, out TcpConnection? connection));
            from.Tcp.Unbind(held!);
            return connection!;
        }
    }
}
