namespace SocketPools.Simulation.Faults;

/// <summary>The rules in force, in the order in which they were made.</summary>
internal sealed class FaultTable(int seed, SimulatedClock clock, EventLog log, IReadOnlySet<int> skipped)
{
    private readonly Lock _lock = new();
    private readonly RuleIndex _index = new();
    private int _inForce;
    private int _version;
    private int _count;

    /// <summary>How many rules were created so far.</summary>
    internal int Created => _count;

    /// <summary>Changes whenever a rule begins or ends.</summary>
    internal int Version => Volatile.Read(ref _version);

    internal FaultRule Add(string scope, RuleReach reach, PacketCondition concerns, FaultKind kind)
    {
        PacketRule rule;
        lock (_lock)
        {
            int id = ++_count;
            kind.Clock = clock;
            rule = new PacketRule(this, id, scope, reach, concerns, kind, Seeding.CreateRandom(seed, $"rule {id}"));
            if (!skipped.Contains(id))
            {
                rule.IsActive = true;
                _index.Add(rule);
                _inForce++;
                _version++;
            }
        }

        log.BeginRule(rule.Id, rule.Description);
        return rule;
    }

    /// <summary>Changes something at once, and changes it back when the rule ends.</summary>
    internal FaultRule AddState(string description, Action begin, Action end)
    {
        StateRule rule;
        lock (_lock)
        {
            int id = ++_count;
            rule = new StateRule(this, id, description, end) { IsActive = !skipped.Contains(id) };
        }

        log.BeginRule(rule.Id, description);
        if (rule.IsActive)
        {
            begin();
        }

        return rule;
    }

    internal void Remove(FaultRule rule)
    {
        lock (_lock)
        {
            if (!rule.IsActive)
            {
                return;
            }

            rule.IsActive = false;
            if (rule is PacketRule packets)
            {
                _index.Remove(packets);
                _inForce--;
                _version++;
            }
        }

        log.EndRule(rule.Id);
        (rule as StateRule)?.End();
    }

    internal void In(TimeSpan delay, Action action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _ = clock.CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The rules in force that may concern frames on a path, in the order in which they were made. They stay the same while <see cref="Version"/> does.</summary>
    internal PacketRule[] Find(PathEnd from, PathEnd to, string link)
    {
        if (Volatile.Read(ref _inForce) == 0)
        {
            return [];
        }

        lock (_lock)
        {
            return _index.Find(from, to, link);
        }
    }

    internal void Apply(PacketRule[] rules, ref Passage passage)
    {
        // Rules have state, and frames of several switches pass them.
        lock (_lock)
        {
            foreach (PacketRule rule in rules)
            {
                rule.Apply(ref passage);
            }
        }
    }
}
