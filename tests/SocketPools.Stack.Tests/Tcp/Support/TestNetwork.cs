using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>What TCP needs of a network, without one: packets go to whoever the test says.</summary>
internal sealed class TestNetwork : INetwork
{
    internal TestNetwork(VirtualClock clock, IPAddressValue address, int seed, TcpOptions settings)
    {
        Clock = clock;
        Address = address;
        Random = new Random(seed);
        Shards = new StackShards(new StackShard(0, clock, RunTimers));
        using (Gate.EnterScope())
        {
            Tcp = new TcpLayer(this, settings);
        }
    }

    public StackShards Shards { get; }

    public StackGate Gate => Shards.Gate;

    public TimeProvider Clock { get; }

    public TimerQueue Timers => Shards.Main.Timers;

    public Random Random { get; }

    internal IPAddressValue Address { get; }

    internal TcpLayer Tcp { get; }

    internal int Mtu { get; set; } = 1500;

    internal LinkOffloads Offloads { get; set; }

    internal bool IsUnreachable { get; set; }

    /// <summary>Whether packets come together with others, until <see cref="EndBatch"/>.</summary>
    internal bool HasMore { get; set; }

    /// <summary>The bits of explicit congestion notification of what is sent now.</summary>
    internal int CongestionBits { get; private set; }

    /// <summary>Takes what is sent, with the gate held.</summary>
    internal Action<NetworkPath, Frame> Outgoing { get; set; } = (_, frame) => frame.Release();

    public Errno FindPath(in IPAddressValue remote, in IPAddressValue local, out NetworkPath? path)
    {
        path = IsUnreachable ? null : new NetworkPath
        {
            Local = Address,
            Remote = remote,
            Interface = null!,
            NextHop = remote,
            Mtu = Mtu,
            Offloads = Offloads,
        };
        return IsUnreachable ? Errno.ENETUNREACH : Errno.None;
    }

    public bool IsLocal(in IPAddressValue address) => address == Address || address == IPAddressValue.Any(address.Family);

    public void Send(NetworkPath path, Frame frame, byte protocol, int congestionBits = 0)
    {
        Assert.True(protocol == IPProtocol.Tcp, "not TCP");
        CongestionBits = congestionBits;
        Outgoing(path, frame);
    }

    /// <summary>A packet comes in.</summary>
    internal void Receive(IPAddressValue source, Frame frame, bool isUnicast = true, int congestionBits = 0)
    {
        using (Gate.EnterScope())
        {
            Tcp.Receive(new ReceivedPacket(source, Address, isUnicast, congestionBits, 64, 1, Address.IsIPv4 ? 20 : 40, HasMore), frame);
        }
    }

    /// <summary>The packets that came together are all there.</summary>
    internal void EndBatch()
    {
        HasMore = false;
        using (Gate.EnterScope())
        {
            Tcp.EndBatch(Shards.Main);
        }
    }

    private void RunTimers(StackShard shard)
    {
        using (Gate.EnterScope())
        {
            shard.Timers.Run();
        }
    }
}
