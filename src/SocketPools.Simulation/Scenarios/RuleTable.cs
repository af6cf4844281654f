using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation.Scenarios;

/// <summary>
/// A table <c>[[rules]]</c> as lines of a fault script: one for each fault of the table, all at its place and time. What a fault takes is read by the script's reader alone.
/// </summary>
internal sealed class RuleTable(ScenarioTable table)
{
    // What belongs to a fault, in the order of the script's words. A key of a fault has its value, or true.
    private static readonly Dictionary<string, string[]> s_details = new(StringComparer.Ordinal)
    {
        ["burst-loss"] = ["loss-in-bad", "loss-in-good"],
        ["delay"] = ["jitter"],
        ["bandwidth"] = ["queue", "codel", "target", "interval", "marks"],
        ["nemesis"] = ["faults", "longest", "without-crashes", "of"],
    };

    private readonly List<ScriptLine> _lines = [];

    internal IReadOnlyList<ScriptLine> Read()
    {
        List<ScriptWord> head = [Word("at"), Value("at") ?? Word("0s")];
        List<ScriptWord> where = ReadWhere();
        List<ScriptWord> end = ReadEnd();
        bool hasPackets = ReadOldNames(head, where, end);
        foreach (string fault in PacketFaults.Names)
        {
            hasPackets |= TryRead(fault, head, [.. where, .. end]);
        }

        foreach (string fault in DeviceFaults.Names)
        {
            TryRead(fault, head, fault == "note" ? [] : end);
        }

        foreach (string detail in s_details.Values.SelectMany(d => d))
        {
            if (table.Has(detail) && !s_details.Any(d => d.Value.Contains(detail) && table.Has(d.Key)) && !IsKnownElsewhere(detail))
            {
                throw table.Error(detail, $"{detail} belongs to {s_details.First(d => d.Value.Contains(detail)).Key}, which is not there");
            }
        }

        table.Finish();
        return _lines.Count == 0 ? throw table.Error($"the rule does nothing: {string.Join(", ", PacketFaults.Names.Concat(DeviceFaults.Names))}")
            : where.Count > 0 && !hasPackets ? throw table.Error($"the rule says where, and not what: {string.Join(", ", PacketFaults.Names)}")
            : _lines;
    }

    private bool IsKnownElsewhere(string detail) =>
        (detail == "jitter" && !table.Has("delay")) || (detail is "loss-in-bad" or "loss-in-good" && table.Has("to-bad"));

    // jitter without delay, and the probabilities of burst losses as keys of their own.
    private bool ReadOldNames(List<ScriptWord> head, List<ScriptWord> where, List<ScriptWord> end)
    {
        bool hasJitter = table.Has("jitter") && !table.Has("delay");
        if (hasJitter)
        {
            Add([.. head, Word("delay"), Word("0s"), Word("jitter"), .. Values("jitter"), .. where, .. end]);
        }

        bool hasBurst = table.Has("to-bad") || table.Has("to-good");
        if (hasBurst)
        {
            if (!table.Has("to-bad") || !table.Has("to-good") || table.Has("burst-loss"))
            {
                throw table.Error(table.Has("to-bad") ? "to-bad" : "to-good", "burst losses have to-bad and to-good, or burst-loss = [to-bad, to-good]");
            }

            Add([.. head, Word("burst-loss"), .. Values("to-bad"), .. Values("to-good"), .. Details("burst-loss"), .. where, .. end]);
        }

        return hasJitter || hasBurst;
    }

    private bool TryRead(string fault, List<ScriptWord> head, IReadOnlyList<ScriptWord> rest)
    {
        if (table.Find(fault) is not { } value)
        {
            if (fault == "reorder" && table.Has("reorder-delay"))
            {
                throw table.Error("reorder-delay", "reorder-delay belongs to reorder, which is not there");
            }

            return false;
        }

        if (value.Value is false)
        {
            return false;
        }

        IEnumerable<ScriptWord> arguments = value.Value is true ? [] : fault == "partition" ? Groups(value) : Values(fault);
        IEnumerable<ScriptWord> late = fault == "reorder" ? Values("reorder-delay") : [];
        Add([.. head, new ScriptWord(fault, value.Line, value.Column), .. arguments, .. late, .. Details(fault), .. rest]);
        return true;
    }

