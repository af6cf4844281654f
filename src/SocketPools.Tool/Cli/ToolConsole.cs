using System.Globalization;
using System.Text;

namespace SocketPools.Tool;

/// <summary>What the command reads and writes. Tests pass streams of their own.</summary>
/// <param name="Input">Bytes of the standard input.</param>
/// <param name="Output">Bytes of the standard output.</param>
/// <param name="Error">Text of the standard error, flushed at every line.</param>
/// <param name="ErrorIsTerminal">Whether somebody looks at it: a progress bar makes sense only then.</param>
internal sealed record ToolConsole(Stream Input, Stream Output, TextWriter Error, bool ErrorIsTerminal)
{
    /// <summary>The standard output as text.</summary>
    internal TextWriter Text { get; } = TextWriter.Synchronized(
        new StreamWriter(Output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" });

    /// <summary>The process's own.</summary>
    internal static ToolConsole OfProcess() => new(
        Console.OpenStandardInput(), StandardOutput.Open(), Console.Error, !Console.IsErrorRedirected);

    /// <summary>Writes a line to the standard error. That nobody can read it is no reason to fail.</summary>
    internal void Say(string line)
    {
        try
        {
            Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The standard error is full or closed: there is nowhere left to complain.
        }
    }

    /// <summary>
    /// Text from elsewhere as one harmless line: control characters, ends of lines among them, become question marks. Characters that
    /// change the direction of the text around them (Unicode Standard Annex 9) are shown escaped, as <c>\u202e</c>.
    /// </summary>
    internal static string OneLine(string text)
    {
        if (text.All(c => IsHarmless(c) && !ChangesDirection(c)))
        {
            return text;
        }

        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            _ = ChangesDirection(c)
                ? line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : line.Append(IsHarmless(c) ? c : '?');
        }

        return line.ToString();
    }

    // The other two end a line as well, for whoever reads Unicode.
    private static bool IsHarmless(char c) => !char.IsControl(c) && c is not ('\u2028' or '\u2029');

    private static bool ChangesDirection(char c) => c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
