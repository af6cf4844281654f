using System.Globalization;

namespace SocketPools.Simulation.Scripts;

/// <summary>Lines that change a device, or the network as a whole: <c>crash web</c>, <c>partition a b | c d</c>.</summary>
internal static class DeviceFaults
{
    private static readonly Dictionary<string, Func<ScriptWords, Func<TimeSpan?, ScriptAction>>> s_readers = new(StringComparer.Ordinal)
    {
        ["crash"] = static words => OfDevice(words, static d => d.PowerOff()),
        ["power-off"] = static words => OfDevice(words, static d => d.PowerOff()),
        ["restart"] = static words => Once(OfName(words, "a device", static (network, name) => network.FindDevice(name)), static d => d.Restart()),
        ["freeze"] = static words => OfDevice(words, static d => d.Freeze()),
        ["sleep"] = static words => Rule(OfNode(words), static n => n.Sleep()),
        ["skew"] = ReadSkew,
        ["step-clock"] = ReadStep,
        ["read-slowly"] = ReadSlowly,
        ["partition"] = ReadPartition,
        ["dns-outage"] = static _ => _ => static network => network.Dns.Outage,
        ["dns-delay"] = ReadDnsDelay,
        ["dns-code"] = ReadDnsCode,
        ["dhcp-outage"] = static words => Rule(OfRouter(words, static r => r.DhcpServers.Count > 0, "DHCP server"), static r => r.DhcpServers[0].Outage()),
        ["dhcp-revoke"] = static words => Once(OfName(words, "a node", static (network, name) => (network, node: network[name])), static f => Revoke(f.network, f.node)),
        ["nat-flush"] = static words => Once(OfRouter(words, static r => r.Nat is not null, "NAT"), static r => r.Nat!.Flush()),
        ["wifi-off"] = static words => Rule(OfName(words, "an access point", static (network, name) => network.FindAccessPoint(name)), static ap => ap.PowerOff()),
        ["signal"] = ReadSignal,
        ["deauthenticate"] = static words => Once(OfStation(words), static s => s.AccessPoint?.Deauthenticate(s)),
        ["nemesis"] = NemesisLine.Read,
        ["note"] = ReadNote,
    };

    internal static IEnumerable<string> Names => s_readers.Keys;

    /// <summary>The reader of what a word names; null when it names nothing.</summary>
    internal static Func<ScriptWords, Func<TimeSpan?, ScriptAction>>? Find(string word) => s_readers.GetValueOrDefault(word);

    internal static bool HappensOnce(string word) => word is "restart" or "dhcp-revoke" or "nat-flush" or "deauthenticate" or "note";

    private static Func<SimulatedNetwork, T> OfName<T>(ScriptWords words, string what, Func<SimulatedNetwork, string, T> find)
    {
        string name = words.Take(what);
        return network => find(network, name);
    }

    private static Func<SimulatedNetwork, SimulatedNode> OfNode(ScriptWords words) => OfName(words, "a node", static (network, name) => network[name]);

    private static Func<SimulatedNetwork, SimulatedStation> OfStation(ScriptWords words) => OfName(words, "a station", static (network, name) =>
        network[name] as SimulatedStation ?? throw new KeyNotFoundException($"\"{name}\" is no station."));

    private static Func<SimulatedNetwork, SimulatedRouter> OfRouter(ScriptWords words, Func<SimulatedRouter, bool> has, string what) =>
        OfName(words, "a router", (network, name) => network.FindDevice(name) is SimulatedRouter router && has(router)
            ? router
            : throw new KeyNotFoundException($"\"{name}\" is no router with a {what}."));

    private static Func<TimeSpan?, ScriptAction> Rule<T>(Func<SimulatedNetwork, T> find, Func<T, FaultRule?> begin) => _ => network =>
    {
        T found = find(network);
        return () => begin(found);
    };

    private static Func<TimeSpan?, ScriptAction> Once<T>(Func<SimulatedNetwork, T> find, Action<T> action) => Rule(find, found =>
    {
        action(found);
        return null;
    });

    private static Func<TimeSpan?, ScriptAction> OfDevice(ScriptWords words, Func<SimulatedDevice, FaultRule> begin) =>
        Rule(OfName(words, "a device", static (network, name) => network.FindDevice(name)), begin);

