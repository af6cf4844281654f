using System.Globalization;

namespace SocketPools.Simulation.Scripts;

/// <summary>Lines that change a device, or the network as a whole: <c>crash web</c>, <c>partition a b | c d</c>.</summary>
internal static class DeviceFaults
{
    /// <summary>Reads what a word names; null when it names none.</summary>
    internal static ScriptAction? Read(string word, ScriptWords words) => word switch
    {
        "crash" or "power-off" => OfDevice(words, d => d.PowerOff()),
        "freeze" => OfDevice(words, d => d.Freeze()),
        "restart" => Once(OfName(words, "a device", static (network, name) => network.FindDevice(name)), static d => d.Restart()),
        "sleep" => OfNode(words, static n => n.Sleep()),
        "skew" => ReadSkew(words),
        "step-clock" => ReadStep(words),
        "read-slowly" => ReadSlowly(words),
        "partition" => ReadPartition(words),
        "dns-outage" => static network => network.Dns.Outage,
        "dns-delay" => ReadDnsDelay(words),
        "dns-code" => ReadDnsCode(words),
        "dhcp-outage" => OfRouter(words, static r => r.DhcpServers.Count > 0, "DHCP server", static r => r.DhcpServers[0].Outage()),
        "dhcp-revoke" => ReadRevoke(words),
        "nat-flush" => OfRouter(words, static r => r.Nat is not null, "NAT", static r =>
        {
            r.Nat!.Flush();
            return null;
        }),
        "wifi-off" => Rule(OfName(words, "an access point", static (network, name) => network.FindAccessPoint(name)), static ap => ap.PowerOff()),
        "signal" => ReadSignal(words),
        "deauthenticate" => Once(OfName(words, "a station", FindStation), static s => s.AccessPoint?.Deauthenticate(s)),
        "note" => ReadNote(words),
        _ => null,
    };

    private static Func<SimulatedNetwork, T> OfName<T>(ScriptWords words, string what, Func<SimulatedNetwork, string, T> find)
    {
        string name = words.Take(what);
        return network => find(network, name);
    }

    private static ScriptAction Rule<T>(Func<SimulatedNetwork, T> find, Func<T, FaultRule?> begin) => network =>
    {
        T found = find(network);
        return () => begin(found);
    };

    private static ScriptAction Once<T>(Func<SimulatedNetwork, T> find, Action<T> action) => Rule(find, found =>
    {
        action(found);
        return null;
    });

    private static ScriptAction OfDevice(ScriptWords words, Func<SimulatedDevice, FaultRule> begin) =>
        Rule(OfName(words, "a device", static (network, name) => network.FindDevice(name)), begin);

    private static ScriptAction OfNode(ScriptWords words, Func<SimulatedNode, FaultRule> begin) => Rule(OfName(words, "a node", static (network, name) => network[name]), begin);

    private static ScriptAction OfRouter(ScriptWords words, Func<SimulatedRouter, bool> has, string what, Func<SimulatedRouter, FaultRule?> begin) => Rule(
        OfName(words, "a router", (network, name) => network.FindDevice(name) is SimulatedRouter router && has(router)
            ? router
            : throw new KeyNotFoundException($"\"{name}\" is no router with a {what}.")),
        begin);

    private static SimulatedStation FindStation(SimulatedNetwork network, string name) =>
        network[name] as SimulatedStation ?? throw new KeyNotFoundException($"\"{name}\" is no station.");

    private static ScriptAction ReadSkew(ScriptWords words)
    {
        string name = words.Take("a node");
        int partsPerMillion = words.TakeInteger("parts per million", -999_999, 1_000_000_000);
        words.TryTake("ppm");
        return Rule(network => network[name], node => node.SkewClock(partsPerMillion));
    }

    private static ScriptAction ReadStep(ScriptWords words)
    {
        string name = words.Take("a node");
        string text = words.Take("a time");
        TimeSpan offset = text.StartsWith('-') ? -ScriptWords.ParseTime(text[1..]) : ScriptWords.ParseTime(text.TrimStart('+'));
        return Rule(network => network[name], node => node.StepClock(offset));
    }

    private static ScriptAction ReadSlowly(ScriptWords words)
    {
        string name = words.Take("a node");
        long rate = Math.Max(1, words.TakeAmount("bytes per second"));
        return Rule(network => network[name], node => node.ReadSlowly(rate));
    }

    private static ScriptAction ReadPartition(ScriptWords words)
    {
        List<string>[] groups = [[], []];
        int group = 0;
        while (words.Peek() is { } next && next is not ("for" or "until"))
        {
            words.Take("a device");
            if (next == "|")
            {
                group += group == 0 ? 1 : throw new FormatException("There are two groups, with one \"|\" between them.");
            }
            else
            {
                groups[group].Add(next);
            }
        }

        if (groups[0].Count == 0 || groups[1].Count == 0)
        {
            throw new FormatException("Two groups are expected: partition a b | c d.");
        }

        return network =>
        {
            SimulatedDevice[][] found = [.. groups.Select(g => g.Select(network.FindDevice).ToArray())];
            return () => network.Partition(found[0], found[1]);
        };
    }

    private static ScriptAction ReadDnsDelay(ScriptWords words)
    {
        TimeSpan delay = words.TakeTime("a time");
        return network => () =>
        {
            TimeSpan before = network.Dns.ResponseTime;
            return network.Faults.AddState($"DNS takes {delay}", () => network.Dns.ResponseTime = delay, () => network.Dns.ResponseTime = before);
        };
    }

    private static ScriptAction ReadDnsCode(ScriptWords words)
    {
        string text = words.Take("a code");
        int code = text switch
        {
            "servfail" => 2,
            "nxdomain" => 3,
            "refused" => 5,
            _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 15
                ? number
                : throw new FormatException($"\"{text}\" is no code of DNS: servfail, nxdomain, refused or 0 to 15."),
        };
        return network => () =>
        {
            int? before = network.Dns.ResponseCode;
            return network.Faults.AddState($"DNS answers {text}", () => network.Dns.ResponseCode = code, () => network.Dns.ResponseCode = before);
        };
    }

    private static ScriptAction ReadRevoke(ScriptWords words) => Once(OfName(words, "a node", static (network, name) => (network, node: network[name])), static found =>
    {
        foreach (SimulatedDhcpServer server in found.network.Routers.SelectMany(r => r.DhcpServers))
        {
            server.Revoke(found.node);
        }

        found.node.DhcpClient?.Renew();
    });

    private static ScriptAction ReadSignal(ScriptWords words)
    {
        (string station, string accessPoint) = (words.Take("a station"), words.Take("an access point"));
        int dbm = words.TakeInteger("a signal in dBm", -120, 0);
        return Once(network => (Station: FindStation(network, station), AccessPoint: network.FindAccessPoint(accessPoint)), found => found.AccessPoint.SetSignal(found.Station, dbm));
    }

    private static ScriptAction ReadNote(ScriptWords words)
    {
        string text = words.TakeRest();
        return Once(static network => network, network => network.Log.Note(text));
    }
}
