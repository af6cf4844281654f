using System.Globalization;

namespace SocketPools.Tool.Simulating;

/// <summary>A table of a scenario, read key by key. A key that was not asked for is an error.</summary>
internal sealed class ScenarioTable(string file, string title, int line)
{
    private readonly Dictionary<string, TomlValue> _values = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    internal string File => file;

    internal string Title { get; set; } = title;

    internal int Line => line;

    /// <summary>The keys and their values, in the order of the file.</summary>
    internal IEnumerable<KeyValuePair<string, TomlValue>> All => _values;

    internal void Add(string key, TomlValue value)
    {
        if (!_values.TryAdd(key, value))
        {
            throw new ScenarioException(file, value.Line, $"{key} is there already");
        }
    }

    internal void Append(string key, TomlValue item)
    {
        TomlValue[] before = _values.TryGetValue(key, out TomlValue? found) ? (TomlValue[])found.Value : [];
        _values[key] = new TomlValue((TomlValue[])[.. before, item], found?.Line ?? item.Line);
    }

    internal ScenarioTable Enter(string key, int at)
    {
        if (!_values.TryGetValue(key, out TomlValue? found))
        {
            _values[key] = found = new TomlValue(new ScenarioTable(file, $"[{key}]", at), at);
        }

        return found.Value as ScenarioTable ?? throw new ScenarioException(file, at, $"{key} is no table");
    }

    internal bool Has(string key)
    {
        _known.Add(key);
        return _values.ContainsKey(key);
    }

    internal TomlValue? Find(string key)
    {
        _known.Add(key);
        return _values.GetValueOrDefault(key);
    }

    internal ScenarioException Error(string key, string message) => new(file, _values.TryGetValue(key, out TomlValue? value) ? value.Line : line, message);

    internal string? Text(string key) => Find(key) is not { } value ? null : value.Value as string ?? throw Error(key, $"{key} is text in quotes");

    internal bool Flag(string key) => Find(key) is { } value && (value.Value as bool? ?? throw Error(key, $"{key} is true or false"));

    internal long? Number(string key, long least, long most)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        return value.Value is long number && number >= least && number <= most ? number : throw Error(key, FormattableString.Invariant($"{key} is a whole number, {least} to {most}"));
    }

    internal double? Probability(string key)
    {
        if (Find(key) is not { } value)
        {
            return null;
        }

        double number = value.Value switch { double d => d, long l => l, _ => double.NaN };
        return number is >= 0 and <= 1 ? number : throw Error(key, $"{key} is a probability, 0 to 1");
    }

    /// <summary>A time: "20ms", "1.5s", "2m", "1h", or seconds as a number.</summary>
    internal TimeSpan? Time(string key) => Find(key) is not { } value ? null : ScenarioUnits.Time(value.Value) ?? throw Error(key, $"{key} is a time such as \"20ms\", \"1.5s\", \"2m\" or \"1h\"");

    /// <summary>A number of bytes: "10MB", "64KiB", or a number.</summary>
    internal long? Bytes(string key) => Find(key) is not { } value ? null : ScenarioUnits.Bytes(value.Value) ?? throw Error(key, $"{key} is a size such as \"10MB\", \"64KiB\" or 1500");

    /// <summary>Bits per second: "1Mbit", "64kbit", or a number.</summary>
    internal long? Rate(string key) => Find(key) is not { } value ? null : ScenarioUnits.Rate(value.Value) ?? throw Error(key, $"{key} is a rate such as \"1Mbit\" or \"64kbit\", in bits per second");

    /// <summary>One text, or a list of them, each with its line.</summary>
    internal IReadOnlyList<(string Text, int Line)> Texts(string key)
    {
        if (Find(key) is not { } value)
        {
            return [];
        }

        TomlValue[] items = value.Value as TomlValue[] ?? [value];
        return [.. items.Select(item => (item.Value as string ?? throw new ScenarioException(file, item.Line, $"{key} has text in quotes"), item.Line))];
    }

    internal IReadOnlyList<ScenarioTable> Tables(string key) => Find(key) is not { } value
        ? []
        : value.Value is TomlValue[] items && items.All(item => item.Value is ScenarioTable)
            ? [.. items.Select(item => (ScenarioTable)item.Value)]
            : throw Error(key, $"{key} is a list of tables: [[{key}]]");

    /// <summary>All was read: what nobody asked for is misspelt.</summary>
    internal void Finish()
    {
        foreach ((string key, TomlValue value) in _values)
        {
            if (!_known.Contains(key))
            {
                throw new ScenarioException(file, value.Line, $"{Title} has no key {ToolConsole.OneLine(key)}; it has {string.Join(", ", _known)}");
            }
        }
    }
}

/// <summary>Numbers with units.</summary>
internal static class ScenarioUnits
{
    private static readonly (string Unit, double Factor)[] s_times = [("ms", 1e-3), ("us", 1e-6), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];
    private static readonly (string Unit, double Factor)[] s_bytes = [("KiB", 1024), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1)];
    private static readonly (string Unit, double Factor)[] s_rates = [("kbit", 1e3), ("Mbit", 1e6), ("Gbit", 1e9), ("bit", 1)];

    internal static TimeSpan? Time(object value) => Read(value, s_times) is { } seconds and <= 3.2e9 ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : null;

    internal static long? Bytes(object value) => Read(value, s_bytes) is { } bytes and <= 1e15 ? (long)bytes : null;

    internal static long? Rate(object value) => Read(value, s_rates) is { } bits and >= 1 and <= 1e15 ? (long)bits : null;

    private static double? Read(object value, (string Unit, double Factor)[] units)
    {
        if (value is long or double)
        {
            double plain = System.Convert.ToDouble(value, CultureInfo.InvariantCulture);
            return plain >= 0 && double.IsFinite(plain) ? plain : null;
        }

        foreach ((string unit, double factor) in units)
        {
            if (value is string text && text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return number * factor;
            }
        }

        return null;
    }
}
