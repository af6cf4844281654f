using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

// Routers: who they are (RFC 4861, section 6.3), and the addresses that they let hosts make (RFC 4862, section 5.5).
internal sealed partial class NeighborDiscovery
{
    // RFC 4861, section 10: RTR_SOLICITATION_INTERVAL and MAX_RTR_SOLICITATIONS.
    private static readonly TimeSpan s_solicitationInterval = TimeSpan.FromSeconds(4);
    private const int MaxSolicitations = 3;
    private const int RouterMetric = 1024;

    private StackTimer? _solicitationTimer;
    private int _solicitations;

    /// <summary>Asks for routers, three times if none answers; their announcements make routes and addresses from then on.</summary>
    internal void UseRouters()
    {
        _solicitations = 0;
        _solicitationTimer ??= new StackTimer(SolicitRouters);
        SolicitRouters();
    }

    private void SolicitRouters()
    {
        IPNumber source = owner.SourceFor(IPNumber.AllRouters);
        if (source.HasValue)
        {
            RouterSolicitation message = new(owner.Hardware);
            Frame frame = Frame.Rent();
            message.Write(frame.Append(message.Length), source, IPNumber.AllRouters);
            Send(frame, source, IPNumber.AllRouters, null);
            _solicitations++;
        }

        if (_solicitations < MaxSolicitations)
        {
            // The link-local address may still be being checked.
            stack.Timers.Set(_solicitationTimer!, stack.Timers.Now + stack.Timers.Ticks(source.HasValue ? s_solicitationInterval : s_detectionTime));
        }
    }

    private void ReceiveRouter(IPNumber router, in RouterAdvertisementView view)
    {
        if (_solicitationTimer is null)
        {
            return; // nobody asked for routers on this interface
        }

        _solicitations = MaxSolicitations;
        if (view.Options.TryFindLinkLayer(NdOptionType.SourceLinkLayer, out MacAddress hardware))
        {
            owner.Neighbors.Learn(router, hardware);
        }

        IPPrefix everything = IPPrefix.All(router.Family);
        if (view.RouterLifetime > 0)
        {
            AddRoute(new Route(everything, router, owner, RouterMetric));
        }
        else
        {
            stack.Routes.RemoveAll(r => r.Network == everything && r.Gateway == router && r.Interface == owner);
        }

        NdOptions options = view.Options;
        while (options.MoveNext())
        {
            if (options.TryReadPrefix(out NdPrefix prefix))
            {
                UsePrefix(prefix);
            }
        }
    }

    /// <summary>RFC 4861, 6.3.4: what is on the link; RFC 4862, 5.5.3: an address in it, from the hardware address (appendix A of RFC 4291).</summary>
    private void UsePrefix(in NdPrefix prefix)
    {
        if (prefix.Prefix.Address.IsLinkLocal || prefix.Prefix.Address.IsMulticast)
        {
            return;
        }

        if (prefix.IsOnLink && prefix.ValidLifetime > 0)
        {
            AddRoute(new Route(prefix.Prefix, default, owner, RouterMetric));
        }

        if (prefix.IsAutonomous && prefix.Prefix.Length == 64 && prefix.ValidLifetime > 0)
        {
            IPNumber address = prefix.Prefix.Address.WithInterface(owner.Hardware);
            if (owner.Find(address) is null && MayTake(owner.AddressCount))
            {
                owner.AddUnsynchronized(address, 64);
            }
        }
    }

    private void AddRoute(Route route)
    {
        int announced = 0;
        foreach (Route known in stack.Routes.Routes)
        {
            if (known == route)
            {
                return;
            }

            announced += known.Interface == owner && known.Metric == RouterMetric ? 1 : 0;
        }

        if (MayTake(announced))
        {
            stack.Routes.Add(route);
        }
    }

    private bool MayTake(int count)
    {
        if (count < stack.Options.MaxAnnounced)
        {
            return true;
        }

        stack.Counters.Drop(DropReason.AnnouncementLimit);
        return false;
    }
}
