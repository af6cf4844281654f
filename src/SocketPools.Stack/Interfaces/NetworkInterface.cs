using SocketPools.Stack.Core;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>
/// A link as the layers above use it: its addresses, its neighbours, the groups it listens to, and the frames that wait to leave by it.
/// With the stack's lock held.
/// </summary>
internal sealed partial class NetworkInterface
{
    private readonly StackCore _stack;

    // A link of ours, which throws nothing.
    private readonly LinkPairEnd? _pair;
    private readonly LoopbackLink? _loopback;
    private InterfaceLine[] _lines;
    private readonly List<InterfaceAddress> _addresses = [];

    internal NetworkInterface(StackCore stack, ILink link, int index, INeighborObserver observer)
    {
        _stack = stack;
        Link = link;
        _pair = link as LinkPairEnd;
        _loopback = link as LoopbackLink;
        Incoming = _pair?.Incoming ?? _loopback?.Incoming;
        Main = new InterfaceLine(stack.Shards.Main, Counters.Main);
        _lines = [Main];
        foreach (StackShard shard in stack.Shards.All.AsSpan(1))
        {
            AddLine(shard);
        }

        (Name, Medium, LinkMtu, Offloads) = (link.Name, link.Medium, link.Mtu, link.Offloads);
        Index = index;
        Hardware = Medium == LinkMedium.Ethernet ? MacAddress.From(link.HardwareAddress) : default;
        Neighbors = new NeighborTable(stack, this, observer);
        Arp = new ArpProtocol(stack, this);
        HasCarrier = link.HasCarrier;
    }

    internal ILink Link { get; }

    /// <summary>What waits in a link of ours, which throws nothing: frames are taken from there directly. Null for other links.</summary>
    internal LinkQueue? Incoming { get; }

    /// <summary>What the link says of itself when it is added. It is not asked again: a link is the program's, and may throw.</summary>
    internal LinkMedium Medium { get; }

    /// <summary>What the link spares the stack.</summary>
    internal LinkOffloads Offloads { get; }

    /// <summary>The longest packet of the link in bytes.</summary>
    internal int LinkMtu { get; }

    /// <summary>Its number in the stack, counted from 1: the scope of link-local addresses. Loopback is 1.</summary>
    internal int Index { get; }

    internal string Name { get; }

    internal MacAddress Hardware { get; }

    /// <summary>Whether its link can carry frames now, as far as the link reports it.</summary>
    internal bool HasCarrier { get; private set; }

    internal InterfaceCounters Counters { get; } = new();

    /// <summary>Its addresses, those that are being checked too.</summary>
    internal IReadOnlyList<InterfaceAddress> Addresses => _addresses;

    /// <summary>The MTU that a DHCP server sent, or null.</summary>
    internal int? LearnedMtu { get; set; }

    /// <summary>The MTU of IPv6 that a router announced, or null.</summary>
    internal int? LearnedMtuIPv6 { get; set; }

    /// <summary>
    /// Whether a DHCP client waits here for an answer to an address that the interface does not have yet (RFC 2131, section 4.1).
    /// </summary>
    internal bool IsAwaitingAddress { get; set; }

    internal NeighborTable Neighbors { get; }

    internal ArpProtocol Arp { get; }

    internal GroupSet Groups { get; } = new();

    internal bool IsLoopback => Index == 1;

    /// <summary>Whether stations on its link have addresses of their own, which ARP and neighbour discovery find.</summary>
    internal bool HasNeighbors => !IsLoopback && Medium == LinkMedium.Ethernet;

    /// <summary>The longest packet to an address in bytes: the link's MTU, or a smaller path MTU.</summary>
    internal int MtuFor(in IPAddressValue destination) => Math.Min(LinkMtu, (destination.IsIPv4 ? LearnedMtu : LearnedMtuIPv6) ?? int.MaxValue);

    internal void Add(InterfaceAddress address)
    {
        _addresses.Add(address);
        _stack.AddressChanges++;
    }

    internal void Remove(InterfaceAddress address)
    {
        _addresses.Remove(address);
        _stack.AddressChanges++;
    }

    /// <summary>The carrier is lost, and neighbours are forgotten; or it is back, and addresses are announced.</summary>
    internal void SetCarrier(bool hasCarrier)
    {
        HasCarrier = hasCarrier;
        if (!hasCarrier)
        {
            Neighbors.Clear();
            return;
        }

        foreach (InterfaceAddress own in _addresses)
        {
            if (own.Address.IsIPv4 && Medium == LinkMedium.Ethernet)
            {
                Arp.Announce(own.Address);
            }
        }
    }

    /// <summary>Whether there is an address of a family that is in use.</summary>
    internal bool Has(System.Net.Sockets.AddressFamily family) => _addresses.Exists(a => a.Address.Family == family && !a.IsTentative);

    /// <summary>The address itself, checked or not; null if the interface does not have it.</summary>
    internal InterfaceAddress? Find(in IPAddressValue address)
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
    internal bool Owns(in IPAddressValue address) =>
        Find(address) is { IsTentative: false } || (IsLoopback && address.IsLoopback);

    internal bool IsBroadcast(in IPAddressValue address)
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

    /// <summary>Whether packets to a group are for this interface.</summary>
    internal bool Accepts(in IPAddressValue group) => IsLoopback || Groups.Contains(group);
}
