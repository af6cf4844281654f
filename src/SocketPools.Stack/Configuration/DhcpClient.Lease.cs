using System.Net;
using System.Text;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Configuration;

// The lease in use: the address, its routes and name servers, and when it is over.
public sealed partial class DhcpClient
{
    private const int MaxGateways = 4;
    private const int MaxNameServers = 8;
    private const int MaxRoutes = 32;
    private const int MinMtu = 68;

    // A route by DHCP stands behind one that was set by hand.
    private const int RouteMetric = 100;

    // A shorter lease is taken for this one: a server with shorter ones would be asked all the time.
    private static readonly TimeSpan s_leastLease = TimeSpan.FromSeconds(16);

    private readonly List<Route> _routes = [];
    private DhcpOffer _held;
    private byte[] _given = [];
    private long _rebinding;
    private long _expiry;

    /// <summary>BOUND: what the server gave is used from now on.</summary>
    private void Bind()
    {
        DhcpView.TryRead(_given, out DhcpView view);
        DhcpLease lease = Read(view);
        bool isSame = Lease is { } before && before.Address.Equals(lease.Address) && before.PrefixLength == lease.PrefixLength;
        if (!isSame)
        {
            DropLease();
            _configuration.Add(_offer.Address, lease.PrefixLength);
        }

        _held = _offer;
        _wanted = _offer.Address;
        Lease = lease;
        State = DhcpState.Bound;
        UseRoutes(view, lease);
        UseNameServers(view);
        _configuration.LearnMtu(_settings.UseMtu ? lease.Mtu : null);
        SetTimers(lease);
        _bound.TrySetResult(lease);
        if (_bound.Task.Result != lease)
        {
            _bound = new TaskCompletionSource<DhcpLease>(TaskCreationOptions.RunContinuationsAsynchronously);
            _bound.SetResult(lease);
        }
    }

    /// <summary>The lease is over: nothing of it is used any longer.</summary>
    private void DropLease()
    {
        if (Lease is null)
        {
            return;
        }

        Lease = null;
        _bound = new TaskCompletionSource<DhcpLease>(TaskCreationOptions.RunContinuationsAsynchronously);
        RemoveRoutes();
        _configuration.Remove(_held.Address);
        _configuration.LearnMtu(null);
        _configuration.NameServers.Learn(_owner, this, []);
    }

    private DhcpLease Read(DhcpView view)
    {
        bool hasMask = view.TryGetAddress(DhcpOption.SubnetMask, out IPAddressValue mask) & IPPrefix.TryReadMask(mask.HasValue ? mask : IPAddressValue.Broadcast, out int length);
        Span<IPAddressValue> addresses = stackalloc IPAddressValue[MaxNameServers];
        IPAddress[] servers = Addresses(addresses[..view.CopyAddresses(DhcpOption.DnsServers, addresses)]);
        IPAddress[] gateways = Addresses(addresses[..view.CopyAddresses(DhcpOption.Routers, addresses[..MaxGateways])]);
        bool hasMtu = view.TryGetShort(DhcpOption.InterfaceMtu, out ushort mtu) && mtu >= MinMtu;
        TimeSpan duration = _offer.Seconds == uint.MaxValue ? Timeout.InfiniteTimeSpan : Longer(_offer.Seconds, s_leastLease);
        (TimeSpan renew, TimeSpan rebind) = Times(view, duration);
        return new DhcpLease
        {
            Address = _offer.Address.ToIPAddress(),
            PrefixLength = hasMask && length > 0 ? length : ClassLength(_offer.Address),
            Server = _offer.Server.ToIPAddress(),
            Gateways = gateways,
            NameServers = servers,
            DomainName = view.TryGet(DhcpOption.DomainName, out ReadOnlySpan<byte> domain) && Ascii.IsValid(domain) ? Encoding.ASCII.GetString(domain).TrimEnd('\0') : null,
            Mtu = hasMtu ? mtu : null,
            Duration = duration,
            RenewAfter = renew,
            RebindAfter = rebind,
        };
    }

