using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Udp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>
/// The resolver of a stack, a stub that asks recursive servers: RFC 1034 and 1035, 2308 (negative answers), 3596 (AAAA), 5452 (false
/// answers), 6724 (order of addresses), 6761 (localhost, invalid), 6891 (EDNS, without the flag for DNSSEC), 7766 (TCP).
/// With the gate held, unless said otherwise.
/// </summary>
/// <remarks>
/// Left out: <b>search lists</b> (a name is asked for as it is written, so "printer" is not "printer.example.com", which avoids
/// answers from domains of others), <b>DNSSEC, DNS over TLS or HTTPS</b> (a program that needs a name that cannot be changed on the path
/// needs them; TLS above checks names itself), <b>0x20</b> (random case in questions: some servers do not send it back), <b>names of
/// services</b> (a port is a number: there is no file to read them from), mDNS and LLMNR, reverse lookups. Connections to servers are
/// not kept open (RFC 7766, section 6.2.1): an answer that needs TCP is rare.
/// </remarks>
internal sealed class DnsResolver(NetworkStack stack, UdpLayer udp, TcpLayer tcp, DnsOptions settings)
{
    private readonly Dictionary<DnsPendingQuestion, DnsTransaction> _asks = [];
    private readonly Dictionary<string, IPAddressValue[]> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private bool _isOver;

    internal DnsOptions Settings { get; } = settings;

    internal DnsCounters Counters { get; } = new();

    internal NameServerList Servers { get; } = new(stack, Math.Clamp(settings.MaxServers, 1, 64));

    internal DnsCache Cache { get; } = new(stack.Timers, settings);

    internal AddressSelector Order { get; } = new(stack);

    internal UdpLayer Udp => udp;

    internal TcpLayer Tcp => tcp;

    internal TimerQueue Timers => stack.Timers;

    internal Random Random => stack.Random;

    /// <summary>Where messages are read to, one at a time. Any datagram fits: some servers send more than they were asked for.</summary>
    internal byte[] Scratch => field ??= new byte[65535];

    /// <summary>How many questions are under way.</summary>
    internal int Asking => _asks.Count;

    internal void SetHost(string name, IPAddressValue[] addresses)
    {
        if (addresses.Length == 0)
        {
            _hosts.Remove(Plain(name));
        }
        else
        {
            _hosts[Plain(name)] = addresses;
        }
    }

    /// <summary>Answers what needs no question: hosts of the table, names that mean this host or none (RFC 6761), and what cannot be a name.</summary>
    internal bool TryAnswer(AddressQuery query, string host, ushort port, out AddressLookup answer)
    {
        string name = Plain(host);
        IPAddressValue[]? known = null;
        if (_hosts.TryGetValue(name, out IPAddressValue[]? listed))
        {
            known = listed;
        }
        else if (Ends(name, "localhost"))
        {
            known = [IPAddressValue.Loopback(AddressFamily.InterNetworkV6), IPAddressValue.Loopback(AddressFamily.InterNetwork)];
        }

        answer = new AddressLookup(AddressInfoError.NoName);
        if (known is not null)
        {
            bool mapsThese = DnsRecordSet.MapsIPv4(query) && (query.Flags & AddressInfoFlags.All) == 0 && Array.Exists(known, a => a.IsIPv6);
            answer = DnsRecordSet.Make(query, Order.Sort(mapsThese ? Array.FindAll(known, a => a.IsIPv6) : known), name, port);
            answer = answer.Failed ? new AddressLookup(AddressInfoError.AddressFamily) : answer;
            return true;
        }

        return name.Length == 0 || Ends(name, "invalid") || !DnsQuery.TryCreate(name, DnsType.A, 0, out _);
    }

    /// <summary>Questions that are under way.</summary>
    internal int QuestionCount => _asks.Count;

    /// <summary>Begins a lookup; it may be over at once, from memory.</summary>
    internal DnsLookup Begin(AddressQuery query, string host)
    {
        string name = Plain(host).ToLowerInvariant();
        DnsLookup lookup = new(this, query, [.. Types(query).Select(type => new DnsPendingQuestion(name, type))]);
        if (_isOver || lookup.Questions.Length == 0)
        {
            lookup.End(_isOver ? new AddressLookup(AddressInfoError.System, Errno.ENETDOWN) : new AddressLookup(AddressInfoError.NoName));
            return lookup;
        }

        bool isRemembered = true;
        foreach (DnsPendingQuestion question in lookup.Questions)
        {
            // A question under way is waited for: what is known of its name as a whole may be about to be corrected.
            if (!_asks.ContainsKey(question) && Cache.Find(question) is { } known)
            {
                lookup.Take(question, known);
            }
            else
            {
                isRemembered &= lookup.IsOver;
                Ask(question, lookup);
            }
        }

        Counters.CacheHits += isRemembered ? 1 : 0;
        return lookup;
    }

