using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Configuration;

// What routers announce.
internal sealed partial class Autoconfiguration
{
    private const int RouterMetric = 1024;
    private const int MinMtu = 1280;

    // RFC 4862, section 5.5.3 e: an unauthenticated announcement cannot end an address sooner.
    private static readonly TimeSpan s_twoHours = TimeSpan.FromHours(2);

    private readonly ExpiringList _routers;
    private readonly ExpiringList _prefixes;
    private readonly ExpiringList _addresses;
    private readonly ExpiringList _nameServers;

    /// <summary>Entries of the list that has most of them: what the limit on announcements is compared with.</summary>
    internal int LearnedCount => Math.Max(Math.Max(_routers.Count, _prefixes.Count), Math.Max(_addresses.Count, _nameServers.Count));

    /// <summary>RFC 4861, section 6.3.4.</summary>
    internal void Receive(IPAddressValue router, in RouterAdvertisementView view)
    {
        if (!Settings.AcceptRouterAdvertisements)
        {
            return;
        }

        TimerQueue.Clear(_solicitation);
        if (view.Options.TryFindLinkLayer(NdOptionType.SourceLinkLayer, out MacAddress hardware))
        {
            _owner.Neighbors.Learn(router, hardware);
        }

        Route route = new(IPPrefix.All(router.Family), router, _owner, RouterMetric);
        _routers.Keep(router, view.RouterLifetime, () => _stack.Routes.Add(route), () => _stack.Routes.RemoveAll(r => r == route));
        NdOptions options = view.Options;
        while (options.MoveNext())
        {
            if (options.TryReadPrefix(out NdPrefix prefix))
            {
                UsePrefix(prefix);
            }
            else if (options.TryReadMtu(out uint mtu) && mtu >= MinMtu && mtu <= _owner.LinkMtu)
            {
                _configuration.LearnMtuIPv6((int)mtu);
            }
            else if (options.Type == NdOptionType.DnsServers)
            {
                UseNameServers(options);
            }
        }
    }

    /// <summary>RFC 4861, 6.3.4: what is on the link; RFC 4862, 5.5.3: an address in it.</summary>
    private void UsePrefix(in NdPrefix prefix)
    {
        IPPrefix network = prefix.Prefix;
        if (network.Address.IsLinkLocal || network.Address.IsMulticast || network.Length == 0 || prefix.PreferredLifetime > prefix.ValidLifetime)
        {
            return;
        }

        if (prefix.IsOnLink)
        {
            Route route = new(network, default, _owner, RouterMetric);
            _prefixes.Keep(network, prefix.ValidLifetime, () => _stack.Routes.Add(route), () => _stack.Routes.RemoveAll(r => r == route));
        }

        if (prefix.IsAutonomous && network.Length == 64)
        {
            KeepAddress(network, prefix.ValidLifetime);
        }
    }

    private void KeepAddress(IPPrefix network, uint lifetime)
    {
        IPAddressValue? known = null;
        foreach (IPAddressValue address in _attempts.Keys)
        {
            known = network.Contains(address) ? address : known;
        }

        if (known is { } held)
        {
            TimeSpan left = _addresses.Left(held);
            TimeSpan told = lifetime == uint.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(lifetime);
            bool isShort = told <= s_twoHours && told < left;
            if (isShort && left <= s_twoHours)
            {
                return;
            }

            _addresses.Keep(held, isShort ? (uint)s_twoHours.TotalSeconds : lifetime);
        }
        else if (lifetime > 0 && _owner.Addresses.Count >= _stack.Limits.MaxRouterAdvertisedEntries)
        {
            _stack.Counters.Drop(DropReason.RouterAdvertisementLimit);
        }
        else if (lifetime > 0)
        {
            IPAddressValue made = AddAddress(network, attempt: 0);
            _addresses.Keep(made, lifetime);
        }
    }

    private void RemoveAddress(object address)
    {
        _attempts.Remove((IPAddressValue)address);
        _configuration.Remove((IPAddressValue)address);
    }

    private void UseNameServers(in NdOptions option)
    {
        Span<IPAddressValue> servers = stackalloc IPAddressValue[8];
        if (!Settings.UseNameServers || !option.TryReadDnsServers(servers, out int count, out uint lifetime))
        {
            return;
        }

        foreach (IPAddressValue server in servers[..count])
        {
            if (server.IsUnicast)
            {
                _nameServers.Keep(server, lifetime, TellNameServers, TellNameServers);
            }
        }
    }

    private void TellNameServers() => _configuration.NameServers.Learn(_owner, this, [.. _nameServers.Keys.Cast<IPAddressValue>()]);
}
