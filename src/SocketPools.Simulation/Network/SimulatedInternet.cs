using System.Net;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation;

/// <summary>
/// The internet as one router and one node: routers of sites are connected to its switch, and every address that no node of the simulation has is
/// the node's. Programs of the node are the servers of the world.
/// </summary>
public sealed class SimulatedInternet
{
    private const int MaxAddresses = 512;

    private readonly HashSet<AddressValue> _addresses = [];

    internal SimulatedInternet(SimulatedNetwork network, string name)
    {
        Switch = network.AddSwitch(name, "198.18.0.0/16", "2001:db8:1802::/64");
        SimulatedSwitch world = network.AddSwitch($"{name}-world", "198.19.255.248/29", "2001:db8:1803::/64");
        Router = network.AddRouter($"{name}-router", Switch, world);
        network.Dns.AddServer(Switch);
        Node = network.AddNode(name, new SimulatedNodeOptions { Switch = world, Stack = options => options with { MaxNeighbors = 16 } });
        foreach (string all in (string[])["0.0.0.0/0", "::/0"])
        {
            Router.AddRoute(all, Node.Addresses.First(a => a.AddressFamily == AddressPrefix.Parse(all).Address.ToIPAddress().AddressFamily).ToString());
        }

        Router.Engine.Forwarding = OnForwarding;
    }

    /// <summary>Gets the switch that sites are connected to, with 198.18.0.0/16 and 2001:db8:1802::/64. Its DNS server is the one that all of them ask.</summary>
    public SimulatedSwitch Switch { get; }

    /// <summary>Gets the router between the sites and the node.</summary>
    public SimulatedRouter Router { get; }

    /// <summary>Gets the node that has every address that no other node has: up to 512 of them are in use at a time.</summary>
    public SimulatedNode Node { get; }

    // A packet goes to the node: it has the address from now on. An address that is left over when there are too many is the one that is taken back.
    private void OnForwarding(AddressValue destination, AddressValue neighbor)
    {
        if (destination == neighbor || !Node.IsRunning || !destination.IsUnicast || Node.Interface.Addresses.Any(a => a.Address.Equals(destination.ToIPAddress())))
        {
            return;
        }

        if (!Node.Addresses.Contains(neighbor.ToIPAddress()))
        {
            return;
        }

        if (_addresses.Count == MaxAddresses)
        {
            AddressValue oldest = _addresses.First();
            _addresses.Remove(oldest);
            Node.Interface.RemoveAddress(oldest.ToIPAddress());
        }

        IPAddress address = destination.ToIPAddress();
        _addresses.Add(destination);
        Node.Interface.AddAddress(address, destination.Length * 8, skipDuplicateAddressDetection: true);
    }
}
