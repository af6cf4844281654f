using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>Where packets for a network go.</summary>
/// <param name="Network">The network.</param>
/// <param name="Gateway">The neighbour that takes them on, or no address when they go to their destination directly.</param>
/// <param name="Interface">The interface they leave by.</param>
/// <param name="Metric">Of several routes to the same network the one with the smallest is taken.</param>
internal sealed record Route(IPPrefix Network, IPNumber Gateway, StackInterface Interface, int Metric);

/// <summary>The routes of a stack, the longest prefix first (RFC 1812, 5.2.4.3). Few, so they are looked through in order.</summary>
internal sealed class RouteTable(int limit)
{
    private readonly List<Route> _routes = [];

    /// <summary>Changes with every change of the table: whoever keeps a way looks at it.</summary>
    internal int Version { get; private set; }

    internal IReadOnlyList<Route> Routes => _routes;

    /// <summary>Routes that were refused because there are too many.</summary>
    internal long Refused { get; private set; }

    /// <returns>False: there are too many. A route to an interface's own network, which comes with an address, is always added.</returns>
    internal bool Add(Route route)
    {
        _routes.RemoveAll(r => r.Network == route.Network && r.Gateway == route.Gateway && r.Interface == route.Interface);
        if (_routes.Count >= limit && (route.Gateway.HasValue || route.Metric > 0))
        {
            Refused++;
            Version++;
            return false;
        }

        int place = _routes.FindIndex(r =>
            r.Network.Length < route.Network.Length || (r.Network.Length == route.Network.Length && r.Metric > route.Metric));
        _routes.Insert(place < 0 ? _routes.Count : place, route);
        Version++;
        return true;
    }

    internal void RemoveAll(Predicate<Route> match)
    {
        if (_routes.RemoveAll(match) > 0)
        {
            Version++;
        }
    }

    /// <summary>Ways that were found before are out of date, though the routes are the same: a path has become narrower.</summary>
    internal void Invalidate() => Version++;

    /// <summary>The route of an address, by one interface if that is asked for.</summary>
    internal Route? Find(in IPNumber address, StackInterface? only)
    {
        foreach (Route route in _routes)
        {
            if ((only is null || route.Interface == only) && route.Network.Contains(address))
            {
                return route;
            }
        }

        return null;
    }
}
