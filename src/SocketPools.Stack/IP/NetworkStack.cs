using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// IP: interfaces and routes, packets in, packets out. The transports above are registered by their numbers. With the stack's lock held,
/// except where a member says otherwise.
/// </summary>
internal sealed partial class NetworkStack : INetwork, IStackDriver, INeighborObserver, IDisposable
{
    // Another list for each interface that is added: it is read without the lock.
    private NetworkInterface[] _interfaces = [];
    private readonly ITransport?[] _transports = new ITransport?[256];
    private readonly List<ITransport> _batched = [];
    private readonly StackDriver _driver;

    // One for each shard. Another list when there are more.
    private StackDriver[] _drivers;

    // One for each shard, once a connection has received something.
    private KnownFlows[]? _known;

    // Several packets have come together, and not all are given out yet.
    private bool _isInBatch;

    internal NetworkStack(StackCore core)
    {
        Core = core;
        (Shards, Clock, Timers, Random) = (core.Shards, core.Clock, core.Timers, core.Random);
        (Limits, Counters) = (core.Limits, core.Counters);
        Routes = new RouteTable(core.Limits.MaxRoutes);
        Reassembly = new Reassembler(this);
        PathMtus = new PathMtuTable(this);
        _driver = new StackDriver(core, this, core.Shards.Main);
        _drivers = [_driver];
        core.SetDriver(this);
    }

    /// <summary>What it shares with the other layers.</summary>
    internal StackCore Core { get; }

    /// <inheritdoc/>
    public StackShards Shards { get; }

    /// <inheritdoc cref="StackCore.Gate"/>
    public StackGate Gate => new(Shards);

    /// <inheritdoc/>
    public TimeProvider Clock { get; }

    /// <inheritdoc/>
    public TimerQueue Timers { get; }

    /// <inheritdoc/>
    public Random Random { get; }

    internal StackLimits Limits { get; }

    internal StackCounters Counters { get; }

    internal RouteTable Routes { get; }

    internal Reassembler Reassembly { get; }

    /// <summary>Its interfaces, loopback first.</summary>
    internal NetworkInterface[] Interfaces => _interfaces;

    internal NetworkInterface Loopback => _interfaces[0];

    /// <summary>Whether every link is a pair or the loopback.</summary>
    internal bool HasOwnLinksAlone { get; private set; }

    /// <summary>Sends errors to the senders of refused packets. Null without ICMP.</summary>
    internal IErrorSender? Errors { get; set; }

    /// <summary>Who gets the packets of every protocol, before the transport: the RAW sockets. Null where there are none.</summary>
    internal IRawTap? Raw { get; set; }

    /// <summary>Called when the carrier of an interface's link is lost or back.</summary>
    internal Action<NetworkInterface>? CarrierChanged { get; set; }

    /// <summary>Registers a transport for a number in the IP header.</summary>
    internal void AddTransport(byte protocol, ITransport transport)
    {
        _transports[protocol] = transport;
        _batched.Add(transport);
    }

    /// <summary>Takes a link. Frames come in by it when the lock is free.</summary>
    internal NetworkInterface AddInterface(ILink link)
    {
        NetworkInterface added = new(Core, link, _interfaces.Length + 1, this);
        added.ReceiveDirectly(new DirectReceiver(this, added));
        HasOwnLinksAlone = Array.TrueForAll(_interfaces, static one => one.IsOwnLink) && added.IsOwnLink;
        _interfaces = [.. _interfaces, added];
        return added;
    }

    /// <summary>The interface with a number, or null.</summary>
    internal NetworkInterface? InterfaceOf(int index) => index >= 1 && index <= _interfaces.Length ? _interfaces[index - 1] : null;

    /// <inheritdoc/>
    public bool IsLocal(in IPAddressValue address)
    {
        if (address.IsUnspecified)
        {
            return true;
        }

        foreach (NetworkInterface one in _interfaces)
        {
            if (one.Owns(address))
            {
                return true;
            }
        }

        return false;
    }

    internal void Drop(Frame frame, DropReason reason) => Core.Drop(frame, reason);

    /// <summary>Ends the stack: the links are closed. Without the lock.</summary>
    public void Dispose()
    {
        if (!Core.IsDisposed)
        {
            FinishRest(limit: 16);
        }

        using (Gate.EnterScope())
        {
            if (Core.IsDisposed || Core.IsAbandoned)
            {
                return;
            }

            Core.IsDisposed = true;
        }

        foreach (NetworkInterface one in _interfaces)
        {
            one.CloseLink();
        }

        FinishRest(limit: 1);
        Array.ForEach(_drivers, static driver => driver.Dispose());
        using (Gate.EnterScope())
        {
            foreach (NetworkInterface one in _interfaces)
            {
                Array.ForEach(one.Lines, static line => line.Outgoing.Clear());
                one.Neighbors.Clear();
            }

            Reassembly.Clear();
        }

        Array.ForEach(Shards.All, static shard => shard.Timers.Dispose());
    }
}
