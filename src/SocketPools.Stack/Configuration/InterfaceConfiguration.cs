using SocketPools.Stack.Icmp;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Names;
using SocketPools.Stack.Udp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Configuration;

/// <summary>
/// What an interface is given, by hand or by others: addresses with the routes to their networks, the DHCP client and the IPv6
/// autoconfiguration at work there. With the stack's lock held.
/// </summary>
internal sealed class InterfaceConfiguration : IDiscoveryObserver
{
    private readonly UdpLayer _udp;

    internal InterfaceConfiguration(NetworkStack network, IcmpInterface icmp, UdpLayer udp, NameServerList nameServers)
    {
        Network = network;
        Interface = icmp.Owner;
        Discovery = icmp.Discovery;
        Discovery.Observer = this;
        NameServers = nameServers;
        _udp = udp;
    }

    internal NetworkStack Network { get; }

    internal NetworkInterface Interface { get; }

    internal NeighborDiscovery Discovery { get; }

    internal NameServerList NameServers { get; }

    /// <summary>The DHCP client at work here, or null.</summary>
    internal DhcpClient? Dhcp { get; private set; }

    /// <summary>What IPv6 does by itself here, or null.</summary>
    internal Autoconfiguration? Autoconfiguration { get; private set; }

    /// <summary>Adds an address and the route to its network. IPv4 announces it; IPv6 checks first that no other host has it.</summary>
    internal void Add(in IPAddressValue number, int prefixLength, bool skipDuplicateAddressDetection = false)
    {
        Remove(number);
        InterfaceAddress address = new(number, prefixLength);
        Interface.Add(address);
        Network.Routes.Add(new Route(new IPPrefix(number, prefixLength), default, Interface, 0));
        if (!Interface.HasNeighbors)
        {
            return;
        }

        if (number.IsIPv4)
        {
            Interface.Arp.Announce(number);
        }
        else
        {
            Interface.Groups.Join(number.SolicitedNode);
            if (!skipDuplicateAddressDetection)
            {
                Discovery.BeginDetection(address);
            }
        }
    }

    /// <summary>Removes an address, and the route to its network where no other address is in it.</summary>
    /// <returns>False when the interface does not have it.</returns>
    internal bool Remove(in IPAddressValue number)
    {
        if (Interface.Find(number) is not { } address)
        {
            return false;
        }

        Interface.Remove(address);
        Network.Routes.Invalidate(); // nothing is sent from it any more
        Discovery.EndDetection(address);
        if (number.IsIPv6 && Interface.HasNeighbors)
        {
            Interface.Groups.Leave(number.SolicitedNode);
        }

        IPPrefix network = new(number, address.PrefixLength);
        if (!Interface.Addresses.Any(a => new IPPrefix(a.Address, a.PrefixLength) == network))
        {
            Network.Routes.RemoveAll(r => r.Network == network && !r.Gateway.HasValue && r.Interface == Interface);
        }

        return true;
    }

    /// <summary>A DHCP server says how long IPv4 packets may be here, or no longer does. Paths that are in use keep to it, too.</summary>
    internal void LearnMtu(int? mtu)
    {
        if (Interface.LearnedMtu != mtu)
        {
            Interface.LearnedMtu = mtu;
            Network.OnPathMtuChanged(default);
        }
    }

    /// <summary>A router says so of IPv6.</summary>
    internal void LearnMtuIPv6(int? mtu)
    {
        if (Interface.LearnedMtuIPv6 != mtu)
        {
            Interface.LearnedMtuIPv6 = mtu;
            Network.OnPathMtuChanged(default);
        }
    }

    internal DhcpClient StartDhcp(DhcpOptions settings)
    {
        DhcpClient client = new(this, settings);
        Dhcp = client;
        _udp.SetDhcpClient(Interface, client.Receive);
        Interface.Arp.Heard = packet => client.SeeArp(packet);
        client.BeginUnsynchronized();
        return client;
    }

    internal void EnableIPv6(IPv6Options settings)
    {
        Autoconfiguration = new Autoconfiguration(this, settings);
        Autoconfiguration.Begin();
    }

    internal void DisableIPv6()
    {
        Autoconfiguration?.End();
        Autoconfiguration = null;
    }

    /// <summary>The DHCP client has stopped.</summary>
    internal void OnDhcpStopped()
    {
        Dhcp = null;
        _udp.SetDhcpClient(Interface, null);
        Interface.Arp.Heard = null;
    }

    /// <summary>
    /// The carrier is lost or back. Back: DHCP asks whether its lease holds here (RFC 2131, section 3.2), and routers are asked for
    /// (RFC 4861, section 6.3.7).
    /// </summary>
    internal void OnCarrierChanged()
    {
        if (Interface.HasCarrier)
        {
            Dhcp?.RestartUnsynchronized();
            Autoconfiguration?.Restart();
        }
    }

    void IDiscoveryObserver.OnDuplicate(IPAddressValue address)
    {
        Remove(address);
        Autoconfiguration?.OnDuplicate(address);
    }

    void IDiscoveryObserver.OnRouterAdvertisement(IPAddressValue router, in RouterAdvertisementView view) => Autoconfiguration?.Receive(router, view);
}
