using System.Net;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>A server, and the interface that its link-local address is on, if it is one.</summary>
internal readonly record struct DnsServer(IPAddressValue Address, ushort Port, NetworkInterface? Scope);

/// <summary>Which servers there are: those that were set, then those that interfaces learned. With the gate held.</summary>
internal sealed class NameServerList(NetworkStack stack, int most)
{
    private readonly Dictionary<(NetworkInterface Interface, object Source), DnsServer[]> _learned = [];
    private DnsServer[] _set = [];
    private DnsServer? _last;

    /// <summary>All of them, the one that answered last in front: who waits for a dead one waits once.</summary>
    internal DnsServer[] InOrder()
    {
        DnsServer[] all = All();
        int place = _last is { } last ? Array.IndexOf(all, last) : -1;
        if (place > 0)
        {
            DnsServer first = all[place];
            Array.Copy(all, 0, all, 1, place);
            all[0] = first;
        }

        return all;
    }

    internal DnsServer[] All() => [.. _set.Concat(_learned.Values.SelectMany(servers => servers)).Distinct().Take(most)];

    internal void Set(IEnumerable<IPEndPoint> servers) => _set =
    [
        .. servers.Select(s => new DnsServer(
            IPAddressValue.From(s.Address),
            s.Port == 0 ? DnsView.Port : (ushort)s.Port,
            s.Address.IsIPv6LinkLocal ? stack.InterfaceOf((int)s.Address.ScopeId) : null)),
    ];

    /// <summary>What an interface has learned from a source, instead of what it had from it.</summary>
    internal void Learn(NetworkInterface one, object source, ReadOnlySpan<IPAddressValue> servers)
    {
        List<DnsServer> list = [];
        foreach (IPAddressValue address in servers)
        {
            if (address.IsUnicast)
            {
                list.Add(new DnsServer(address, DnsView.Port, address.IsLinkLocal ? one : null));
            }
        }

        _learned.Remove((one, source));
        if (list.Count > 0)
        {
            _learned.Add((one, source), [.. list]);
        }
    }

    internal void Answered(in DnsServer server) => _last = server;

    internal void Failed(in DnsServer server) => _last = _last == server ? null : _last;
}
