using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>Where a packet goes next.</summary>
/// <param name="Port">By which port.</param>
/// <param name="Neighbor">To which neighbour.</param>
internal sealed record NextHop(RouterPort Port, AddressValue Neighbor);

/// <summary>The routes of one router: its own networks, and those that were added.</summary>
internal sealed class RouteTable(IReadOnlyList<RouterPort> ports)
{
    private readonly List<(AddressPrefix Network, AddressValue Gateway)> _routes = [];

    internal void Add(AddressPrefix network, AddressValue gateway)
    {
        Remove(network);
        _routes.Add((network with { Address = network.Network }, gateway));
    }

    internal bool Remove(AddressPrefix network) => _routes.RemoveAll(r => r.Network == (network with { Address = network.Network })) > 0;

    /// <summary>The port on whose network an address is, by the longest prefix.</summary>
    internal RouterPort? FindConnected(AddressValue destination, out int length)
    {
        RouterPort? found = null;
        length = -1;
        foreach (RouterPort port in ports)
        {
            foreach (AddressPrefix own in port.Addresses)
            {
                if (own.Length > length && own.Contains(destination))
                {
                    (found, length) = (port, own.Length);
                }
            }
        }

        return found;
    }

    /// <summary>The longest match of both: RFC 1812, section 5.2.4.3. Of equal length the connected network is first.</summary>
    internal NextHop? Find(AddressValue destination) => Find(destination, out _);

    /// <summary>The same, with the length of the prefix that matched.</summary>
    internal NextHop? Find(AddressValue destination, out int length)
    {
        RouterPort? connected = FindConnected(destination, out length);
        AddressValue? gateway = null;
        foreach ((AddressPrefix network, AddressValue by) in _routes)
        {
            if (network.Length > length && network.Contains(destination))
            {
                (gateway, length) = (by, network.Length);
            }
        }

        if (gateway is { } hop)
        {
            return FindConnected(hop, out _) is { } port ? new NextHop(port, hop) : null;
        }

        return connected is null ? null : new NextHop(connected, destination);
    }
}
