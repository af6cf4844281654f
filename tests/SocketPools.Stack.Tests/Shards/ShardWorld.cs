using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Shards;

/// <summary>How the ends of the connections reach each other.</summary>
public enum ShardAddresses
{
    IPv4,
    IPv6,
    LinkLocal,

    /// <summary>Sockets of IPv6 at both ends, on a listener for both versions, with addresses of IPv4.</summary>
    Mapped,

    /// <summary>Both ends on one stack, over 127.0.0.1.</summary>
    Loopback,

    /// <summary>Both ends on one stack, over ::1.</summary>
    LoopbackIPv6,
}

/// <summary>Two stacks on a pair, or one with its loopback, with as many shards as asked for. At its end it looks for frames and blocks that nobody has let go of.</summary>
internal sealed class ShardWorld : IDisposable
{
    private const int TimeoutSeconds = 200;

    private readonly (long, long) _before = InUse;
    private readonly LinkPair _cable;

    internal ShardWorld(
        int nearShards = 3,
        int farShards = 3,
        LinkOffloads offloads = LinkOffloads.NoChecksums,
        bool isFarBare = true,
        ShardAddresses addresses = ShardAddresses.IPv4,
        TimeProvider? clock = null,
        LinkMedium medium = LinkMedium.Ethernet)
    {
        TimeProvider time = clock ?? TimeProvider.System;
        _cable = LinkPair.Create(new LinkPairOptions { Offloads = offloads, Medium = medium, MaxQueuedFrames = 65536 });
        bool isOne = addresses is ShardAddresses.Loopback or ShardAddresses.LoopbackIPv6;
        Near = new StackRadio(new StackOptions { Name = "near", MaxShards = nearShards, TimeProvider = time });
        Far = isOne ? Near : new StackRadio(new StackOptions { Name = "far", MaxShards = farShards, TimeProvider = time });
        NearInterface = Near.AddInterface(_cable.A);
        FarInterface = Far.AddInterface(isFarBare ? _cable.B : new TracingLink(_cable.B, TextWriter.Null));
        AddAddresses(NearInterface, 1);
        AddAddresses(FarInterface, 2);
        NearPool = new SocketPool(Near);
        FarPool = isOne ? NearPool : new SocketPool(Far);
        Family = addresses is ShardAddresses.IPv4 or ShardAddresses.Loopback ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        Peer = addresses switch
        {
            ShardAddresses.IPv4 => IPAddress.Parse("192.0.2.2"),
            ShardAddresses.IPv6 => IPAddress.Parse("2001:db8::2"),
            ShardAddresses.LinkLocal => new IPAddress(IPAddress.Parse("fe80::2").GetAddressBytes(), NearInterface.Index),
            ShardAddresses.Mapped => IPAddress.Parse("192.0.2.2").MapToIPv6(),
            _ => Family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback,
        };
        Listener = FarPool.CreateSocket(Family);
        Listener.SetTimeout(TimeoutSeconds);
        Listener.Bind(new IPEndPoint(Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 80));
        Listener.Listen(100);
    }

    /// <summary>The version of the sockets.</summary>
    internal AddressFamily Family { get; }

    /// <summary>The far end's address, as the near end has it.</summary>
    internal IPAddress Peer { get; }

    internal StackInterface NearInterface { get; }

    internal StackInterface FarInterface { get; }

    /// <summary>The cable between both.</summary>
    internal LinkPair Cable => _cable;

    internal StackRadio Near { get; }

    internal StackRadio Far { get; }

    internal SocketPool NearPool { get; }

    internal SocketPool FarPool { get; }

    internal PoolSocket Listener { get; }

    internal Lock Connecting { get; } = new();

    private static (long, long) InUse => (FramePool.InUse, BlockPool.Small.InUse + BlockPool.Large.InUse);

    /// <summary>Two ends of a connection.</summary>
    internal (PoolSocket Near, PoolSocket Far) Connect()
    {
        lock (Connecting)
        {
            PoolSocket near = NearPool.CreateSocket(Family);
            near.SetTimeout(TimeoutSeconds);
            near.Connect(new IPEndPoint(Peer, 80));
            PoolSocket far = Listener.Accept();
            far.SetTimeout(TimeoutSeconds);
            return (near, far);
        }
    }

    /// <summary>Connections of several shards at both ends, which have carried something.</summary>
    internal (PoolSocket Near, PoolSocket Far)[] ConnectSpread(int count)
    {
        (PoolSocket Near, PoolSocket Far)[] all = [.. Enumerable.Range(0, count).Select(_ => Connect())];
        Array.ForEach(all, Exchange);
        Near.Tcp.TrySpread();
        Far.Tcp.TrySpread();
        Array.ForEach(all, Exchange);
        return all;
    }

    /// <summary>Lets the far end receive nothing in the lane of a shard until this ends.</summary>
    internal IDisposable HoldFar(int shard) => new Hold(Far.Network, shard);

    /// <summary>What is counted of shards is what is in them.</summary>
    internal static void CheckCounts(StackRadio radio)
    {
        using (radio.Network.Gate.EnterScope())
        {
            foreach (StackShard shard in radio.Network.Shards.All)
            {
                Assert.Equal(radio.Tcp.Connections.Count(connection => connection.Shard == shard), radio.Tcp.ShardOf(shard).ConnectionCount);
            }
        }
    }

    internal static void Exchange((PoolSocket Near, PoolSocket Far) ends)
    {
        byte[] buffer = new byte[4];
        for (int i = 0; i < 4; i++)
        {
            ends.Near.SendAll("ping"u8);
            Assert.Equal(4, ends.Far.ReceiveInto(buffer));
            ends.Far.SendAll("pong"u8);
            Assert.Equal(4, ends.Near.ReceiveInto(buffer));
        }
    }

    private static void AddAddresses(StackInterface one, int number)
    {
        one.AddAddress(IPAddress.Parse($"192.0.2.{number}"), 24);
        one.AddAddress(IPAddress.Parse($"2001:db8::{number}"), 64, skipDuplicateAddressDetection: true);
        one.AddAddress(IPAddress.Parse($"fe80::{number}"), 64, skipDuplicateAddressDetection: true);
    }

    public void Dispose()
    {
        CheckCounts(Near);
        CheckCounts(Far);
        NearPool.Dispose();
        FarPool.Dispose();
        Near.Dispose();
        Far.Dispose();

        // What was more than one call sends and receives is done on a thread of the pool, which may be in the middle of it.
        SpinWait.SpinUntil(() => InUse == _before, TimeSpan.FromSeconds(TimeoutSeconds));
        Assert.Equal(_before, InUse);
    }

    private sealed class Hold : IDisposable
    {
        private readonly StackDriver _driver;

        internal Hold(NetworkStack network, int shard)
        {
            _driver = network.DriverOf(shard);
            SpinWait.SpinUntil(() =>
            {
                using (network.Shards.All[shard].EnterScope())
                {
                    return _driver.TryTakeUnsynchronized();
                }
            });
        }

        public void Dispose() => _driver.DriveTaken();
    }
}
