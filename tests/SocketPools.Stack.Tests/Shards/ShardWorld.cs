using System.Net;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Shards;

/// <summary>Two stacks on a pair, with as many shards as asked for. At its end it looks for frames and blocks that nobody has let go of.</summary>
internal sealed class ShardWorld : IDisposable
{
    private const int TimeoutSeconds = 30;

    private readonly (long, long) _before = InUse;
    private readonly LinkPair _cable;

    internal ShardWorld(int nearShards = 3, int farShards = 3, LinkOffloads offloads = LinkOffloads.NoChecksums, bool isFarBare = true)
    {
        _cable = LinkPair.Create(new LinkPairOptions { Offloads = offloads, MaxQueuedFrames = 65536 });
        Near = new StackRadio(new StackOptions { Name = "near", MaxShards = nearShards });
        Far = new StackRadio(new StackOptions { Name = "far", MaxShards = farShards });
        Near.AddInterface(_cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        Far.AddInterface(isFarBare ? _cable.B : new TracingLink(_cable.B, TextWriter.Null)).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        NearPool = new SocketPool(Near);
        FarPool = new SocketPool(Far);
        Listener = FarPool.CreateSocket();
        Listener.SetTimeout(TimeoutSeconds);
        Listener.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 80));
        Listener.Listen(100);
    }

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
            PoolSocket near = NearPool.CreateSocket();
            near.SetTimeout(TimeoutSeconds);
            near.Connect(Listener.LocalEndPoint);
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

    public void Dispose()
    {
        NearPool.Dispose();
        FarPool.Dispose();
        Near.Dispose();
        Far.Dispose();

        // What was more than one call sends and receives is done on a thread of the pool, which may be in the middle of it.
        SpinWait.SpinUntil(() => InUse == _before, TimeSpan.FromSeconds(TimeoutSeconds));
        Assert.Equal(_before, InUse);
    }
}
