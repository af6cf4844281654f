using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Icmp;
using SocketPools.Stack.IP;
using SocketPools.Stack.Names;
using SocketPools.Stack.Raw;
using SocketPools.Stack.Sockets;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Udp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack;

/// <summary>
/// A TCP/IP stack of its own, over whatever links it is given, as a radio like any other. It has a loopback of its own and sees
/// nothing of the host's network.
/// </summary>
/// <example>
/// Two radios on one cable:
/// <code>
/// LinkPair cable = LinkPair.Create();
/// using StackRadio near = new(), far = new();
/// near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
/// far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
/// </code>
/// </example>
public sealed partial class StackRadio : Radio, IDisposable
{
    private readonly StackOptions _options;
    private readonly StackCore _core;
    private readonly StackTransports _transports;
    private readonly IcmpInterfaces _icmp;
    private readonly PacketLabeler _namer;

    /// <summary>Creates a stack whose only interface is loopback.</summary>
    /// <param name="options">The options, or null for the defaults.</param>
    public StackRadio(StackOptions? options = null)
        : base((options ?? new StackOptions()).MaxSockets)
    {
        _options = options ?? new StackOptions();
        _core = new StackCore(_options.TimeProvider, _options.Seed, _options.Limits, _options.MaxShards);
        Network = new NetworkStack(_core);
        IcmpErrorSender errors = new(Network);
        Network.Errors = errors;
        _icmp = new IcmpInterfaces(_core);
        Network.AddTransport(IPProtocol.Icmp, new Icmpv4Layer(Network));
        Network.AddTransport(IPProtocol.Icmpv6, new Icmpv6Layer(Network, _icmp));
        Network.AddTransport(IPProtocol.Igmp, new IgmpLayer(Network, _icmp));
        Udp = new UdpLayer(Network, errors);
        Network.AddTransport(IPProtocol.Udp, Udp);
        Raw = new RawLayer(Network);
        Network.Raw = Raw;
        Tcp = new TcpLayer(Network, _options.Tcp);
        Tcp.Statistics.Dropped = reason => _core.Counters.Drop(TcpDropReasons.Of(reason));
        Network.AddTransport(IPProtocol.Tcp, Tcp);
        Names = new DnsResolver(Network, Udp, Tcp, _options.Dns);
        Network.CarrierChanged = one => _interfaces[one.Index - 1].Configuration.OnCarrierChanged();
        _transports = new StackTransports { Radio = this, Network = Network, Udp = Udp, Raw = Raw, Tcp = Tcp };
        _namer = new PacketLabeler(_transports);
        SnapshotSources = new SnapshotSources { Transports = _transports, Names = Names, Errors = errors, Configurations = _configurations };
        AddLoopback();
        Names.Servers.Set(_options.NameServers);
    }

    /// <inheritdoc/>
    public override string Name => _options.Name;

    /// <inheritdoc/>
    public override TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>Where its random numbers began: what replays a run.</summary>
    public int? Seed => _options.Seed;

    /// <summary>What it has done and refused.</summary>
    public StackCounters Counters => _core.Counters;

    /// <summary>
    /// Whether this process was forked from the one that the stack belongs to: it has none of the stack's threads, and the links
    /// are the other's. Nothing is sent or received any more.
    /// </summary>
    public bool IsAbandoned => _core.IsAbandoned;

    internal NetworkStack Network { get; }

    internal UdpLayer Udp { get; }

    internal RawLayer Raw { get; }

    internal TcpLayer Tcp { get; }

    internal SnapshotSources SnapshotSources { get; }

    /// <inheritdoc/>
    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        socket = null;
        if (_core.IsAbandoned)
        {
            return Errno.ENETDOWN;
        }

        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            return Errno.EAFNOSUPPORT;
        }

        if (type == SocketType.Dgram)
        {
            if (protocol is not (ProtocolType.Unspecified or ProtocolType.Udp))
            {
                return Errno.EPROTONOSUPPORT;
            }

            socket = new StackDatagramSocket(_transports, family);
            return RadioResult.Ok;
        }

        if (type == SocketType.Stream)
        {
            if (protocol is not (ProtocolType.Unspecified or ProtocolType.Tcp))
            {
                return Errno.EPROTONOSUPPORT;
            }

            socket = new StackStreamSocket(_transports, family);
            return RadioResult.Ok;
        }

        if (type == SocketType.Raw)
        {
            // raw(7): a protocol has to be named.
            if ((int)protocol is <= 0 or > 255)
            {
                return Errno.EPROTONOSUPPORT;
            }

            socket = new StackRawSocket(_transports, family, (byte)protocol);
            return RadioResult.Ok;
        }

        return Errno.EINVAL;
    }

    /// <inheritdoc/>
    public override string? GetHint(string operation, Errno errno) => _core.IsAbandoned
        ? "The stack is in the process that this one was forked from; a process that is started anew can have its own."
        : null;

    /// <summary>
    /// Prepares a fork(2) of the process by native code: waits until no other thread is in the middle of something in this stack, and keeps
    /// all others out of it until <see cref="CompleteFork"/>.
    /// </summary>
    /// <param name="timeout">How long it may take.</param>
    /// <returns>False: it took longer, nothing is kept out, and <see cref="CompleteFork"/> must not be called.</returns>
    public bool TryPrepareFork(TimeSpan timeout) => _core.TryHoldForFork(timeout);

    /// <summary>Ends what <see cref="TryPrepareFork"/> began. Call it in both processes, on the thread that forked.</summary>
    /// <param name="isChild">Whether this is the new process, in which the stack is abandoned (<see cref="IsAbandoned"/>).</param>
    public void CompleteFork(bool isChild) => _core.ReleaseAfterFork(isChild);

    /// <summary>Ends the stack: its links are closed, and nothing arrives any more.</summary>
    public void Dispose()
    {
        using (Network.Gate.EnterScope())
        {
            if (!_core.IsAbandoned)
            {
                foreach (StackInterface one in _interfaces)
                {
                    one.Configuration.Dhcp?.StopUnsynchronized();
                }

                Names.Clear();
                Tcp.Clear();
            }
        }

        Network.Drive(); // what is given back

        Network.Dispose();
    }
}
