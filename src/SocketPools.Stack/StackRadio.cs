using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;
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

    /// <summary>Makes a stack.</summary>
    /// <param name="options">How; null for the defaults.</param>
    public StackRadio(StackOptions? options = null)
        : base((options ?? new StackOptions()).MaxSockets)
    {
        _options = options ?? new StackOptions();
        Network = new NetworkStack(_options);
        Udp = new UdpLayer(Network);
        Network.AddTransport(IPProtocol.Udp, Udp);
        Raw = new RawLayer(Network);
        Network.Raw = Raw;
        Tcp = new TcpLayer(Network, _options.Tcp);
        Tcp.Statistics.Dropped = reason => Network.Counters.Drop(TcpDropReasons.Of(reason));
        Network.AddTransport(IPProtocol.Tcp, Tcp);
        Names = new NameResolver(Network, Udp, Tcp);
        Names.Servers.Set(_options.NameServers);
        Network.LearnNameServers = Names.Servers.Learn;
        Network.Station = this;
    }

    /// <inheritdoc/>
    public override string Name => _options.Name;

    /// <inheritdoc/>
    public override TimeProvider TimeProvider => _options.Clock;

    /// <summary>Where its random numbers began: what replays a run.</summary>
    public int? Seed => _options.Seed;

    /// <summary>What it has done and refused.</summary>
    public StackCounters Counters => Network.Counters;

    /// <summary>Its interfaces, loopback first.</summary>
    public IReadOnlyList<StackInterface> Interfaces
    {
        get
        {
            lock (Network.Gate)
            {
                return [.. Network.Interfaces];
            }
        }
    }

    internal NetworkStack Network { get; }

    internal UdpLayer Udp { get; }

    internal RawLayer Raw { get; }

    internal TcpLayer Tcp { get; }

    /// <summary>Takes a link, which is the stack's from then on.</summary>
    /// <param name="link">The link.</param>
    /// <returns>Its interface, which has no address yet.</returns>
    public StackInterface AddInterface(ILink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return Network.AddInterface(link);
    }

    /// <summary>Adds a route by a gateway.</summary>
    /// <param name="network">The network's address; 0.0.0.0 or :: for the default route.</param>
    /// <param name="prefixLength">The network's length; 0 for the default route.</param>
    /// <param name="gateway">A neighbour on one of the interfaces.</param>
    /// <exception cref="ArgumentException">No interface has a network with the gateway in it.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="StackOptions.MaxRoutes"/> already.</exception>
    public void AddRoute(IPAddress network, int prefixLength, IPAddress gateway)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(gateway);
        IPNumber hop = IPNumber.From(gateway);
        lock (Network.Gate)
        {
            StackInterface? way = Network.InterfaceOf((int)(hop.IsIPv6 ? gateway.ScopeId : 0))
                ?? (Network.Routes.Find(hop, null) is { Gateway.HasValue: false } direct ? direct.Interface : null);
            if (way is null)
            {
                throw new ArgumentException($"The gateway {gateway} is on no interface's network.", nameof(gateway));
            }

            if (!Network.Routes.Add(new Route(new IPPrefix(IPNumber.From(network).Masked(prefixLength), prefixLength), hop, way, 0)))
            {
                throw new InvalidOperationException($"There are {_options.MaxRoutes} routes, which is the limit (StackOptions.MaxRoutes).");
            }
        }
    }

    /// <inheritdoc/>
    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        socket = null;
        if (Network.IsAbandoned)
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

            socket = new StackDatagramSocket(this, family);
            return RadioResult.Ok;
        }

        if (type == SocketType.Stream)
        {
            if (protocol is not (ProtocolType.Unspecified or ProtocolType.Tcp))
            {
                return Errno.EPROTONOSUPPORT;
            }

            socket = new StackStreamSocket(this, family);
            return RadioResult.Ok;
        }

        if (type == SocketType.Raw)
        {
            // raw(7): a protocol has to be named.
            if ((int)protocol is <= 0 or > 255)
            {
                return Errno.EPROTONOSUPPORT;
            }

            socket = new StackRawSocket(this, family, (byte)protocol);
            return RadioResult.Ok;
        }

        return Errno.EINVAL;
    }

    /// <inheritdoc/>
    public override string? GetHint(string operation, Errno errno) => Network.IsAbandoned
        ? "The stack is in the process that this one was forked from; a process that is started anew can have its own."
        : null;

    /// <summary>Ends the stack: its links are closed, and nothing arrives any more.</summary>
    public void Dispose()
    {
        lock (Network.Gate)
        {
            if (!Network.IsAbandoned)
            {
                foreach (StackInterface one in Network.Interfaces)
                {
                    one.Dhcp?.StopUnsynchronized();
                }

                Names.Clear();
                Tcp.Clear();
            }
        }

        Network.Drive(); // what is given back

        Network.Dispose();
    }
}
