using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing;

/// <summary>
/// The shortest ways over all routers of a network, as a routing protocol would find them if it took no time. Networks behind a NAT are seen
/// from behind it alone. Routers that are off are seen as well: what goes to them is lost.
/// </summary>
internal sealed class AutomaticRouting(Func<IReadOnlyList<RouterEngine>> routers)
{
    private const int MaxCached = 65536;
    private readonly Dictionary<(RouterEngine From, AddressValue To), NextHop?> _connected = [];
    private readonly Dictionary<(RouterEngine From, AddressValue To), NextHop?> _byRoutes = [];

    /// <summary>The topology has changed.</summary>
    internal void Clear()
    {
        _connected.Clear();
        _byRoutes.Clear();
    }

    /// <summary>The way to the nearest other router that is on the destination's network.</summary>
    internal NextHop? FindConnected(RouterEngine from, AddressValue destination) =>
        Find(_connected, from, destination, static (router, to) => router.Routes.FindConnected(to, out _) is not null);

    /// <summary>The way to the nearest other router that has a route to the destination.</summary>
    internal NextHop? FindByRoutes(RouterEngine from, AddressValue destination) =>
        Find(_byRoutes, from, destination, static (router, to) => router.Routes.Find(to) is not null);

    private NextHop? Find(
        Dictionary<(RouterEngine From, AddressValue To), NextHop?> known, RouterEngine from, AddressValue destination, Func<RouterEngine, AddressValue, bool> knows)
    {
        if (!known.TryGetValue((from, destination), out NextHop? hop))
        {
            if (known.Count == MaxCached)
            {
                known.Clear();
            }

            known[(from, destination)] = hop = Search(from, destination, knows);
        }

        return hop;
    }

    /// <summary>Searches in breadth for the nearest other router that knows a destination, and gives the first step to it.</summary>
    private NextHop? Search(RouterEngine from, AddressValue destination, Func<RouterEngine, AddressValue, bool> knows)
    {
        HashSet<RouterEngine> seen = [from];
        Queue<(RouterEngine Router, RouterPort? Entry, NextHop? First)> queue = new();
        queue.Enqueue((from, null, null));
        while (queue.TryDequeue(out (RouterEngine Router, RouterPort? Entry, NextHop? First) at))
        {
            // From outside nothing is seen of what is behind a NAT.
            bool isClosed = at.Entry is { } entry && IsClosed(at.Router, entry, destination);
            foreach (RouterPort port in at.Router.Ports.Where(p => !isClosed || p == at.Entry))
            {
                foreach ((RouterEngine next, RouterPort entering) in NeighborsOf(at.Router, port))
                {
                    if (seen.Contains(next) || GatewayOf(entering, destination.IsIPv6) is not { } gateway)
                    {
                        continue;
                    }

                    NextHop first = at.First ?? new NextHop(port, gateway);
                    if (Knows(next, entering, destination, knows) && !LeadsTo(next, destination, from))
                    {
                        return first;
                    }

                    seen.Add(next);
                    queue.Enqueue((next, entering, first));
                }
            }
        }

        return null;
    }

    private static bool Knows(RouterEngine router, RouterPort entry, AddressValue destination, Func<RouterEngine, AddressValue, bool> knows) =>
        IsClosed(router, entry, destination) ? entry.Has(destination) : knows(router, destination);

    // IPv6 is not translated.
    private static bool IsClosed(RouterEngine router, RouterPort entry, AddressValue destination) =>
        !destination.IsIPv6 && router.Nat is { } nat && nat.IsOutside(entry);

    // A route of its own that comes back here would go round for ever.
    private static bool LeadsTo(RouterEngine router, AddressValue destination, RouterEngine from) =>
        router.Routes.Find(destination) is { } hop && from.IsOwn(hop.Neighbor);

    private IEnumerable<(RouterEngine Router, RouterPort Port)> NeighborsOf(RouterEngine router, RouterPort port) =>
        from other in routers()
        where other != router
        from entering in other.Ports
        where entering.Network == port.Network
        select (other, entering);

    private static AddressValue? GatewayOf(RouterPort port, bool isIPv6)
    {
        foreach (AddressPrefix own in port.Addresses)
        {
            if (own.Address.IsIPv6 == isIPv6)
            {
                return own.Address;
            }
        }

        return null;
    }
}