    /// <summary>A question has its answer.</summary>
    internal void Finish(DnsTransaction ask, DnsResponse answer)
    {
        _asks.Remove(ask.Question);
        Cache.Add(ask.Question, answer);
        foreach (DnsLookup lookup in ask.Waiting.ToArray())
        {
            lookup.Take(ask.Question, answer);
        }
    }

    /// <summary>Ends a lookup; queries without another waiting lookup are stopped.</summary>
    internal void Abandon(DnsLookup lookup, AddressLookup result)
    {
        Leave(lookup);
        lookup.End(result);
    }

    /// <summary>What is reported of a lookup whose time has passed: what its questions have met so far.</summary>
    internal AddressLookup TimedOut(DnsLookup lookup)
    {
        string? trouble = null;
        foreach (DnsPendingQuestion question in lookup.Questions)
        {
            trouble ??= _asks.GetValueOrDefault(question)?.Trouble;
        }

        return new AddressLookup(AddressInfoError.System, Errno.ETIMEDOUT)
        {
            Detail = $"The lookup of \"{lookup.Query.Host}\" did not end in time{(trouble is null ? "" : $": {trouble}")}",
        };
    }

    /// <summary>Its token ends a lookup. Without the gate.</summary>
    internal void Cancel(DnsLookup lookup, CancellationToken token)
    {
        using (stack.Gate.EnterScope())
        {
            Leave(lookup);
            lookup.Cancel(token);
        }
    }

    /// <summary>The stack goes: all lookups end.</summary>
    internal void Clear()
    {
        _isOver = true;
        foreach (DnsTransaction ask in _asks.Values.ToArray())
        {
            foreach (DnsLookup lookup in ask.Waiting.ToArray())
            {
                Abandon(lookup, new AddressLookup(AddressInfoError.System, Errno.ENETDOWN));
            }
        }
    }

    private void Ask(in DnsPendingQuestion question, DnsLookup lookup)
    {
        if (lookup.IsOver)
        {
            return;
        }

        if (_asks.TryGetValue(question, out DnsTransaction? running))
        {
            running.Join(lookup);
            return;
        }

        if (_asks.Count >= Settings.MaxConcurrentQueries)
        {
            Counters.LookupsRejected++;
            lookup.Take(question, DnsResponse.Failed(AddressInfoError.Again) with { Detail = $"{_asks.Count} questions are under way (StackOptions.Dns.MaxConcurrentQueries)" });
            return;
        }

        DnsTransaction ask = new(this, question);
        ask.Join(lookup);
        _asks.Add(question, ask);
        ask.Begin();
    }

    private void Leave(DnsLookup lookup)
    {
        foreach (DnsPendingQuestion question in lookup.Questions)
        {
            if (_asks.TryGetValue(question, out DnsTransaction? ask) && ask.Leave(lookup))
            {
                _asks.Remove(question);
                ask.Stop();
            }
        }
    }

    /// <summary>The types to ask for; with AI_ADDRCONFIG only those of which the stack has an address beside loopback.</summary>
    private IEnumerable<DnsType> Types(AddressQuery query)
    {
        bool any = (query.Flags & AddressInfoFlags.AddressConfigured) == 0;
        if (query.Family != AddressFamily.InterNetwork && (any || HasAddress(AddressFamily.InterNetworkV6)))
        {
            yield return DnsType.Aaaa;
        }

        bool wantsIPv4 = query.Family != AddressFamily.InterNetworkV6 || DnsRecordSet.MapsIPv4(query);
        if (wantsIPv4 && (any || HasAddress(AddressFamily.InterNetwork)))
        {
            yield return DnsType.A;
        }
    }

    private bool HasAddress(AddressFamily family) => stack.Interfaces.Any(one => !one.IsLoopback && one.Has(family));

    private static string Plain(string name) => name.EndsWith('.') ? name[..^1] : name;

    private static bool Ends(string name, string domain) => name.EndsWith(domain, StringComparison.OrdinalIgnoreCase)
        && (name.Length == domain.Length || name[^(domain.Length + 1)] == '.');
}
