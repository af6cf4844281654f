using System.Net;
using SocketPools.Stack.Core;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Shards;

/// <summary>In which shard connections are, and what does not change by it.</summary>
[Collection(Alone.Name)]
public sealed class ShardTests
{
    [Theory]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    [InlineData(ShardAddresses.LinkLocal)]
    [InlineData(ShardAddresses.Mapped)]
    [InlineData(ShardAddresses.Loopback)]
    [InlineData(ShardAddresses.LoopbackIPv6)]
    public void Connections_are_spread_evenly_and_both_ends_of_each_are_in_shards_of_one_number(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses);
        _ = world.ConnectSpread(9);
        _ = world.Connect();
        TcpConnection[] opened = [.. world.Near.Tcp.Connections.Where(connection => !connection.IsPassive)];
        int[] near = [.. opened.Select(connection => connection.Shard.Index)];
        Assert.Equal([0, 1, 2], near.Distinct().Order());
        Assert.All(near.CountBy(index => index), pair => Assert.InRange(pair.Value, 3, 4));
        foreach (TcpConnection connection in opened)
        {
            FourTupleOf(world.Far, connection, out TcpConnection peer);
            if (connection.Shard.Index > 0)
            {
                Assert.Equal(connection.Shard.Index, peer.Shard.Index);
            }
        }
    }

    [Fact]
    public void A_stack_with_a_seed_or_one_connection_has_one_shard()
    {
        using ShardWorld one = new();
        _ = one.ConnectSpread(1);
        Assert.True(one.Near.Network.Shards.IsSingle);

        LinkPair cable = LinkPair.Create();
        using StackRadio near = new(new StackOptions { Seed = 1 });
        using StackRadio far = new(new StackOptions { MaxShards = 1 });
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        using SocketPool nearPool = new(near), farPool = new(far);
        using PoolSocket listener = farPool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80));
        listener.Listen(10);
        for (int i = 0; i < 4; i++)
        {
            nearPool.CreateSocket().Connect(listener.LocalEndPoint);
        }

        Assert.False(near.Tcp.TrySpread());
        Assert.False(far.Tcp.TrySpread());
    }

    [Fact]
    public void A_link_that_carries_the_frames_of_one_thread_has_its_connections_in_the_first_shard()
    {
        using ShardWorld world = new(isFarBare: false);
        _ = world.ConnectSpread(4);
        Assert.True(world.Near.Network.Shards.IsSingle);
        Assert.True(world.Far.Network.Shards.IsSingle);
    }

    /// <summary>A link that counts, records or disturbs frames is called by one thread at a time, and so is what is around the loopback.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loopback_with_something_around_it_has_its_connections_in_the_first_shard(bool isDecorated)
    {
        using StackRadio radio = new(new StackOptions
        {
            MaxShards = 3,
            LinkDecorator = isDecorated ? link => new TracingLink(link, TextWriter.Null) : null,
        });
        using SocketPool pool = new(radio);
        using PoolSocket listener = pool.CreateSocket();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(10);
        for (int i = 0; i < 4; i++)
        {
            PoolSocket socket = pool.CreateSocket();
            socket.Connect(listener.LocalEndPoint);
            ShardWorld.Exchange((socket, listener.Accept()));
        }

        Assert.Equal(!isDecorated, radio.Tcp.TrySpread());
    }

    [Fact]
    public void One_connection_over_the_loopback_makes_no_shards_although_both_ends_are_here()
    {
        using ShardWorld world = new(addresses: ShardAddresses.Loopback);
        _ = world.ConnectSpread(1);
        Assert.True(world.Near.Network.Shards.IsSingle);
    }

    /// <summary>Who uses a connection and needs the gate, as the resolver of names does, has it in the first shard.</summary>
    [Fact]
    public void A_connection_whose_user_needs_the_gate_is_in_the_first_shard()
    {
        using ShardWorld world = new();
        _ = world.ConnectSpread(6);
        for (int i = 0; i < 6; i++)
        {
            using (world.Near.Network.Gate.EnterScope())
            {
                IPAddressValue peer = IPAddressValue.From(world.Peer);
                world.Near.Tcp.Connect(null, IPAddressValue.Any(peer.Family), peer, 80, false, default, new Observer(), out TcpConnection? connection);
                Assert.Equal(0, connection!.Shard.Index);
            }

            world.Near.Network.Drive();
            _ = world.Listener.Accept();
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    [InlineData(4, 2)]
    public void Ends_with_different_numbers_of_shards_understand_each_other(int nearShards, int farShards)
    {
        using ShardWorld world = new(nearShards, farShards);
        Array.ForEach(world.ConnectSpread(8), ShardWorld.Exchange);
    }

    [Theory]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    public void Counters_are_those_of_all_shards_together(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        (long sent, long received, long segments) = Counts();
        Array.ForEach(all, ShardWorld.Exchange);
        (long sentAfter, long receivedAfter, long segmentsAfter) = Counts();
        Assert.True(sentAfter - sent >= 6 * 4);
        Assert.True(receivedAfter - received >= 6 * 4);
        Assert.True(segmentsAfter - segments >= 6 * 4);

        // Timers may still send something between two of these.
        SpinWait.SpinUntil(() => world.Near.Counters.FramesSent is var frames && world.NearInterface.Counters.FramesSent == frames
            && world.FarInterface.Counters.FramesReceived == frames && world.Far.Counters.FramesReceived == frames
            && world.Cable.A.Counters.FramesSent == frames && world.Cable.B.Counters.FramesReceived == frames);

        (long, long, long) Counts() => (world.Near.Counters.FramesSent, world.Near.Counters.FramesReceived, world.Near.GetSnapshot().Counters.Single(c => c.Name == "tcpSegmentsSent").Count);
    }

    [Theory]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    public void The_peer_s_stack_may_go_while_connections_are_in_several_shards(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        world.FarPool.Dispose();
        world.Far.Dispose();
        foreach ((PoolSocket near, _) in all)
        {
            near.SetTimeout(0);
            Assert.Throws<PoolSocketException>(() => near.SendAll(new byte[1 << 20]));
        }
    }

    [Fact]
    public void One_thread_alone_never_spreads_connections_however_many_it_opens()
    {
        using ShardWorld world = new();
        for (int i = 0; i < 200; i++)
        {
            ShardWorld.Exchange(world.Connect());
        }

        // Threads of the clock's and of the pool's meet it now and then.
        Assert.True(world.Near.Network.Shards.IsSingle);
        Assert.True(world.Far.Network.Shards.IsSingle);
    }

    [Fact]
    public void Threads_that_meet_seldom_make_no_shards()
    {
        using ShardWorld world = new();
        (PoolSocket Near, PoolSocket Far)[] all = [world.Connect(), world.Connect()];
        StackShard main = world.Near.Network.Shards.Main;
        Meet(main, times: 63);
        using (main.EnterScope())
        {
            main.PacketsDelivered += 1 << 20;
        }

        Meet(main, times: 1);
        Array.ForEach(all, ShardWorld.Exchange);
        Assert.True(world.Near.Network.Shards.IsSingle);
        Meet(main, times: 64);
        Array.ForEach(all, ShardWorld.Exchange);
        Assert.False(world.Near.Network.Shards.IsSingle);
    }

    [Fact]
    public void Threads_that_meet_often_enough_make_shards()
    {
        using ShardWorld world = new();
        (PoolSocket Near, PoolSocket Far)[] all = [world.Connect(), world.Connect()];
        Assert.True(world.Near.Network.Shards.IsSingle);

        Meet(world.Near.Network.Shards.Main, times: 64);
        Array.ForEach(all, ShardWorld.Exchange);
        Assert.False(world.Near.Network.Shards.IsSingle);
        Array.ForEach(all, ShardWorld.Exchange);
    }

    /// <summary>What waited in a lane of the peer's for the only shard is then another one's to take.</summary>
    [Fact]
    public void Frames_that_wait_while_a_stack_gets_more_shards_arrive()
    {
        using ShardWorld world = new();
        (PoolSocket Near, PoolSocket Far)[] all = [.. Enumerable.Range(0, 6).Select(_ => world.Connect())];
        Array.ForEach(all, ShardWorld.Exchange);
        Assert.True(world.Near.Tcp.TrySpread());
        Array.ForEach(all, ShardWorld.Exchange);

        // A segment that is sent again would have its shard look, too.
        SpinWait.SpinUntil(() => IsAllAcknowledged(world.Far));
        using (world.HoldFar(shard: 0))
        {
            foreach ((PoolSocket near, _) in all)
            {
                near.SendAll("ping"u8);
            }

            Assert.True(world.Far.Tcp.TrySpread());
        }

        foreach ((_, PoolSocket far) in all)
        {
            Assert.Equal(4, far.ReceiveInto(new byte[4]));
        }

        Array.ForEach(all, ShardWorld.Exchange);
    }

    [Fact]
    public void A_stack_has_one_to_eight_shards()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StackOptions { MaxShards = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StackOptions { MaxShards = 9 });
        Assert.Equal(8, new StackOptions { MaxShards = 8 }.MaxShards);
    }

    /// <summary>Threads find each other in a shard.</summary>
    private static void Meet(StackShard shard, int times)
    {
        int before = shard.Contentions;
        while (shard.Contentions - before < times)
        {
            int seen = shard.Contentions;
            Thread other = new(() => shard.EnterScope().Dispose());
            using (shard.EnterScope())
            {
                other.Start();
                SpinWait.SpinUntil(() => shard.Contentions > seen);
            }

            other.Join();
        }
    }

    private static bool IsAllAcknowledged(StackRadio radio)
    {
        using (radio.Network.Gate.EnterScope())
        {
            return radio.Tcp.Connections.All(connection => connection.Info().Unacknowledged == 0);
        }
    }

    private sealed class Observer : ITcpObserver
    {
        public void Changed()
        {
        }
    }

    private static void FourTupleOf(StackRadio radio, TcpConnection connection, out TcpConnection peer) =>
        peer = radio.Tcp.Connections.Single(other => other.RemotePort == connection.LocalPort);
}
