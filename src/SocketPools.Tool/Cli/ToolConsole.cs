using System.Text;
using SocketPools.Diagnostics;

namespace SocketPools.Tool;

/// <summary>What the command reads and writes. Tests pass streams of their own.</summary>
/// <param name="Input">Bytes of the standard input.</param>
/// <param name="Output">Bytes of the standard output.</param>
/// <param name="Error">Text of the standard error, flushed at every line.</param>
/// <param name="ErrorIsTerminal">Whether it is a terminal: a progress bar makes sense only then.</param>
internal sealed record ToolConsole(Stream Input, Stream Output, TextWriter Error, bool ErrorIsTerminal)
{
    /// <summary>The standard output as text.</summary>
    internal TextWriter Text { get; } = TextWriter.Synchronized(
        new StreamWriter(Output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = "\n" });

    /// <summary>The process's own.</summary>
    internal static ToolConsole OfProcess() => new(
        Console.OpenStandardInput(), StandardOutput.Open(), Console.Error, !Console.IsErrorRedirected);

    /// <summary>Writes a line to the standard error. Without a reader it does not fail.</summary>
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
    /// Text from elsewhere as one line: control characters, ends of lines among them, become question marks, and other characters
    /// that are not visible (bidi controls, zero-width characters) escapes such as <c>\u202e</c>.
    /// </summary>
    internal static string OneLine(string text) => VisibleText.EscapeLines(string.Create(text.Length, text, (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = IsHarmless(source[i]) ? source[i] : '?';
        }
    }));

    // The other two end a line as well, in Unicode.
    private static bool IsHarmless(char c) => !char.IsControl(c) && c is not ('\u2028' or '\u2029');
}
