using System.Net;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>
/// A link as its stack uses it: its addresses, its neighbours, the groups it listens to. All members may be called from any
/// thread.
/// </summary>
public sealed partial class StackInterface
{
    private readonly NetworkStack _stack;
    private readonly List<InterfaceAddress> _addresses = [];

    internal StackInterface(NetworkStack stack, ILink link, int index)
    {
        _stack = stack;
        Link = link;
        Index = index;
        Hardware = link.Medium == LinkMedium.Ethernet ? MacAddress.From(link.HardwareAddress) : default;
        Neighbors = new NeighborTable(stack, this);
        Arp = new ArpProtocol(stack, this);
        Discovery = new NeighborDiscovery(stack, this);
        Groups = new GroupMembership(stack, this);
        HasCarrier = link.HasCarrier;
    }

    /// <summary>The link below.</summary>
    public ILink Link { get; }

    /// <summary>Its number in the stack, counted from 1: the scope of link-local addresses. Loopback is 1.</summary>
    public int Index { get; }

    /// <summary>The link's name.</summary>
    public string Name => Link.Name;

    /// <summary>The longest IPv4 packet in bytes: the link's MTU, or less where a DHCP server says so (option 26).</summary>
    public int Mtu => Math.Min(Link.Mtu, LearnedMtu ?? int.MaxValue);

    /// <summary>Whether its link can carry frames now, as far as the link can tell (<see cref="ILink.HasCarrier"/>).</summary>
    public bool HasCarrier { get; private set; }

    /// <summary>Its addresses, with the lengths of their prefixes; those that are still being checked (RFC 4862, 5.4) are not among them.</summary>
    public IReadOnlyList<(IPAddress Address, int PrefixLength)> Addresses
    {
        get
        {
            lock (_stack.Gate)
            {
                return [.. _addresses.Where(a => !a.IsTentative).Select(a => (a.Address.ToIPAddress(a.Address.IsLinkLocal && a.Address.IsIPv6 ? (uint)Index : 0), a.PrefixLength))];
            }
        }
    }

    /// <summary>What has gone through, and what was dropped of it.</summary>
    public InterfaceCounters Counters { get; } = new();

    /// <summary>How many addresses it has, those that are being checked too.</summary>
    internal int AddressCount => _addresses.Count;

    internal MacAddress Hardware { get; }

    /// <summary>Its addresses, those that are being checked too.</summary>
    internal IReadOnlyList<InterfaceAddress> OwnAddresses => _addresses;

    /// <summary>The DHCP client at work here, or null.</summary>
    internal DhcpClient? Dhcp { get; set; }

    /// <summary>What IPv6 does by itself here, or null.</summary>
    internal Autoconfiguration? Autoconfiguration { get; private set; }

    /// <summary>The MTU that a DHCP server told, or null.</summary>
    internal int? LearnedMtu { get; set; }

    /// <summary>The MTU of IPv6 that a router told, or null.</summary>
    internal int? LearnedMtuIPv6 { get; set; }

    internal NeighborTable Neighbors { get; }

    internal ArpProtocol Arp { get; }

    internal NeighborDiscovery Discovery { get; }

    internal GroupMembership Groups { get; }

    /// <summary>Frames that leave when the gate is free. Guarded by it.</summary>
    internal FrameQueue Outgoing;

    internal bool IsLoopback => Index == 1;

    /// <summary>
    /// Adds an address and a route to its network. An IPv6 address is used once nobody else has claimed it (duplicate address
    /// detection, RFC 4862, section 5.4: a second); an IPv4 address is announced and used at once.
    /// </summary>
    /// <param name="address">A unicast address.</param>
    /// <param name="prefixLength">0..32, or 0..128 for IPv6.</param>
    /// <param name="isUnique">Whether nobody else can have it, so that an IPv6 address is used at once (<c>nodad</c> of ip-address(8)).</param>
    /// <exception cref="ArgumentException">The address is no unicast address, or the link's MTU is too small for IPv6 (1280, RFC 8200).</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="prefixLength"/> is out of range.</exception>
    public void AddAddress(IPAddress address, int prefixLength, bool isUnique = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPNumber number = IPNumber.From(address);
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefixLength, number.IsIPv4 ? 32 : 128);
        if (!number.IsUnicast)
        {
            throw new ArgumentException($"{address} is not the address of one station.", nameof(address));
        }

