using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack;

// Interfaces and routes.
public sealed partial class StackRadio
{
    private readonly List<InterfaceConfiguration> _configurations = [];
    private readonly List<StackInterface> _interfaces = [];

    /// <summary>Gets the interfaces of the stack; the first is loopback.</summary>
    public IReadOnlyList<StackInterface> Interfaces
    {
        get
        {
            using (Network.Gate.EnterScope())
            {
                return [.. _interfaces];
            }
        }
    }

    /// <summary>Takes a link, which is the stack's from then on.</summary>
    /// <param name="link">The link.</param>
    /// <returns>Its interface, which has no address yet.</returns>
    public StackInterface AddInterface(ILink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        link = _options.LinkDecorator?.Invoke(link) ?? link;
        if (link is DelegatingLink around)
        {
            around.Namer = _namer;
        }

        // A link that throws here is not added. What has come before it is added is received below.
        link.FrameAvailable = Network.OnFrameAvailable;
        StackInterface added;
        using (Network.Gate.EnterScope())
        {
            ObjectDisposedException.ThrowIf(_core.IsDisposed, this);
            InterfaceConfiguration configuration = new(Network, _icmp.Add(Network.AddInterface(link)), Udp, Names.Servers);
            added = new StackInterface(configuration);
            _configurations.Add(configuration);
            _interfaces.Add(added);
        }

        Network.Drive();
        return added;
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
        IPAddressValue hop = IPAddressValue.From(gateway);
        using (Network.Gate.EnterScope())
        {
            NetworkInterface? way = Network.InterfaceOf((int)(hop.IsIPv6 ? gateway.ScopeId : 0))
                ?? (Network.Routes.Find(hop, null) is { Gateway.HasValue: false } direct ? direct.Interface : null);
            if (way is null)
            {
                throw new ArgumentException($"The gateway {gateway} is on no interface's network.", nameof(gateway));
            }

            if (!Network.Routes.Add(new Route(new IPPrefix(IPAddressValue.From(network).Masked(prefixLength), prefixLength), hop, way, 0)))
            {
                throw new InvalidOperationException($"There are {_options.MaxRoutes} routes, which is the limit (StackOptions.MaxRoutes).");
            }
        }
    }

    private void AddLoopback()
    {
        InterfaceConfiguration loopback = AddInterface(new LoopbackLink()).Configuration;
        using (Network.Gate.EnterScope())
        {
            loopback.Add(IPAddressValue.FromIPv4(127, 0, 0, 1), 8);
            loopback.Add(IPAddressValue.Loopback(AddressFamily.InterNetworkV6), 128);
        }
    }
}
