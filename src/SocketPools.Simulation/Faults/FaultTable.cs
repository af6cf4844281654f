namespace SocketPools.Simulation.Faults;

/// <summary>The rules in force, in the order in which they were made.</summary>
internal sealed class FaultTable(int seed, SimulatedClock clock, EventLog log, IReadOnlySet<int> skipped)
{
    private readonly Lock _lock = new();
    private PacketRule[] _rules = [];
    private int _count;

    /// <summary>How many rules were created so far.</summary>
    internal int Created => _count;

    internal FaultRule Add(string scope, PacketCondition concerns, FaultKind kind)
    {
        PacketRule rule;
        lock (_lock)
        {
            int id = ++_count;
            kind.Clock = clock;
            rule = new PacketRule(this, id, scope, concerns, kind, Seeding.CreateRandom(seed, $"rule {id}"));
            if (!skipped.Contains(id))
            {
                rule.IsActive = true;
                _rules = [.. _rules, rule];
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
            _rules = rule is PacketRule ? [.. _rules.Where(r => r != rule)] : _rules;
        }

        log.EndRule(rule.Id);
        (rule as StateRule)?.End();
    }

    internal void In(TimeSpan delay, Action action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _ = clock.CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);
    }

    internal void Apply(ref Passage passage)
    {
        // Rules have state, and frames of several switches pass them.
        lock (_lock)
        {
            foreach (PacketRule rule in _rules)
            {
                rule.Apply(ref passage);
            }
        }
    }
}
