using System.Net;
using System.Runtime.CompilerServices;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Shards;

/// <summary>What happens to a connection by something that comes in the first shard: reports, neighbours, a cable, and timers.</summary>
[Collection(Alone.Name)]
public sealed class ShardEventTests
{
    [Theory]
    [InlineData(ShardAddresses.IPv4, 600)]
    [InlineData(ShardAddresses.IPv6, 1280)]
    public void A_report_of_a_narrow_path_shortens_the_segments_of_connections_in_every_shard(ShardAddresses addresses, int mtu)
    {
        using ShardWorld world = new(addresses: addresses);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        byte[] text = new byte[5000];
        new Random(mtu).NextBytes(text);
        TcpConnection connection = world.Near.Tcp.Connections.First(one => one.Shard.Index == 2);
        (PoolSocket near, PoolSocket far) = all.Single(ends => ends.Near.LocalEndPoint.Port == connection.LocalPort);
        using (world.HoldFar(shard: 2))
        {
            near.SendAll(text);
            Report(world, connection, mtu);
            Assert.All(world.Near.Tcp.Connections, one => Assert.Equal(mtu, one.Path.Mtu));
            Assert.Equal(2, connection.Shard.Index);
        }

        byte[] received = new byte[text.Length];
        for (int count = 0; count < text.Length;)
        {
            count += far.ReceiveInto(received.AsSpan(count));
        }

        Assert.Equal(text, received);
        Array.ForEach(all, ShardWorld.Exchange);
    }

    /// <summary>A reset from the peer's first shard ends a connection of another one, and nobody else's.</summary>
    [Theory]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    public void A_reset_in_the_first_lane_ends_the_connection_of_another_shard_that_a_thread_waits_for(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        TcpConnection connection = world.Near.Tcp.Connections.First(one => one.Shard.Index == 1);
        (PoolSocket near, PoolSocket far) = all.Single(ends => ends.Near.LocalEndPoint.Port == connection.LocalPort);
        PoolSocketException? ended = null;
        Thread waiting = new(() => ended = Assert.Throws<PoolSocketException>(() => near.ReceiveInto(new byte[1])));
        waiting.Start();
        using (world.Far.Network.Gate.EnterScope())
        {
            TcpConnection peer = world.Far.Tcp.Connections.Single(one => one.RemotePort == connection.LocalPort);
            peer.MoveTo(world.Far.Tcp.Main);
            peer.Abort();
        }

        world.Far.Network.Drive();
        waiting.Join();
        Assert.Equal(Radios.Errno.ECONNRESET, ended!.Errno);
        Array.ForEach([.. all.Where(ends => ends.Far != far)], ShardWorld.Exchange);
    }

    /// <summary>What threads have sent that are gone is sent again by the timers of their shards.</summary>
    [Theory]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    [InlineData(ShardAddresses.LinkLocal)]
    public void Text_that_was_lost_with_the_cable_arrives_although_the_threads_that_sent_it_are_gone(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        world.Cable.SetCarrier(false);
        Thread[] senders = [.. all.Select(ends => new Thread(() => ends.Near.SendAll("ping"u8)))];
        Array.ForEach(senders, sender => sender.Start());
        Array.ForEach(senders, sender => sender.Join());
        world.Cable.SetCarrier(true);
        byte[] buffer = new byte[4];
        foreach ((_, PoolSocket far) in all)
        {
            for (int count = 0; count < buffer.Length;)
            {
                count += far.ReceiveInto(buffer.AsSpan(count));
            }

            Assert.Equal("ping"u8.ToArray(), buffer);
        }

        Array.ForEach(all, ShardWorld.Exchange);
    }

