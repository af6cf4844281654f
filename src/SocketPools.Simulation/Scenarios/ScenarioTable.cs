using System.Globalization;
using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation.Scenarios;

/// <summary>A table of a scenario, read key by key. A key that was not asked for is an error.</summary>
internal sealed class ScenarioTable(string file, string title, int line, int column)
{
    private readonly Dictionary<string, TomlValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Line, int Column)> _keys = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lists = new(StringComparer.Ordinal);
    private bool _isDefined;
    private bool _isClosed;

    internal string File => file;

    internal string Title { get; set; } = title;

    internal int Line => line;

    internal int Column => column;

    /// <summary>The keys and their values, in the order of the file.</summary>
    internal IEnumerable<KeyValuePair<string, TomlValue>> All => _values;

    /// <summary>Adds a key with its value.</summary>
    internal void Add(string key, TomlValue value, int keyLine, int keyColumn)
    {
        _keys[key] = (keyLine, keyColumn);
        if (_isClosed || !_values.TryAdd(key, value))
        {
            throw Again(key, keyLine, keyColumn);
        }
    }

    /// <summary>Adds a table to a list of tables: <c>[[key]]</c>.</summary>
    internal ScenarioTable AddItem(string key, ScenarioTable item)
    {
        if (_values.TryGetValue(key, out TomlValue? found) && !_lists.Contains(key))
        {
            throw Again(key, item.Line, item.Column);
        }

        _lists.Add(key);
        TomlValue[] before = found is null ? [] : (TomlValue[])found.Value;
        _values[key] = new TomlValue((TomlValue[])[.. before, new TomlValue(item, item.Line, item.Column)], found?.Line ?? item.Line, found?.Column ?? item.Column);
        return item;
    }

    /// <summary>The table that a header names: <c>[key]</c>.</summary>
    internal ScenarioTable Define(string key, string name, int at, int atColumn)
    {
        ScenarioTable table = Enter(key, at, atColumn, isDotted: false);
        if (table._isDefined || _lists.Contains(key))
        {
            throw Again(key, at, atColumn);
        }

        table._isDefined = true;
        table.Title = name;
        return table;
    }

    /// <summary>The table of a key, on the way to a key in it: of a header, or of a key with dots.</summary>
    internal ScenarioTable Enter(string key, int at, int atColumn, bool isDotted)
    {
        if (!_values.TryGetValue(key, out TomlValue? found))
        {
            _ = !_isClosed ? true : throw Again(key, at, atColumn);
            _values[key] = found = new TomlValue(new ScenarioTable(file, $"[{key}]", at, atColumn) { _isDefined = isDotted }, at, atColumn);
        }

        ScenarioTable? table = found.Value as ScenarioTable ?? (_lists.Contains(key) && !isDotted ? ((TomlValue[])found.Value)[^1].Value as ScenarioTable : null);
        return table is { _isClosed: false } ? table : throw Again(key, at, atColumn);
    }

    /// <summary>Nothing may be added any more: an inline table has its end.</summary>
    internal void Close()
    {
        _isClosed = true;
        foreach (TomlValue value in _values.Values)
        {
            (value.Value as ScenarioTable)?.Close();
        }
    }

    private FaultScriptException Again(string key, int at, int atColumn) => new(file, at, atColumn, $"{key} is there already");

    internal bool Has(string key) => Find(key) is not null;

    internal TomlValue? Find(string key)
    {
        _known.Add(key);
        return _values.GetValueOrDefault(key);
    }

    /// <summary>Something is wrong with the value of a key; or with the table, where it has no such key.</summary>
    internal FaultScriptException Error(string key, string message) =>
        _values.TryGetValue(key, out TomlValue? value) ? new(file, value.Line, value.Column, message) : Error(message);

    internal FaultScriptException Error(string message) => new(file, line, column, message);

    internal FaultScriptException Error(ScriptWord word, string message) => new(file, word.Line, word.Column, message);

    internal string? Text(string key) => Find(key) is not { } value ? null : value.Value as string ?? throw Error(key, $"{key} is text in quotes");

    /// <summary>A text that must be there.</summary>
    internal ScriptWord Required(string key, string example)
    {
        string text = Text(key) ?? throw Error($"{Title} needs {key}, as {key} = {example}");
        TomlValue value = _values[key];
        return new ScriptWord(text, value.Line, value.Column);
    }

    internal bool Flag(string key) => Find(key) is { } value && (value.Value as bool? ?? throw Error(key, $"{key} is true or false"));

    internal long? Number(string key, long least, long most)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        return value.Value is long number && number >= least && number <= most
            ? number
            : throw Error(key, string.Create(CultureInfo.InvariantCulture, $"{key} is a whole number from {least} to {most}"));
    }

    /// <summary>A time: "20ms", "1.5s", "2m", "1h", or seconds as a number.</summary>
    internal TimeSpan? Time(string key) => Find(key) is not { } value
        ? null
        : value.ToWord() is { } word && Quantity.ReadTime(word.Text, word.IsNumber) is { } time ? time : throw Error(key, $"{key} is not {Quantity.Times}");

    /// <summary>A number of bytes.</summary>
    internal long? Size(string key) => Find(key) is not { } value
        ? null
        : value.ToWord() is { } word && Quantity.ReadSize(word.Text) is { } size ? size : throw Error(key, $"{key} is not {Quantity.Sizes}");

    /// <summary>Bits per second.</summary>
    internal long? Rate(string key) => Find(key) is not { } value
        ? null
        : value.ToWord() is { } word && Quantity.ReadRate(word.Text) is { } rate ? rate : throw Error(key, $"{key} is not {Quantity.Rates}");

    /// <summary>One text, or a list of them, each with its place.</summary>
    internal IReadOnlyList<ScriptWord> Texts(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        TomlValue[] items = value.Value as TomlValue[] ?? [value];
        return
        [
            .. items.Select(item => item.Value is string text
                ? new ScriptWord(text, item.Line, item.Column)
                : throw new FaultScriptException(file, item.Line, item.Column, $"{key} has text in quotes, one or a list of them")),
        ];
    }

    internal IReadOnlyList<ScenarioTable> Tables(string key) => Find(key) is not { } value
        ? []
        : value.Value is TomlValue[] items && items.All(item => item.Value is ScenarioTable)
            ? [.. items.Select(item => (ScenarioTable)item.Value)]
            : throw Error(key, $"{key} is a list of tables: [[{key}]]");

    /// <summary>Tables with names: <c>[nodes.web]</c>, in the order of the file.</summary>
    internal IReadOnlyList<(string Name, ScenarioTable Table)> NamedTables(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        ScenarioTable tables = value.Value as ScenarioTable ?? throw Error(key, $"{key} are tables: [{key}.NAME]");
        List<(string, ScenarioTable)> found = [];
        foreach ((string name, TomlValue item) in tables.All)
        {
            ScenarioTable table = item.Value as ScenarioTable ?? throw new FaultScriptException(file, item.Line, item.Column, $"{key} are tables: [{key}.{name}]");
            table.Title = $"[{key}.{name}]";
            found.Add((name, table));
        }

        return found;
    }

    /// <summary>A table with names of its own choice, as <c>{ office = "192.0.2.1/24" }</c>: each with its text, or with a list of texts.</summary>
    internal IReadOnlyList<(string Name, IReadOnlyList<ScriptWord> Texts)> Lists(string key, string example)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        ScenarioTable table = value.Value as ScenarioTable ?? throw Error(key, $"{key} is a table, as {key} = {example}");
        return
        [
            .. table.All.Select(e => (e.Key, (IReadOnlyList<ScriptWord>)
            [
                .. (e.Value.Value as TomlValue[] ?? [e.Value]).Select(item => item.ToWord() ?? throw new FaultScriptException(file, item.Line, item.Column, $"{key} has texts, as {key} = {example}")),
            ])),
        ];
    }

    /// <summary>The same with one text for each name.</summary>
    internal IReadOnlyList<(string Name, ScriptWord Text)> Entries(string key, string example) =>
    [
        .. Lists(key, example).Select(e => (e.Name, e.Texts.Count == 1 ? e.Texts[0] : throw Error(key, $"{key} has one text for each name, as {key} = {example}"))),
    ];

    /// <summary>All was read: a key that was not read is misspelt.</summary>
    internal void Finish()
    {
        foreach ((string key, TomlValue value) in _values)
        {
            if (!_known.Contains(key))
            {
                (int keyLine, int keyColumn) = _keys.GetValueOrDefault(key, (value.Line, value.Column));
                throw new FaultScriptException(file, keyLine, keyColumn, $"{Title} has no key {key}; it has {string.Join(", ", _known)}");
            }
        }
    }
}