    private void Add(IReadOnlyList<ScriptWord> words) => _lines.Add(FaultScript.ReadLine(table.File, words));

    private List<ScriptWord> ReadWhere()
    {
        (string Key, string Word)[] places = [("between", "between"), ("from", "from"), ("node", "at"), ("device", "at"), ("on", "on"), ("everywhere", "everywhere")];
        List<ScriptWord> where = [];
        int count = 0;
        foreach ((string key, string word) in places)
        {
            if (table.Find(key) is { } value)
            {
                count++;
                where.Add(new ScriptWord(word, value.Line, value.Column));
                where.AddRange(value.Value is true && key == "everywhere" ? [] : Values(key));
            }
        }

        if (count > 1)
        {
            throw table.Error("a rule is between = [\"a\", \"b\"], or from = \"a\" and to = \"b\", or at node = \"a\", or on = \"switch\", or everywhere");
        }

        foreach ((string key, string needs) in (ReadOnlySpan<(string, string)>)[("to", "from"), ("port", "")])
        {
            if (table.Find(key) is { } value)
            {
                _ = needs.Length == 0 || table.Has(needs) ? true : throw table.Error(key, $"{key} belongs to {needs}, which is not there");
                where.Add(new ScriptWord(key, value.Line, value.Column));
                where.AddRange(Values(key));
            }
        }

        return where;
    }

    private List<ScriptWord> ReadEnd()
    {
        if (table.Has("for") && table.Has("until"))
        {
            throw table.Error("until", "a rule ends by for or by until, and not by both");
        }

        return table.Find("for") is { } time ? [new ScriptWord("for", time.Line, time.Column), .. Values("for")]
            : table.Find("until") is { } end ? [new ScriptWord("until", end.Line, end.Column), .. Values("until")]
            : [];
    }

    private IEnumerable<ScriptWord> Details(string fault)
    {
        foreach (string detail in s_details.GetValueOrDefault(fault, []))
        {
            if (table.Find(detail) is { } value && value.Value is not false)
            {
                yield return new ScriptWord(detail, value.Line, value.Column);
                foreach (ScriptWord word in value.Value is true ? [] : Values(detail))
                {
                    yield return word;
                }
            }
        }
    }

    private static IEnumerable<ScriptWord> Flatten(TomlValue value, Func<TomlValue, FaultScriptException> error) => value.Value is TomlValue[] items
        ? items.SelectMany(item => Flatten(item, error))
        : [value.ToWord() ?? throw error(value)];

    // Two groups: ["a", "b"], or [["a", "b"], ["c"]].
    private IEnumerable<ScriptWord> Groups(TomlValue value) => value.Value is TomlValue[] { Length: 2 } both
        ? [.. Words("partition", both[0]), new ScriptWord("|", both[1].Line, both[1].Column), .. Words("partition", both[1])]
        : throw table.Error("partition", "partition = [\"a\", \"b\"], or two lists of devices: [[\"a\", \"b\"], [\"c\"]]");

    private IEnumerable<ScriptWord> Values(string key) => table.Find(key) is { } value ? Words(key, value) : [];

    private IEnumerable<ScriptWord> Words(string key, TomlValue value) =>
        Flatten(value, wrong => new FaultScriptException(table.File, wrong.Line, wrong.Column, $"{key} has a text, a number, or a list of them"));

    private ScriptWord? Value(string key) => table.Find(key) is { } value ? value.ToWord() ?? throw table.Error(key, $"{key} is not {Quantity.Times}") : null;

    private ScriptWord Word(string text) => new(text, table.Line, table.Column);
}
