using System.Net;
using SocketPools.Simulation.Routing.Dhcp;

namespace SocketPools.Simulation;

/// <summary>A router's DHCP server on one switch.</summary>
public sealed class SimulatedDhcpServer
{
    private readonly SimulatedNetwork _network;
    private readonly string _name;

    internal SimulatedDhcpServer(SimulatedNetwork network, string name, DhcpServer server)
    {
        _network = network;
        _name = name;
        Server = server;
    }

    internal DhcpServer Server { get; }

    /// <summary>Gets the leased addresses, with the nodes that have them.</summary>
    public IReadOnlyDictionary<IPAddress, SimulatedNode?> Leases =>
        Server.Leases.Active.ToDictionary(l => l.Address.ToIPAddress(), l => _network.Nodes.FirstOrDefault(n => n.Plan.Hardware == l.Hardware));

    /// <summary>Gets how many DHCPOFFER messages were sent.</summary>
    public long OffersSent => Server.OffersSent;

    /// <summary>Gets how many DHCPACK messages were sent: each gives or renews an address.</summary>
    public long AcksSent => Server.AcksSent;

    /// <summary>Gets how many DHCPNAK messages were sent: each refuses a request.</summary>
    public long NaksSent => Server.NaksSent;

    /// <summary>Takes a node's address away. The node hears of it when it renews: half of the lease later, or by <c>node.DhcpClient.Renew()</c>.</summary>
    /// <param name="node">The node.</param>
    /// <returns>False when it has no address of this server.</returns>
    public bool Revoke(SimulatedNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (Server.Leases.Revoke(node.Plan.Hardware) is not { } address)
        {
            return false;
        }

        _network.Log.Add("node", _name, $"the lease of {address} is revoked");
        return true;
    }

    /// <summary>Lets the server answer nothing, until the rule is disposed.</summary>
    public FaultRule Outage() => _network.Faults.AddState($"{_name}: DHCP is silent", () => Server.IsSilent = true, () => Server.IsSilent = false);
}
