using System.Globalization;

namespace SocketPools.Simulation.Scripts;

/// <summary>The words of a line of a script, taken one after the other. What is wrong is an error at the word that was taken last.</summary>
internal sealed class ScriptWords(string file, IReadOnlyList<ScriptWord> words)
{
    private int _at;

    internal bool IsAtEnd => _at == words.Count;

    /// <summary>The word that was taken last.</summary>
    internal ScriptWord Last => words[Math.Max(0, _at - 1)];

    /// <summary>Takes the next word.</summary>
    internal string Take(string what) => _at < words.Count ? words[_at++].Text : throw Missing(what);

    /// <summary>Takes the next word if it is this one.</summary>
    internal bool TryTake(string word)
    {
        bool isIt = Peek() == word;
        _at += isIt ? 1 : 0;
        return isIt;
    }

    /// <summary>Looks at the next word without taking it; null at the end.</summary>
    internal string? Peek() => _at < words.Count ? words[_at].Text : null;

    /// <summary>Takes all that is left.</summary>
    internal string TakeRest()
    {
        string rest = string.Join(' ', words.Skip(_at).Select(w => w.Text));
        _at = words.Count;
        return rest;
    }

    /// <summary>Takes the names up to the end of the line or to its time.</summary>
    internal List<ScriptWord> TakeNames(string what)
    {
        List<ScriptWord> names = [];
        while (Peek() is { } next && next is not ("for" or "until"))
        {
            names.Add(words[_at++]);
        }

        return names.Count > 0 ? names : throw Missing(what);
    }

    internal TimeSpan TakeTime(string what)
    {
        string text = Take(what);
        return Quantity.ReadTime(text, Last.IsNumber) ?? throw No(Quantity.Times);
    }

    /// <summary>Takes a time that may be negative.</summary>
    internal TimeSpan TakeOffset(string what)
    {
        string text = Take(what);
        TimeSpan time = Quantity.ReadTime(text.TrimStart('-', '+'), Last.IsNumber) ?? throw No(Quantity.Times);
        return text.StartsWith('-') ? -time : time;
    }

    /// <summary>Takes <c>10%</c> or <c>0.1</c>.</summary>
    internal double TakeProbability(string what) => Quantity.ReadProbability(Take(what)) ?? throw No("a probability, as 10% or 0.1");

    /// <summary>Takes a number of bytes.</summary>
    internal long TakeSize(string what) => Quantity.ReadSize(Take(what)) ?? throw No(Quantity.Sizes);

    /// <summary>Takes bits per second.</summary>
    internal long TakeRate(string what) => Quantity.ReadRate(Take(what)) ?? throw No(Quantity.Rates);

    internal int TakeInteger(string what, int least, int most)
    {
        string text = Take(what);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw No(string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
    }

    /// <summary>The word that was taken last is not what it has to be.</summary>
    internal FaultScriptException No(string what) => Wrong($"\"{Last.Text}\" is not {what}");

    /// <summary>Something is wrong with the word that was taken last.</summary>
    internal FaultScriptException Wrong(string message) => Wrong(Last, message);

    /// <summary>Something is wrong with a word.</summary>
    internal FaultScriptException Wrong(ScriptWord word, string message) => new(file, word.Line, word.Column, message);

    /// <summary>The next word is not expected.</summary>
    internal FaultScriptException Unexpected(string allowed)
    {
        _at++;
        return Wrong($"\"{Last.Text}\" is not expected here: {allowed}");
    }

    private FaultScriptException Missing(string what)
    {
        ScriptWord last = words[^1];
        return new FaultScriptException(file, last.Line, last.Column + last.Text.Length, $"{what} is missing after \"{last.Text}\"");
    }
}
