using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Icmp;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack;

/// <summary>
/// The network of a stack: interfaces, routes, IP and ICMP, and the transports above. One lock, the gate, owns all of it.
/// </summary>
/// <remarks>
/// Nothing waits, and no link is called, with the gate held: packets to be sent are put in line at their interface, and whoever lets
/// go of the gate drives the stack (<see cref="Drive"/>), which is where frames leave and come in.
/// </remarks>
internal sealed partial class NetworkStack : INetwork, IThreadPoolWorkItem, IDisposable
{
    private readonly List<StackInterface> _interfaces = [];
    private readonly ITransport?[] _transports = new ITransport?[256];
    private readonly FrameNamer _namer;
    private readonly List<ITransport> _batched = [];
    private bool _disposed;

    internal NetworkStack(StackOptions options)
    {
        Options = options;
        Clock = options.Clock;
        Random = options.Seed is { } seed ? new Random(seed) : new SystemRandom();
        Routes = new RouteTable(options.MaxRoutes);
        Timers = new TimerQueue(Clock, OnTimers);
        Reassembly = new Reassembler(this);
        PathMtus = new PathMtuTable(this);
        Errors = new ErrorSender(this);
        _namer = new FrameNamer(this);
        Loopback = AddInterface(new LoopbackLink());
        AddTransport(IPProtocol.Icmp, new Icmpv4Layer(this));
        AddTransport(IPProtocol.Icmpv6, new Icmpv6Layer(this));
        AddTransport(IPProtocol.Igmp, new IgmpLayer(this));
        lock (Gate)
        {
            Loopback.AddUnsynchronized(IPNumber.FromIPv4(127, 0, 0, 1), 8);
            Loopback.AddUnsynchronized(IPNumber.Loopback(System.Net.Sockets.AddressFamily.InterNetworkV6), 128);
        }
    }

    /// <inheritdoc/>
    public Lock Gate { get; } = new();

    /// <inheritdoc/>
    public TimeProvider Clock { get; }

    /// <inheritdoc/>
    public TimerQueue Timers { get; }

    /// <inheritdoc/>
    public Random Random { get; }

    internal StackOptions Options { get; }

    internal StackCounters Counters { get; } = new();

    internal RouteTable Routes { get; }

    internal Reassembler Reassembly { get; }

    internal ErrorSender Errors { get; }

    internal StackInterface Loopback { get; }

    internal IReadOnlyList<StackInterface> Interfaces => _interfaces;

    /// <summary>Who gets the packets of every protocol, before the transport: the RAW sockets. Null where there are none.</summary>
    internal IRawTap? Raw { get; set; }

    /// <summary>Who knows the sockets of TCP and UDP, to name them in captures. Null while the stack is being made.</summary>
    internal StackRadio? Station { get; set; }

    /// <summary>Sockets that are open.</summary>
    internal int OpenSockets { get; set; }

    /// <summary>Who takes name servers that an interface has learned from a source, or has no longer: the resolver.</summary>
    internal NameServersLearned? LearnNameServers { get; set; }

    /// <summary>
    /// Whether this process was forked from the one that the stack belongs to: it has none of the stack's threads, and the links
    /// are the other's. Nothing is sent or received any more.
    /// </summary>
    internal bool IsAbandoned { get; private set; }

    /// <summary>Before a fork: takes the gate, so that no other thread is in the middle of something; false if that lasts too long.</summary>
    internal bool TryHoldForFork(TimeSpan longest) => Gate.TryEnter(longest);

    /// <summary>After a fork, in both processes, on the thread that forked: lets go of the gate.</summary>
    internal void ReleaseAfterFork(bool isChild)
    {
        IsAbandoned |= isChild;
        Gate.Exit();
    }

    /// <summary>Registers a transport for a number in the IP header.</summary>
    internal void AddTransport(byte protocol, ITransport transport)
    {
        _transports[protocol] = transport;
        _batched.Add(transport);
    }

    internal StackInterface AddInterface(ILink link)
    {
        link = Options.Middleware?.Invoke(link) ?? link;
        if (link is LinkMiddleware around)
        {
            around.Namer = _namer;
        }

        // A link that throws here is not added. What has come before it is added is received below.
        link.Woken = Drive;
        StackInterface added;
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            added = new StackInterface(this, link, _interfaces.Count + 1);
            _interfaces.Add(added);
        }

        Drive();
        return added;
    }

    /// <summary>The interface with a number, or null.</summary>
    internal StackInterface? InterfaceOf(int index) => index >= 1 && index <= _interfaces.Count ? _interfaces[index - 1] : null;

    /// <inheritdoc/>
    public bool IsLocal(in IPNumber address)
    {
        if (address.IsUnspecified)
        {
            return true;
        }

        foreach (StackInterface one in _interfaces)
        {
            if (one.Owns(address))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        // What another call has left: the last words of connections and leases.
        for (int i = 0; i < 16 && !IsAbandoned && !_disposed && TryTakeRest(); i++)
        {
            DriveSome();
        }

        lock (Gate)
        {
            if (_disposed || IsAbandoned)
            {
                return;
            }

            _disposed = true;
        }

        foreach (StackInterface one in _interfaces)
        {
            one.CloseLink();
        }

        if (TryTakeRest())
        {
            DriveSome();
        }

        _restTimer?.Dispose();

        lock (Gate)
        {
            foreach (StackInterface one in _interfaces)
            {
                one.Outgoing.Clear();
                one.Neighbors.Clear();
            }

            Reassembly.Clear();
        }

        Timers.Dispose();
    }

    private void OnTimers()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            Timers.Run();
        }

        Drive();
    }
}

/// <summary>Name servers that an interface has learned, instead of those it had from the same source.</summary>
internal delegate void NameServersLearned(StackInterface one, object source, ReadOnlySpan<IPNumber> servers);

/// <summary>Where a copy of every received packet goes that somebody listens to on a RAW socket.</summary>
internal interface IRawTap
{
    /// <summary>A packet has come. The frame begins with the IP header; it stays the caller's.</summary>
    /// <returns>Whether somebody took it: then no error is sent for an unknown protocol.</returns>
    bool Offer(in ReceivedPacket packet, byte protocol, Buffers.Frame frame, int headerLength);

    /// <summary>Whether a socket has lately sent such a packet as an ICMP message quotes.</summary>
    bool MayHaveSent(in NetworkError error, byte protocol, ReadOnlySpan<byte> header);

    /// <summary>An ICMP message has come about a packet of a protocol that this stack sent.</summary>
    void OnError(in NetworkError error, byte protocol);
}