        if (number.IsIPv6 && Link.Mtu < 1280)
        {
            throw new ArgumentException($"IPv6 needs an MTU of 1280 bytes (RFC 8200, section 5), and {Name} has {Link.Mtu}.", nameof(address));
        }

        lock (_stack.Gate)
        {
            AddUnsynchronized(number, prefixLength, isUnique);
        }

        _stack.Drive();
    }

    /// <summary>Removes an address and the route to its network. Connections from it end when their time is up.</summary>
    /// <param name="address">The address.</param>
    /// <returns>False when the interface does not have it.</returns>
    public bool RemoveAddress(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        IPNumber number = IPNumber.From(address);
        lock (_stack.Gate)
        {
            return RemoveUnsynchronized(number);
        }
    }

    internal void AddUnsynchronized(in IPNumber number, int prefixLength, bool isUnique = false)
    {
        RemoveUnsynchronized(number);
        InterfaceAddress address = new(number, prefixLength);
        _addresses.Add(address);
        _stack.Routes.Add(new Route(new IPPrefix(number, prefixLength), default, this, 0));
        if (IsLoopback || Link.Medium != LinkMedium.Ethernet)
        {
            return;
        }

        if (number.IsIPv4)
        {
            Arp.Announce(number);
        }
        else
        {
            Groups.JoinUnsynchronized(number.SolicitedNode);
            if (!isUnique)
            {
                Discovery.BeginDetection(address);
            }
        }
    }

    internal bool RemoveUnsynchronized(IPNumber number)
    {
        int place = _addresses.FindIndex(a => a.Address == number);
        if (place < 0)
        {
            return false;
        }

        InterfaceAddress address = _addresses[place];
        _addresses.RemoveAt(place);
        Discovery.EndDetection(address);
        if (number.IsIPv6 && !IsLoopback && Link.Medium == LinkMedium.Ethernet)
        {
            Groups.LeaveUnsynchronized(number.SolicitedNode);
        }

        IPPrefix network = new(number, address.PrefixLength);
        if (!_addresses.Exists(a => new IPPrefix(a.Address, a.PrefixLength) == network))
        {
            _stack.Routes.RemoveAll(r => r.Network == network && !r.Gateway.HasValue && r.Interface == this);
        }

        return true;
    }

    /// <summary>
    /// The carrier is lost or back. Lost: neighbours are forgotten. Back: addresses are announced, DHCP asks whether its lease holds
    /// here (RFC 2131, section 3.2), and routers are asked for (RFC 4861, section 6.3.7).
    /// </summary>
    internal void SetCarrierUnsynchronized(bool hasCarrier)
    {
        HasCarrier = hasCarrier;
        if (!hasCarrier)
        {
            Neighbors.Clear();
            return;
        }

        foreach (InterfaceAddress own in _addresses)
        {
            if (own.Address.IsIPv4 && Link.Medium == LinkMedium.Ethernet)
            {
                Arp.Announce(own.Address);
            }
        }

        Dhcp?.RestartUnsynchronized();
        Autoconfiguration?.Restart();
    }

    /// <summary>The longest packet to an address in bytes: the link's, or less where somebody told so.</summary>
    internal int MtuFor(in IPNumber destination) => Math.Min(Link.Mtu, (destination.IsIPv4 ? LearnedMtu : LearnedMtuIPv6) ?? int.MaxValue);

    /// <summary>Whether there is an address of a family that is in use.</summary>
    internal bool Has(System.Net.Sockets.AddressFamily family) => _addresses.Exists(a => a.Address.Family == family && !a.IsTentative);

    /// <summary>The address itself, checked or not; null if the interface does not have it.</summary>
    internal InterfaceAddress? Find(in IPNumber address)
    {
        foreach (InterfaceAddress own in _addresses)
        {
            if (own.Address == address)
            {
                return own;
            }
        }

        return null;
    }

    /// <summary>Whether packets to an address are for this interface: an address that is checked does not count yet.</summary>
    internal bool Owns(in IPNumber address) =>
        Find(address) is { IsTentative: false } || (IsLoopback && address.IsLoopback);

    internal bool IsBroadcast(in IPNumber address)
    {
        if (address.IsLimitedBroadcast)
        {
            return true;
        }

        foreach (InterfaceAddress own in _addresses)
        {
            if (own.Address.IsIPv4 && new IPPrefix(own.Address, own.PrefixLength).IsBroadcast(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address to send from to a neighbour or a group.</summary>
    internal IPNumber SourceFor(in IPNumber destination) => SourceFor(destination, destination);

    /// <summary>
    /// The address to send from; no address if there is none of the family. IPv4: see <see cref="SourceForIPv4"/>. IPv6: of those that
    /// are in use the one with the scope of the destination and the longest common prefix (RFC 6724, section 5, rules 2 and 8).
    /// </summary>
    /// <param name="destination">Where the packet goes.</param>
    /// <param name="nextHop">The neighbour that takes it: a router, or the destination itself.</param>
    internal IPNumber SourceFor(in IPNumber destination, in IPNumber nextHop)
    {
        if (destination.IsIPv4)
        {
            return SourceForIPv4(nextHop, isRouter: nextHop != destination);
        }

        IPNumber best = default;
        foreach (InterfaceAddress own in _addresses)
        {
            if (own.IsTentative || own.Address.Family != destination.Family)
            {
                continue;
            }

            bool fits = own.Address.IsLinkLocal == IsLinkScope(destination);
            bool bestFits = best.HasValue && best.IsLinkLocal == IsLinkScope(destination);
            if (!best.HasValue || (fits && !bestFits)
                || (fits == bestFits && own.Address.CommonPrefixLength(destination) > best.CommonPrefixLength(destination)))
            {
                best = own.Address;
            }
        }

        return best;
    }

    /// <summary>
    /// As Linux: an address whose network the next hop is in, or else the first (RFC 1122, section 3.3.4.3). A neighbour is reached by
    /// the route to the longest network, which comes with its own address (fib_prefsrc); for a router the first address that fits is
    /// taken (inet_select_addr).
    /// </summary>
    private IPNumber SourceForIPv4(in IPNumber nextHop, bool isRouter)
    {
        IPNumber first = default;
        InterfaceAddress? best = null;
        foreach (InterfaceAddress own in _addresses)
        {
            if (own.IsTentative || !own.Address.IsIPv4)
            {
                continue;
            }

            first = first.HasValue ? first : own.Address;
            bool isBetter = best is null || (!isRouter && own.PrefixLength > best.PrefixLength);
            if (isBetter && own.Address.CommonPrefixLength(nextHop) >= own.PrefixLength)
            {
                best = own;
            }
        }

        return best?.Address ?? first;
    }

    private static bool IsLinkScope(in IPNumber address) => address.IsLinkLocal || (address.IsMulticast && address.IsLinkLocalMulticast);
}

/// <summary>One address of an interface.</summary>
internal sealed class InterfaceAddress(IPNumber address, int prefixLength)
{
    internal IPNumber Address { get; } = address;

    internal int PrefixLength { get; } = prefixLength;

    /// <summary>Whether it is still being checked that nobody else has it: it is not used meanwhile.</summary>
    internal bool IsTentative { get; set; }

    /// <summary>What the question carries by which it is known when the medium brings it back (RFC 7527); 48 bits.</summary>
    internal ulong? Nonce { get; set; }

    /// <summary>The timer of the check.</summary>
    internal Core.StackTimer? Detection { get; set; }
}