    [Theory]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    public void A_neighbour_with_another_hardware_address_gets_the_packets_of_every_shard_there(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        NetworkInterface one = world.Near.Network.Interfaces[1];
        IPAddressValue peer = IPAddressValue.From(world.Peer);
        MacAddress right = MacAddress.From(world.Cable.B.HardwareAddress);
        long refused = world.Far.Counters.Dropped(DropReason.OtherHost);
        Tell(MacAddress.Read([2, 9, 9, 9, 9, 9]));
        foreach ((PoolSocket near, _) in all)
        {
            near.SendAll("ping"u8);
        }

        Assert.True(world.Far.Counters.Dropped(DropReason.OtherHost) >= refused + all.Length);
        Tell(right);
        foreach ((_, PoolSocket far) in all)
        {
            Assert.Equal(4, far.ReceiveInto(new byte[4]));
        }

        Array.ForEach(all, ShardWorld.Exchange);
        Assert.All(world.Near.Tcp.Connections, connection => Assert.True(connection.Path.IsReady));

        void Tell(MacAddress hardware)
        {
            using (world.Near.Network.Gate.EnterScope())
            {
                one.Neighbors.Answer(peer, hardware, isSolicited: true, isOverride: true);
            }
        }
    }

    /// <summary>A packet to a neighbour that was not heard of for long makes the stack ask for it: that needs the gate, once.</summary>
    [Theory]
    [InlineData(ShardAddresses.IPv4)]
    [InlineData(ShardAddresses.IPv6)]
    public void A_neighbour_that_is_stale_is_used_by_every_shard(ShardAddresses addresses)
    {
        using ShardWorld world = new(addresses: addresses);
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        NeighborTable neighbors = world.Near.Network.Interfaces[1].Neighbors;
        using (world.Near.Network.Gate.EnterScope())
        {
            foreach (Neighbor neighbor in neighbors.All.Where(neighbor => neighbor.State == NeighborState.Reachable).ToArray())
            {
                neighbors.OnTimer(neighbor);
            }
        }

        Assert.All(world.Near.Tcp.Connections, connection => Assert.False(connection.Path.IsReady));
        Array.ForEach(all, ShardWorld.Exchange);
        Assert.All(world.Near.Tcp.Connections, connection => Assert.True(connection.Path.IsReady));
    }

    /// <summary>An address that is taken away and given back: nothing that was known of packets to it counts.</summary>
    [Fact]
    public void An_address_that_the_stack_no_longer_has_gets_nothing_in_any_shard()
    {
        using ShardWorld world = new();
        (PoolSocket Near, PoolSocket Far)[] all = world.ConnectSpread(6);
        long refused = world.Far.Counters.Dropped(DropReason.NotLocal);
        IPAddress address = world.Peer;
        Assert.True(world.FarInterface.RemoveAddress(address));
        foreach ((PoolSocket near, PoolSocket far) in all)
        {
            near.SendAll("ping"u8);
            Assert.Equal(0, far.Available);
        }

        Assert.True(world.Far.Counters.Dropped(DropReason.NotLocal) >= refused + all.Length);
        world.FarInterface.AddAddress(address, 24);
        foreach ((_, PoolSocket far) in all)
        {
            Assert.Equal(4, far.ReceiveInto(new byte[4]));
        }

        Array.ForEach(all, ShardWorld.Exchange);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_sndUna")]
    private static extern ref long FirstUnacknowledged(TcpConnection connection);

    // ICMP "packet too big" from the far end, about the next segment that is not acknowledged.
    private static void Report(ShardWorld world, TcpConnection connection, int mtu)
    {
        (IPAddressValue near, IPAddressValue far) = (connection.Tuple.Local, connection.Tuple.Remote);
        TcpHeader header = new(connection.LocalPort, connection.RemotePort, new SequenceNumber((uint)FirstUnacknowledged(connection)), default, TcpFlags.Ack, 1000);
        byte[] quote = Craft.TcpPacket(near, far, header, new byte[1400]);
        byte[] packet = near.IsIPv4
            ? Craft.IcmpPacket(far, near, Icmpv4Message.FragmentationNeeded((ushort)mtu), quote.AsSpan(0, 28))[IPv4Header.MinLength..]
            : Craft.IcmpPacket(far, near, Icmpv6Message.PacketTooBig((uint)mtu), quote.AsSpan(0, 1200))[IPv6Header.Length..];
        NetworkStack network = world.Far.Network;
        using (network.Gate.EnterScope())
        {
            Assert.Equal(Radios.Errno.None, network.FindPath(near, far, out NetworkPath? path));
            Frame frame = Frame.Rent(packet.Length);
            packet.CopyTo(frame.Append(packet.Length));
            network.Send(path!, frame, near.IsIPv4 ? IPProtocol.Icmp : IPProtocol.Icmpv6);
        }

        network.Drive();
    }
}
