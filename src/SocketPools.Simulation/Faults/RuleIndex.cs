namespace SocketPools.Simulation.Faults;

/// <summary>The rules in force by the devices that they name, so that a path finds its own without asking all.</summary>
internal sealed class RuleIndex
{
    private readonly Dictionary<string, List<PacketRule>> _byDevice = [];
    private readonly List<PacketRule> _others = [];

    internal void Add(PacketRule rule)
    {
        foreach (string device in rule.Reach.Devices ?? [])
        {
            if (!_byDevice.TryGetValue(device, out List<PacketRule>? rules))
            {
                _byDevice.Add(device, rules = []);
            }

            rules.Add(rule);
        }

        if (rule.Reach.Devices is null)
        {
            _others.Add(rule);
        }
    }

    internal void Remove(PacketRule rule)
    {
        foreach (string device in rule.Reach.Devices ?? [])
        {
            List<PacketRule> rules = _byDevice[device];
            rules.Remove(rule);
            if (rules.Count == 0)
            {
                _byDevice.Remove(device);
            }
        }

        _others.Remove(rule);
    }

    /// <summary>The rules that may concern frames on a path, in the order in which they were made.</summary>
    internal PacketRule[] Find(PathEnd from, PathEnd to, string link)
    {
        List<PacketRule>? atFrom = _byDevice.GetValueOrDefault(from.Device), atTo = _byDevice.GetValueOrDefault(to.Device);
        if (atFrom is null && atTo is null && _others.Count == 0)
        {
            return [];
        }

        SortedDictionary<int, PacketRule> found = [];
        foreach (List<PacketRule>? rules in new[] { atFrom, atTo, _others })
        {
            foreach (PacketRule rule in rules ?? [])
            {
                if (rule.Reach.Includes(from, to, link))
                {
                    found[rule.Id] = rule;
                }
            }
        }

        return [.. found.Values];
    }
}
