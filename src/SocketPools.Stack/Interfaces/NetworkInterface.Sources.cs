using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

// The address to send from.
internal sealed partial class NetworkInterface
{
    /// <summary>The address to send from to a neighbour or a group.</summary>
    internal IPAddressValue SourceFor(in IPAddressValue destination) => SourceFor(destination, destination);

    /// <summary>
    /// The address to send from; no address if there is none of the family. IPv4: see <see cref="SourceForIPv4"/>. IPv6: of those that
    /// are in use the one with the scope of the destination and the longest common prefix (RFC 6724, section 5, rules 2 and 8).
    /// </summary>
    /// <param name="destination">Where the packet goes.</param>
    /// <param name="nextHop">The neighbour that takes it: a router, or the destination itself.</param>
    internal IPAddressValue SourceFor(in IPAddressValue destination, in IPAddressValue nextHop)
    {
        if (destination.IsIPv4)
        {
            return SourceForIPv4(nextHop, isRouter: nextHop != destination);
        }

        IPAddressValue best = default;
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
    private IPAddressValue SourceForIPv4(in IPAddressValue nextHop, bool isRouter)
    {
        IPAddressValue first = default;
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

    private static bool IsLinkScope(in IPAddressValue address) => address.IsLinkLocal || (address.IsMulticast && address.IsLinkLocalMulticast);
}
