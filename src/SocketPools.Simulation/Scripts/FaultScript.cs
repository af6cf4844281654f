using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation;

/// <summary>
/// Faults with their times, from a text: one line each, as <c>at 30s loss 10% between web desk for 1m</c>. <c>#</c> begins a comment.
/// </summary>
public sealed class FaultScript
{
    private readonly IReadOnlyList<ScriptLine> _lines;

    private FaultScript(string name, IReadOnlyList<ScriptLine> lines)
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
        List<ScriptLine> lines = [];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            int comment = line.IndexOf('#', StringComparison.Ordinal);
            string[] words = (comment < 0 ? line : line[..comment]).Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                lines.Add(Read(name, number, words));
            }
        }

        return new FaultScript(name, lines);
    }

    /// <summary>Starts the script: times count from now. All names are looked up at once.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="FaultScriptException">A line names what the network does not have.</exception>
    public void Start(SimulatedNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        List<(ScriptLine Line, Func<FaultRule?> Begin)> found = [];
        foreach (ScriptLine line in _lines)
        {
            try
            {
                found.Add((line, line.Action(network)));
            }
            catch (KeyNotFoundException e)
            {
                throw new FaultScriptException(Name, line.Number, e.Message, e);
            }
        }

        foreach ((ScriptLine line, Func<FaultRule?> begin) in found)
        {
            network.In(line.Start, () =>
            {
                if (begin() is { } rule && line.Duration is { } duration)
                {
                    rule.For(duration);
                }
            });
        }
    }

    private static ScriptLine Read(string name, int number, string[] text)
    {
        try
        {
            ScriptWords words = new(text);
            _ = words.TryTake("at") ? true : throw new FormatException($"A line begins with \"at TIME\", and not with \"{text[0]}\".");
            TimeSpan start = words.TakeTime("a time");
            string word = words.Take("a fault");
            ScriptAction action = ReadAction(word, words);
            TimeSpan? duration = ReadDuration(words, start);
            return words.IsAtEnd
                ? new ScriptLine(number, start, duration, action)
                : throw new FormatException($"\"{words.Peek()}\" is not expected here.");
        }
        catch (FormatException e)
        {
            throw new FaultScriptException(name, number, e.Message, e);
        }
    }

    private static ScriptAction ReadAction(string word, ScriptWords words)
    {
        if (PacketFaults.Read(word, words) is { } fault)
        {
            Func<SimulatedNetwork, FaultScope> scope = PacketFaults.ReadScope(words);
            return network =>
            {
                FaultScope found = scope(network);
                return () => fault(found);
            };
        }

        return DeviceFaults.Read(word, words) ?? throw new FormatException($"There is no fault \"{word}\".");
    }

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
        return end >= start ? end - start : throw new FormatException("The end is before the beginning.");
    }
}
