using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>Asks for hardware addresses: neighbour discovery, which is above this layer because it is a part of ICMPv6.</summary>
internal interface INeighborSolicitor
{
    /// <summary>Asks for a hardware address.</summary>
    /// <param name="wanted">Whose.</param>
    /// <param name="known">The hardware address it had, to be asked there; null asks the group of those whose addresses end alike.</param>
    void Solicit(in IPAddressValue wanted, MacAddress? known);
}
