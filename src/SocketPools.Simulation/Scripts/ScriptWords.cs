using System.Globalization;

namespace SocketPools.Simulation.Scripts;

/// <summary>The words of a line of a script, taken one after the other. What is wrong is a <see cref="FormatException"/>.</summary>
internal sealed class ScriptWords(IReadOnlyList<string> words)
{
    private int _at;

    internal bool IsAtEnd => _at == words.Count;

    /// <summary>Takes the next word.</summary>
    internal string Take(string what) => _at < words.Count ? words[_at++] : throw new FormatException($"{what} is missing at the end of the line.");

    /// <summary>Takes the next word if it is this one.</summary>
    internal bool TryTake(string word)
    {
        bool isIt = _at < words.Count && string.Equals(words[_at], word, StringComparison.Ordinal);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    /// <summary>Looks at the next word without taking it; null at the end.</summary>
    internal string? Peek() => _at < words.Count ? words[_at] : null;

    /// <summary>Takes all that is left.</summary>
    internal string TakeRest()
    {
        string rest = string.Join(' ', words.Skip(_at));
        _at = words.Count;
        return rest;
    }

    internal TimeSpan TakeTime(string what) => ParseTime(Take(what));

    /// <summary>Reads <c>250ms</c>, <c>1.5s</c>, <c>2m</c>, <c>1h</c>, <c>30us</c>.</summary>
    internal static TimeSpan ParseTime(string text)
    {
        (string unit, double ticks) = text switch
        {
            _ when text.EndsWith("us", StringComparison.Ordinal) => ("us", 10.0),
            _ when text.EndsWith("ms", StringComparison.Ordinal) => ("ms", 10_000.0),
            _ when text.EndsWith('s') => ("s", TimeSpan.TicksPerSecond),
            _ when text.EndsWith('m') => ("m", TimeSpan.TicksPerMinute),
            _ when text.EndsWith('h') => ("h", TimeSpan.TicksPerHour),
            _ => ("", 0.0),
        };
        double number = Number(text[..^unit.Length], text, "a time, as 250ms, 1.5s, 2m or 1h");
        return ticks > 0 && number * ticks < long.MaxValue && number >= 0
            ? TimeSpan.FromTicks((long)(number * ticks))
            : throw new FormatException($"\"{text}\" is no time, as 250ms, 1.5s, 2m or 1h.");
    }

    /// <summary>Takes <c>10%</c> or <c>0.1</c>.</summary>
    internal double TakeProbability(string what)
    {
        string text = Take(what);
        bool isPercent = text.EndsWith('%');
        double number = Number(isPercent ? text[..^1] : text, text, "a probability, as 10% or 0.1") / (isPercent ? 100 : 1);
        return number is >= 0 and <= 1 ? number : throw new FormatException($"\"{text}\" is no probability from 0 to 1.");
    }

    /// <summary>Takes <c>500k</c>, <c>10M</c>, <c>1G</c> or a number of units.</summary>
    internal long TakeAmount(string what)
    {
        string text = Take(what);
        double factor = text.Length == 0 ? 1 : text[^1] switch { 'k' => 1e3, 'M' => 1e6, 'G' => 1e9, _ => 1 };
        double number = Number(factor > 1 ? text[..^1] : text, text, "an amount, as 500k, 10M or 1000") * factor;
        return number is >= 0 and < 1e15 ? (long)number : throw new FormatException($"\"{text}\" is out of range.");
    }

    internal int TakeInteger(string what, int least, int most)
    {
        string text = Take(what);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"\"{text}\" is no number from {least} to {most}."));
    }

    private static double Number(string digits, string text, string what) =>
        double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new FormatException($"\"{text}\" is not {what}.");
}
