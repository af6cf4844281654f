using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack;

/// <summary>
/// A link as its stack uses it: its addresses, its neighbours, the groups it listens to. All members may be called from any
/// thread.
/// </summary>
/// <example><code>radio.AddInterface(link).AddAddress(IPAddress.Parse("192.0.2.1"), 24);</code></example>
public sealed partial class StackInterface
{
    private readonly NetworkStack _stack;

    internal StackInterface(InterfaceConfiguration configuration)
    {
        _stack = configuration.Network;
        Configuration = configuration;
        Inner = configuration.Interface;
    }

    /// <summary>Gets the link that the interface uses.</summary>
    public ILink Link => Inner.Link;

    /// <summary>Its number in the stack, counted from 1: the scope of link-local addresses. Loopback is 1.</summary>
    public int Index => Inner.Index;

    /// <summary>Gets the name of the interface's link.</summary>
    public string Name => Inner.Name;

    /// <summary>The longest IPv4 packet in bytes: the link's MTU, or less where a DHCP server says so (option 26).</summary>
    public int Mtu => Inner.MtuFor(IPAddressValue.Broadcast);

    /// <summary>Whether its link can carry frames now, as far as the link reports it (<see cref="ILink.HasCarrier"/>).</summary>
    public bool HasCarrier => Inner.HasCarrier;

    /// <summary>Its addresses, with the lengths of their prefixes; those that are still being checked (RFC 4862, 5.4) are not among them.</summary>
    public IReadOnlyList<(IPAddress Address, int PrefixLength)> Addresses
    {
        get
        {
            using (_stack.Gate.EnterScope())
            {
                return [.. Inner.Addresses.Where(a => !a.IsTentative).Select(a => (a.Address.ToIPAddress(a.Address.IsLinkLocal && a.Address.IsIPv6 ? (uint)Index : 0), a.PrefixLength))];
            }
        }
    }

    /// <summary>What has gone through, and what was dropped of it.</summary>
    public InterfaceCounters Counters => Inner.Counters;

    /// <summary>The interface as the layers know it.</summary>
    internal NetworkInterface Inner { get; }

    /// <summary>The interface's addresses, routes and name servers, and where they came from.</summary>
    internal InterfaceConfiguration Configuration { get; }

    /// <summary>
    /// Adds an address and a route to its network. An IPv6 address is used after duplicate address detection (RFC 4862, section 5.4), which
    /// takes a second. An IPv4 address is announced and used at once.
    /// </summary>
    /// <param name="address">A unicast address.</param>
    /// <param name="prefixLength">0..32, or 0..128 for IPv6.</param>
    /// <param name="skipDuplicateAddressDetection">Whether an IPv6 address is used at once, because no other host can have it (<c>nodad</c> of ip-address(8)).</param>
    /// <exception cref="ArgumentException">The address is no unicast address, or the link's MTU is too small for IPv6 (1280, RFC 8200).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="prefixLength"/> is out of range.</exception>
    public void AddAddress(IPAddress address, int prefixLength, bool skipDuplicateAddressDetection = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddressValue number = IPAddressValue.From(address);
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, number.IsIPv4 ? 32 : 128);
        if (!number.IsUnicast)
        {
            throw new ArgumentException($"{address} is not the address of one station.", nameof(address));
        }

        if (number.IsIPv6 && Inner.LinkMtu < 1280)
        {
            throw new ArgumentException($"IPv6 needs an MTU of 1280 bytes (RFC 8200, section 5), and {Name} has {Inner.LinkMtu}.", nameof(address));
        }

        using (_stack.Gate.EnterScope())
        {
            Configuration.Add(number, prefixLength, skipDuplicateAddressDetection);
        }

        _stack.Drive();
    }

    /// <summary>Removes an address and the route to its network. Connections from it end when their time is up.</summary>
    /// <param name="address">The address.</param>
    /// <returns>False when the interface does not have it.</returns>
    public bool RemoveAddress(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPAddressValue number = IPAddressValue.From(address);
        using (_stack.Gate.EnterScope())
        {
            return Configuration.Remove(number);
        }
    }

    /// <summary>Gets the router of the default route by this interface: the route with the smallest metric, if there are several.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <returns>The router's address; null when there is no such route.</returns>
    public IPAddress? GetDefaultGateway(AddressFamily family)
    {
        using (_stack.Gate.EnterScope())
        {
            return _stack.Routes.Routes.FirstOrDefault(r => r.Network.Length == 0 && IsByGateway(r, family))?.Gateway.ToIPAddress();
        }
    }

    /// <summary>Removes all routes by routers on this interface's link: the default route and others. Routes to its own networks stay.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    public void RemoveGateways(AddressFamily family)
    {
        using (_stack.Gate.EnterScope())
        {
            _stack.Routes.RemoveAll(r => IsByGateway(r, family));
        }
    }

    private bool IsByGateway(Route route, AddressFamily family) =>
        route.Interface == Inner && route.Gateway.HasValue && route.Gateway.Family == family;
}