    private static Func<TimeSpan?, ScriptAction> ReadSkew(ScriptWords words)
    {
        Func<SimulatedNetwork, SimulatedNode> node = OfNode(words);
        int partsPerMillion = words.TakeInteger("parts per million", -999_999, 1_000_000_000);
        words.TryTake("ppm");
        return Rule(node, n => n.SkewClock(partsPerMillion));
    }

    private static Func<TimeSpan?, ScriptAction> ReadStep(ScriptWords words)
    {
        Func<SimulatedNetwork, SimulatedNode> node = OfNode(words);
        TimeSpan offset = words.TakeOffset("a time");
        return Rule(node, n => n.StepClock(offset));
    }

    private static Func<TimeSpan?, ScriptAction> ReadSlowly(ScriptWords words)
    {
        Func<SimulatedNetwork, SimulatedNode> node = OfNode(words);
        long rate = words.TakeSize("bytes per second");
        _ = rate > 0 ? true : throw words.No("1 byte per second or more");
        return Rule(node, n => n.ReadSlowly(rate));
    }

    private static Func<TimeSpan?, ScriptAction> ReadPartition(ScriptWords words)
    {
        List<string>[] groups = [[], []];
        int group = 0;
        foreach (ScriptWord word in words.TakeNames("two groups, as \"a b | c d\","))
        {
            if (word.Text != "|")
            {
                groups[group].Add(word.Text);
            }
            else if (++group > 1)
            {
                throw words.Wrong(word, "there are two groups, with one \"|\" between them: partition a b | c d");
            }
        }

        return groups[0].Count == 0 || groups[1].Count == 0
            ? throw words.Wrong("two groups are expected: partition a b | c d")
            : _ => network =>
            {
                SimulatedDevice[][] found = [.. groups.Select(g => g.Select(network.FindDevice).ToArray())];
                return () => network.Partition(found[0], found[1]);
            };
    }

    private static Func<TimeSpan?, ScriptAction> ReadDnsDelay(ScriptWords words)
    {
        TimeSpan delay = words.TakeTime("a time");
        return _ => network => () =>
        {
            TimeSpan before = network.Dns.ResponseTime;
            return network.Faults.AddState($"DNS takes {delay}", () => network.Dns.ResponseTime = delay, () => network.Dns.ResponseTime = before);
        };
    }

    private static Func<TimeSpan?, ScriptAction> ReadDnsCode(ScriptWords words)
    {
        string text = words.Take("a code");
        int code = text switch
        {
            "servfail" => 2,
            "nxdomain" => 3,
            "refused" => 5,
            _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= 15 ? number : throw words.No("a code of DNS: servfail, nxdomain, refused or 0 to 15"),
        };
        return _ => network => () =>
        {
            int? before = network.Dns.ResponseCode;
            return network.Faults.AddState($"DNS answers {text}", () => network.Dns.ResponseCode = code, () => network.Dns.ResponseCode = before);
        };
    }

    private static void Revoke(SimulatedNetwork network, SimulatedNode node)
    {
        foreach (SimulatedDhcpServer server in network.Routers.SelectMany(r => r.DhcpServers))
        {
            server.Revoke(node);
        }

        node.DhcpClient?.Renew();
    }

    private static Func<TimeSpan?, ScriptAction> ReadSignal(ScriptWords words)
    {
        Func<SimulatedNetwork, SimulatedStation> station = OfStation(words);
        string accessPoint = words.Take("an access point");
        int dbm = words.TakeInteger("a signal in dBm", -120, 0);
        return Rule(network => (Network: network, Station: station(network), AccessPoint: network.FindAccessPoint(accessPoint)), found =>
        {
            int before = found.AccessPoint.SignalAt(found.Station);
            return found.Network.Faults.AddState(
                string.Create(CultureInfo.InvariantCulture, $"{found.Station.Name}: {found.AccessPoint.Name} at {dbm} dBm"),
                () => found.AccessPoint.SetSignal(found.Station, dbm),
                () => found.AccessPoint.SetSignal(found.Station, before));
        });
    }

    private static Func<TimeSpan?, ScriptAction> ReadNote(ScriptWords words)
    {
        _ = words.IsAtEnd ? words.Take("a text") : null;
        string text = words.TakeRest();
        return Once(static network => network, network => network.Log.Note(text));
    }
}
