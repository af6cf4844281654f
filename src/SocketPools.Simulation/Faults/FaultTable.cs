namespace SocketPools.Simulation.Faults;

/// <summary>The rules in force, in the order in which they were made.</summary>
internal sealed class FaultTable(int seed, Action<TimeSpan, Action> later, EventLog log, IReadOnlySet<int> skipped)
{
    private readonly Lock _lock = new();
    private FaultRule[] _rules = [];
    private int _count;

    /// <summary>How many rules were made so far.</summary>
    internal int Made => _count;

    internal FaultRule Add(string scope, PacketCondition concerns, FaultKind kind)
    {
        FaultRule rule;
        lock (_lock)
        {
            int number = ++_count;
            rule = new FaultRule(this, number, scope, concerns, kind, Seeding.CreateRandom(seed, $"rule {number}"));
            if (!skipped.Contains(number))
            {
                _rules = [.. _rules, rule];
            }
        }

        log.BeginRule(rule.Number, rule.Description);
        return rule;
    }

    internal void Remove(FaultRule rule)
    {
        lock (_lock)
        {
            int before = _rules.Length;
            _rules = [.. _rules.Where(r => r != rule)];
            if (_rules.Length == before)
            {
                return;
            }
        }

        log.EndRule(rule.Number);
    }

    internal void In(TimeSpan delay, Action action) => later(delay, action);

    internal void Apply(ref Passage passage)
    {
        foreach (FaultRule rule in Volatile.Read(ref _rules))
        {
            rule.Apply(ref passage);
        }
    }
}
