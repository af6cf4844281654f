using SocketPools.Radios;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// Where packets go: the interface, the next hop, the address to send from.
internal sealed partial class NetworkStack
{
    /// <summary>What is known of paths that are narrower than their links.</summary>
    internal PathMtuTable PathMtus { get; }

    /// <inheritdoc/>
    public Errno FindPath(in IPAddressValue remote, in IPAddressValue local, out NetworkPath? path) => FindPath(remote, local, null, out path);

    /// <summary>Finds the way to an address, by one interface if that is asked for.</summary>
    internal Errno FindPath(in IPAddressValue remote, in IPAddressValue local, NetworkInterface? only, out NetworkPath? path)
    {
        path = null;
        if (IsOfOtherFamily(remote, local))
        {
            // As Linux answers an IPv6 socket that is bound to the other version: first whether there is a route at all.
            Errno none = local.IsIPv4 ? FindPath(remote, default, only, out _) : Errno.ENETUNREACH;
            return none != Errno.None ? none : Errno.EAFNOSUPPORT;
        }

        IPAddressValue destination = remote.IsUnspecified ? ThisHost(remote, local) : remote;
        bool isOwn = !destination.IsMulticast && !destination.IsLimitedBroadcast && IsLocal(destination);
        (NetworkInterface? way, IPAddressValue nextHop) = isOwn ? (Loopback, destination) : FindNextHop(destination, only);
        if (way is null)
        {
            return Errno.ENETUNREACH;
        }

        bool isBound = local.HasValue && !local.IsUnspecified;
        if (isBound && !IsLocal(local))
        {
            return Errno.EADDRNOTAVAIL;
        }

        IPAddressValue source = isBound ? local : isOwn ? OwnSource(destination) : way.SourceFor(destination, nextHop);
        if (!source.HasValue)
        {
            return Errno.ENETUNREACH;
        }

        path = MakePath(source, destination, way, nextHop);
        return Errno.None;
    }

    /// <summary>Whether a socket is bound to an address of the other version; "any" of IPv6 is bound to both.</summary>
    private static bool IsOfOtherFamily(in IPAddressValue remote, in IPAddressValue local) =>
        local.HasValue && local.Family != remote.Family && !(local.IsIPv6 && local.IsUnspecified) && !(local.IsIPv4 && remote.IsUnspecified);

    /// <summary>From an address of this stack to itself: the same address, or the one loopback address.</summary>
    private static IPAddressValue OwnSource(in IPAddressValue destination) =>
        destination.IsLoopback ? IPAddressValue.Loopback(destination.Family) : destination;

    /// <summary>
    /// connect(2) to "any" means this host: as on Linux the address that the socket is bound to, or loopback; for "any" of IPv6 always
    /// loopback, of the version that it is bound to.
    /// </summary>
    private static IPAddressValue ThisHost(in IPAddressValue any, in IPAddressValue local) => any.IsIPv4
        ? local.HasValue && !local.IsUnspecified ? local : IPAddressValue.Loopback(any.Family)
        : IPAddressValue.Loopback(local.HasValue ? local.Family : any.Family);

    bool INeighborObserver.IsRouter(in IPAddressValue address, NetworkInterface one) => Routes.IsRouter(address, one);

    bool INeighborObserver.HasOtherRouter(in IPAddressValue address, NetworkInterface one) => Routes.HasOther(address, one);

    void INeighborObserver.OnRouterChanged() => Routes.Invalidate();

    /// <summary>The interface and the neighbour that take a packet to another host; no interface when there is no way.</summary>
    private (NetworkInterface? Way, IPAddressValue NextHop) FindNextHop(in IPAddressValue destination, NetworkInterface? only)
    {
        bool isForLink = destination.IsMulticast || destination.IsLimitedBroadcast;
        if (only is not null && (isForLink || destination.IsLinkLocal))
        {
            return (only, destination);
        }

        if (Routes.Find(destination, only) is { } route)
        {
            return (route.Interface, route.Gateway.HasValue ? route.Gateway : destination);
        }

        // Groups and the limited broadcast need no route where there is one interface to take.
        return (isForLink ? FirstInterface(destination) : null, destination);
    }

    private NetworkPath MakePath(in IPAddressValue source, in IPAddressValue destination, NetworkInterface way, in IPAddressValue nextHop)
    {
        int mtu = way.MtuFor(destination);
        bool isNarrow = PathMtus.TryGet(destination, out PathMtu known);
        return new NetworkPath
        {
            Local = source,
            Remote = destination,
            Interface = way,
            NextHop = nextHop,
            Mtu = isNarrow ? Math.Min(known.Mtu, mtu) : mtu,
            MayFragment = isNarrow && known.MayFragment,
            Offloads = way.Offloads,
        };
    }

    /// <summary>The neighbour of a path was forgotten: perhaps another router takes its packets now.</summary>
    private void FindNextHopAgain(NetworkPath path)
    {
        if (FindPath(path.Remote, path.Local, out NetworkPath? found) == Errno.None && found!.Interface == path.Interface)
        {
            path.NextHop = found.NextHop;
        }
    }

    private NetworkInterface? FirstInterface(in IPAddressValue destination)
    {
        foreach (NetworkInterface one in _interfaces)
        {
            if (!one.IsLoopback && one.SourceFor(destination).HasValue)
            {
                return one;
            }
        }

        return null;
    }
}
