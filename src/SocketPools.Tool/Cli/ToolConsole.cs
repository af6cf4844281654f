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

    /// <summary>Text from elsewhere as one harmless line: control characters become question marks.</summary>
    internal static string OneLine(string text)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        string line = end < 0 ? text : text[..end];
        return string.Create(line.Length, line, (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
