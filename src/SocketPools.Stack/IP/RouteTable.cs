using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>The routes of a stack, the longest prefix first (RFC 1812, 5.2.4.3). Few, so they are looked through in order.</summary>
internal sealed class RouteTable(int limit)
{
    private readonly List<Route> _routes = [];

    /// <summary>Changes with every change of the table: a cached path is compared with it.</summary>
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

    /// <summary>
    /// The route of an address, by one interface if that is asked for: to the longest network; of several to the same one that whose
    /// router answers, then the smallest metric (RFC 1122, section 3.3.1.4; RFC 4861, section 6.3.6).
    /// </summary>
    internal Route? Find(in IPAddressValue address, NetworkInterface? only)
    {
        Route? best = null;
        foreach (Route route in _routes)
        {
            if (best is not null && route.Network.Length < best.Network.Length)
            {
                break;
            }

            if ((only is null || route.Interface == only) && route.Network.Contains(address) && (best is null || IsBetter(route, best)))
            {
                best = route;
            }
        }

        return best;
    }

    /// <summary>Whether a neighbour is the router of a route.</summary>
    internal bool IsRouter(in IPAddressValue address, NetworkInterface one)
    {
        foreach (Route route in _routes)
        {
            if (route.Gateway == address && route.Interface == one)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there is another router for one of the networks that a router has routes to.</summary>
    internal bool HasOther(IPAddressValue router, NetworkInterface one) => _routes.Exists(mine => mine.Gateway == router && mine.Interface == one
        && _routes.Exists(other => other.Network == mine.Network && (other.Gateway != router || other.Interface != one)));

    // The other one comes later in the table: its metric is the same or larger.
    private static bool IsBetter(Route route, Route best)
    {
        long routeDied = DiedAt(route);
        long bestDied = DiedAt(best);
        if (routeDied != long.MinValue || bestDied != long.MinValue)
        {
            return routeDied < bestDied; // the living; of the dead that which was not tried for longest, so that all have their turn
        }

        return route.Metric == best.Metric && !IsKnown(best) && IsKnown(route);
    }

    private static long DiedAt(Route route) => route.Gateway.HasValue ? route.Interface.Neighbors.DiedAt(route.Gateway) : long.MinValue;

    private static bool IsKnown(Route route) => !route.Gateway.HasValue || route.Interface.Neighbors.IsKnown(route.Gateway);
}
