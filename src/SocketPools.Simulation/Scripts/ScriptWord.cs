namespace SocketPools.Simulation.Scripts;

/// <summary>A word of a line, and where it stands.</summary>
/// <param name="text">The word.</param>
/// <param name="line">The line, counted from 1; 0 for a word of no file.</param>
/// <param name="column">The column, counted from 1.</param>
/// <param name="isNumber">Whether it was a number where it stands: as a time it is in seconds.</param>
internal sealed class ScriptWord(string text, int line, int column, bool isNumber = false)
{
    internal string Text => text;

    internal int Line => line;

    internal int Column => column;

    internal bool IsNumber => isNumber;

    /// <summary>Splits a line at its spaces, without its comment.</summary>
    internal static List<ScriptWord> Split(string line, int number)
    {
        int end = line.IndexOf('#', StringComparison.Ordinal);
        end = end < 0 ? line.Length : end;
        List<ScriptWord> words = [];
        int start = 0;
        for (int i = 0; i <= end; i++)
        {
            if (i == end || line[i] is ' ' or '\t' or '\r')
            {
                if (i > start)
                {
                    words.Add(new ScriptWord(line[start..i], number, start + 1));
                }

                start = i + 1;
            }
        }

        return words;
    }

    /// <summary>Another text at the same place.</summary>
    internal ScriptWord WithText(string other) => new(other, line, column);
}
