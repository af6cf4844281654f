using SocketPools.Simulation;

namespace SocketPools.Tool.Simulating;

/// <summary>Reads one rule: where, what, when and for how long.</summary>
internal sealed class RuleReader(ScenarioTable table, IReadOnlySet<string> nodes)
{
    private readonly List<Func<FaultScope, IDisposable>> _faults = [];
    private readonly List<Func<ScenarioRun, IDisposable>> _actions = [];

    internal ScenarioRule Read()
    {
        TimeSpan at = table.Time("at") ?? TimeSpan.Zero;
        TimeSpan? duration = table.Time("for");
        Func<SimulatedNetwork, FaultScope> scope = ReadScope(out bool isSomewhere);
        ReadFaults();
        ReadActions();
        table.Finish();
        if (_faults.Count + _actions.Count == 0)
        {
            throw new ScenarioException(table.File, table.Line, "the rule does nothing: loss, delay, cut, partition, crash, ...");
        }

        if (isSomewhere && _faults.Count == 0)
        {
            throw new ScenarioException(table.File, table.Line, "the rule says where, and not what: loss, delay, cut, ...");
        }

        return new ScenarioRule(at, duration, run => [.. _faults.Select(fault => fault(scope(run.Network))), .. _actions.Select(action => action(run))]);
    }

    private Func<SimulatedNetwork, FaultScope> ReadScope(out bool isSomewhere)
    {
        (string Text, int Line)[] between = [.. table.Texts("between")];
        string? from = NodeOf("from"), to = NodeOf("to"), node = NodeOf("node");
        int port = (int)(table.Number("port", 1, 65535) ?? 0);
        int ways = (between.Length > 0 ? 1 : 0) + (from is not null || to is not null ? 1 : 0) + (node is not null ? 1 : 0);
        if (ways > 1 || (from is null) != (to is null) || between.Length is not (0 or 2))
        {
            throw new ScenarioException(table.File, table.Line, "a rule is between = [\"a\", \"b\"], or from = \"a\" and to = \"b\", or at node = \"a\", or everywhere");
        }

        foreach ((string name, int line) in between)
        {
            Check(name, line);
        }

        isSomewhere = ways > 0 || port > 0;
        Func<SimulatedNetwork, FaultScope> scope = between.Length == 2 ? network => network.Between(network[between[0].Text], network[between[1].Text])
            : from is not null ? network => network.From(network[from], network[to!])
            : node is not null ? network => network.At(network[node])
            : network => network.Everywhere;
        return port == 0 ? scope : network => scope(network).OnPort(port);
    }

    private void ReadFaults()
    {
        if (table.Probability("loss") is { } loss)
        {
            _faults.Add(scope => scope.Loss(loss));
        }

        double inBad = table.Probability("loss-in-bad") ?? 1, inGood = table.Probability("loss-in-good") ?? 0;
        if (Pair("to-bad", "to-good", "burst losses have the probabilities to-bad and to-good", table.Probability) is var (toBad, toGood))
        {
            _faults.Add(scope => scope.BurstLoss(toBad, toGood, inBad, inGood));
        }

        TimeSpan? delay = table.Time("delay"), jitter = table.Time("jitter");
        if (delay is not null || jitter is not null)
        {
            _faults.Add(scope => scope.Delay(delay ?? TimeSpan.Zero, jitter ?? TimeSpan.Zero));
        }

        TimeSpan later = table.Time("reorder-delay") ?? TimeSpan.FromMilliseconds(5);
        if (table.Probability("reorder") is { } reorder)
        {
            _faults.Add(scope => scope.Reorder(reorder, later));
        }

        if (table.Probability("duplicate") is { } duplicate)
        {
            _faults.Add(scope => scope.Duplicate(duplicate));
        }

        if (table.Probability("corrupt") is { } corrupt)
        {
            _faults.Add(scope => scope.Corrupt(corrupt));
        }

        int queue = (int)Math.Min(table.Bytes("queue") ?? 65536, int.MaxValue);
        if (table.Rate("bandwidth") is { } bandwidth)
        {
            _faults.Add(scope => scope.Bandwidth(bandwidth, queue));
        }

        if (table.Number("mtu", 68, 65535) is { } mtu)
        {
            _faults.Add(scope => scope.Mtu((int)mtu));
        }

        if (table.Flag("cut"))
        {
            _faults.Add(scope => scope.Cut());
        }
    }

    private void ReadActions()
    {
        if (table.Find("partition") is { } partition)
        {
            string[][] groups = partition.Value is TomlValue[] { Length: 2 } both ? [Group(both[0]), Group(both[1])]
                : throw table.Error("partition", "partition = [\"a\", \"b\"], or two lists of nodes");
            _actions.Add(run => run.Network.Partition(groups[0].Select(n => run.Network[n]), groups[1].Select(n => run.Network[n])));
        }

        if (NodeOf("crash") is { } crash)
        {
            // Its end is a restart.
            _actions.Add(run =>
            {
                run.Network[crash].Crash();
                return new Undo(() => run.Restart(crash));
            });
        }

        if (NodeOf("restart") is { } restart)
        {
            _actions.Add(run =>
            {
                run.Restart(restart);
                return Undo.Nothing;
            });
        }

        if (NodeOf("freeze") is { } freeze)
        {
            _actions.Add(run => run.Network[freeze].Freeze());
        }

        if (table.Flag("dns-outage"))
        {
            _actions.Add(run => run.Network.Dns.Outage());
        }

        if (table.Text("note") is { } note)
        {
            _actions.Add(run =>
            {
                run.Note(note);
                return Undo.Nothing;
            });
        }
    }

    private (double One, double Other)? Pair(string one, string other, string message, Func<string, double?> read) =>
        (read(one), read(other)) switch
        {
            (null, null) => null,
            ({ } a, { } b) => (a, b),
            _ => throw new ScenarioException(table.File, table.Line, message),
        };

    private string[] Group(TomlValue value)
    {
        TomlValue[] items = value.Value as TomlValue[] ?? [value];
        return [.. items.Select(item => Check(item.Value as string ?? throw new ScenarioException(table.File, item.Line, "partition has names of nodes"), item.Line))];
    }

    private string? NodeOf(string key) => table.Find(key) is { } value ? Check(table.Text(key)!, value.Line) : null;

    private string Check(string name, int line) =>
        nodes.Contains(name) ? name : throw new ScenarioException(table.File, line, $"there is no node \"{ToolConsole.OneLine(name)}\"");

    private sealed class Undo(Action action) : IDisposable
    {
        internal static readonly Undo Nothing = new(static () => { });

        public void Dispose() => action();
    }
}