    /// <summary>Section 4.4.5: T1 and T2 are the server's, or 0.5 and 0.875 of the lease, a little earlier by chance.</summary>
    private (TimeSpan Renew, TimeSpan Rebind) Times(DhcpView view, TimeSpan duration)
    {
        if (duration == Timeout.InfiniteTimeSpan)
        {
            return (duration, duration);
        }

        double fuzz = 1 - (_stack.Random.NextDouble() / 32);
        bool hasRebind = view.TryGetNumber(DhcpOption.RebindingTime, out uint t2) && t2 > 0 && t2 < duration.TotalSeconds;
        TimeSpan rebind = hasRebind ? TimeSpan.FromSeconds(t2) : duration * 0.875 * fuzz;
        bool hasRenew = view.TryGetNumber(DhcpOption.RenewalTime, out uint t1) && t1 > 0 && t1 < rebind.TotalSeconds;
        return (hasRenew ? TimeSpan.FromSeconds(t1) : Shorter(duration * 0.5, rebind) * fuzz, rebind);
    }

    private void SetTimers(DhcpLease lease)
    {
        if (lease.Duration == Timeout.InfiniteTimeSpan)
        {
            TimerQueue.Clear(_timer);
            return;
        }

        long now = _stack.Timers.Now;
        _rebinding = now + _stack.Timers.Ticks(lease.RebindAfter);
        _expiry = now + _stack.Timers.Ticks(lease.Duration);
        SetTimer(lease.RenewAfter);
    }

    /// <summary>Routes of RFC 3442 stand instead of routers (its page 5). A router outside of the network gets a route of its own.</summary>
    private void UseRoutes(DhcpView view, DhcpLease lease)
    {
        RemoveRoutes();
        if (!_settings.UseRoutes)
        {
            return;
        }

        IPPrefix network = new(_offer.Address, lease.PrefixLength);
        DhcpRoutes routes = view.Routes;
        while (_routes.Count < MaxRoutes && routes.MoveNext())
        {
            AddRoute(routes.Prefix, routes.Router, network);
        }

        if (_routes.Count == 0)
        {
            for (int i = 0; i < lease.Gateways.Count; i++)
            {
                AddRoute(IPPrefix.All(_offer.Address.Family), IPAddressValue.From(lease.Gateways[i]), network, i);
            }
        }
    }

    private void AddRoute(in IPPrefix destination, IPAddressValue router, in IPPrefix network, int order = 0)
    {
        IPAddressValue gateway = router.IsUnspecified ? default : router;
        if (gateway.HasValue && !gateway.IsUnicast)
        {
            return;
        }

        if (gateway.HasValue && !network.Contains(gateway))
        {
            Add(new Route(new IPPrefix(gateway, 32), default, _owner, RouteMetric));
        }

        Add(new Route(destination, gateway, _owner, RouteMetric + order));
    }

    private void Add(Route route)
    {
        _routes.Add(route);
        _stack.Routes.Add(route);
    }

    private void RemoveRoutes()
    {
        foreach (Route route in _routes)
        {
            _stack.Routes.RemoveAll(r => r == route);
        }

        _routes.Clear();
    }

    private void UseNameServers(DhcpView view)
    {
        if (_settings.UseNameServers)
        {
            Span<IPAddressValue> addresses = stackalloc IPAddressValue[MaxNameServers];
            int count = view.CopyAddresses(DhcpOption.DnsServers, addresses);
            _configuration.NameServers.Learn(_owner, this, addresses[..count]);
        }
    }

    private static IPAddress[] Addresses(ReadOnlySpan<IPAddressValue> numbers)
    {
        List<IPAddress> list = [];
        foreach (IPAddressValue number in numbers)
        {
            if (number.IsUnicast)
            {
                list.Add(number.ToIPAddress());
            }
        }

        return [.. list];
    }

    // RFC 791, section 3.2: 8, 16 or 24 bits of network.
    private static int ClassLength(in IPAddressValue address) => address.IPv4Bits >> 31 == 0 ? 8 : address.IPv4Bits >> 30 == 2 ? 16 : 24;

    private static TimeSpan Longer(uint seconds, TimeSpan least) => TimeSpan.FromSeconds(seconds) is var time && time > least ? time : least;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
