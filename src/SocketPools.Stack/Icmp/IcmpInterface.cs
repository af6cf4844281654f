using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.Icmp;

/// <summary>The parts of ICMPv6 and IGMP that belong to one interface. The interface asks and reports through them from then on.</summary>
internal sealed class IcmpInterface
{
    internal IcmpInterface(StackCore stack, NetworkInterface owner)
    {
        Owner = owner;
        owner.Neighbors.Solicitor = Discovery = new NeighborDiscovery(stack, owner);
        owner.Groups.Observer = Groups = new GroupMembership(stack, owner);
    }

    internal NetworkInterface Owner { get; }

    internal NeighborDiscovery Discovery { get; }

    internal GroupMembership Groups { get; }
}
