using System.Globalization;
using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation;

/// <summary>
/// Faults with their times, from a text: one line each, as <c>at 30s loss 10% between web desk for 1m</c>. <c>#</c> begins a comment.
/// </summary>
public sealed class FaultScript
{
    private readonly IReadOnlyList<ScriptLine> _lines;

    internal FaultScript(string name, IReadOnlyList<ScriptLine> lines)
    {
        Name = name;
        _lines = lines;
    }

    /// <summary>The name in errors: the file's.</summary>
    public string Name { get; }

    /// <summary>How many lines do something.</summary>
    public int Count => _lines.Count;

    /// <summary>When the last fault has ended that has an end, after the start.</summary>
    public TimeSpan Duration => _lines.Count == 0 ? TimeSpan.Zero : _lines.Max(l => l.Start + (l.Duration ?? TimeSpan.Zero));

    /// <summary>Reads a script from a file.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <exception cref="FaultScriptException">A line cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FaultScript Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a script from a string.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">Its name in errors.</param>
    /// <exception cref="FaultScriptException">A line cannot be read.</exception>
    public static FaultScript Parse(string text, string name = "script")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new FaultScript(name, ReadLines(text, name, 1));
    }

    /// <summary>Reads a time as scripts have it: <c>250ms</c>, <c>1.5s</c>, <c>2m</c>, <c>1h</c>.</summary>
    /// <param name="text">The time.</param>
    /// <param name="time">What it says.</param>
    /// <returns>False when it is no time.</returns>
    public static bool TryReadTime(string? text, out TimeSpan time)
    {
        TimeSpan? read = text is null ? null : Quantity.ReadTime(text, isNumber: false);
        time = read ?? TimeSpan.Zero;
        return read is not null;
    }

    /// <summary>Begins one fault now, which is given as words.</summary>
    /// <param name="network">The network.</param>
    /// <param name="words">
    /// The words of a line without <c>at TIME</c>: strings, and numbers. A number in the place of a time is in seconds.
    /// </param>
    /// <returns>The rule; null for what happens at once and has no end.</returns>
    /// <exception cref="FaultScriptException">The words cannot be understood, or name what the network does not have. There is no file and no line.</exception>
    public static FaultRule? Begin(SimulatedNetwork network, IReadOnlyList<object> words)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(words);
        ScriptWord[] all = [new("at", 0, 0), new("0s", 0, 0), .. words.Select(ToWord)];
        return new FaultScript("", [ReadLine("", all)]).Start(network, TimeSpan.Zero);
    }

    /// <summary>Starts the script: times count from now. All names are looked up at once, and what is due at once begins at once.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="FaultScriptException">A line names what the network does not have.</exception>
    public void Start(SimulatedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Start(network, TimeSpan.Zero);
    }

    /// <summary>Reads the lines of a text that begins at a line of its file.</summary>
    internal static List<ScriptLine> ReadLines(string text, string file, int first)
    {
        List<ScriptLine> lines = [];
        int number = first;
        foreach (string line in text.Split('\n'))
        {
            List<ScriptWord> words = ScriptWord.Split(line, number++);
            if (words.Count > 0)
            {
                lines.Add(ReadLine(file, words));
            }
        }

        return lines;
    }

    /// <summary>Reads the words of one line. This is the one place where faults are read, wherever their words come from.</summary>
    internal static ScriptLine ReadLine(string file, IReadOnlyList<ScriptWord> text)
    {
        ScriptWords words = new(file, text);
        string first = words.Take("\"at TIME\"");
        _ = first == "at" ? true : throw words.Wrong($"a line begins with \"at TIME\", and not with \"{first}\"");
        TimeSpan start = words.TakeTime("a time");
        string word = words.Take("a fault");
        ScriptWord place = words.Last;
        Func<TimeSpan?, ScriptAction> action = PacketFaults.Find(word) is { } packets ? PacketFaults.ReadWhere(words, packets(words))
            : DeviceFaults.Find(word) is { } devices ? devices(words)
            : throw words.Wrong($"there is no fault \"{word}\": {string.Join(", ", PacketFaults.Names.Concat(DeviceFaults.Names))}");
        TimeSpan? duration = ReadDuration(words, start);
        if (duration is not null && DeviceFaults.HappensOnce(word))
        {
            throw words.Wrong($"{word} happens at once, and has no end");
        }

        return words.IsAtEnd ? new ScriptLine(place, start, duration, action(duration)) : throw words.Unexpected("the line is at its end, or goes on with \"for TIME\" or \"until TIME\"");
    }

    private static ScriptWord ToWord(object word) => word is string text
        ? new ScriptWord(text, 0, 0)
        : new ScriptWord(Convert.ToString(word, CultureInfo.InvariantCulture) ?? "", 0, 0, isNumber: true);

    private static TimeSpan? ReadDuration(ScriptWords words, TimeSpan start)
    {
        if (words.TryTake("for"))
        {
            return words.TakeTime("a time");
        }

        if (!words.TryTake("until"))
        {
            return null;
        }

        TimeSpan end = words.TakeTime("a time");
        return end >= start ? end - start : throw words.Wrong("the end is before the beginning");
    }

    private FaultRule? Start(SimulatedNetwork network, TimeSpan now)
    {
        List<(ScriptLine Line, Func<FaultRule?> Begin)> found = [];
        foreach (ScriptLine line in _lines)
        {
            try
            {
                found.Add((line, line.Action(network)));
            }
            catch (KeyNotFoundException e)
            {
                throw new FaultScriptException(Name, line.Place.Line, line.Place.Column, FaultScriptException.TextOf(e), e);
            }
        }

        FaultRule? begun = null;
        foreach ((ScriptLine line, Func<FaultRule?> begin) in found)
        {
            void Begin() => begun = line.Duration is { } duration ? begin()?.For(duration) : begin();
            if (line.Start == now)
            {
                Begin();
            }
            else
            {
                network.In(line.Start, Begin);
            }
        }

        return begun;
    }
}
