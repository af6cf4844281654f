using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>Who configures an interface, and hears what neighbour discovery tells of it. Called with the stack's lock held.</summary>
internal interface IDiscoveryObserver
{
    /// <summary>An address that was being checked is another station's.</summary>
    void OnDuplicate(IPAddressValue address);

    /// <summary>A router has announced itself (RFC 4861, section 6.3.4).</summary>
    void OnRouterAdvertisement(IPAddressValue router, in RouterAdvertisementView view);
}
