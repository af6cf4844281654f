using System.Globalization;

namespace SocketPools.Simulation;

/// <summary>A script of faults or a scenario cannot be read, or names what is not there. The message begins with file, line and column.</summary>
public sealed class FaultScriptException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public FaultScriptException()
    {
    }

    /// <summary>Makes it with a message.</summary>
    /// <param name="message">The message.</param>
    public FaultScriptException(string message)
        : base(message)
    {
    }

    /// <summary>Makes it with a message and a cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public FaultScriptException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    // Names and values of a file are shown in one line, whatever is in them.
    internal FaultScriptException(string file, int line, int column, string message, Exception? innerException = null)
        : base(line == 0 ? Visible(message) : string.Create(CultureInfo.InvariantCulture, $"{Visible(file)}:{line}:{column}: {Visible(message)}"), innerException)
    {
        File = file;
        Line = line;
        Column = column;
    }

    /// <summary>The name of the file.</summary>
    public string? File { get; }

    /// <summary>The line, counted from 1; 0 when none is known.</summary>
    public int Line { get; }

    /// <summary>The column, counted from 1; 0 when none is known.</summary>
    public int Column { get; }

    /// <summary>What another exception says, as a part of a message: without its parameter, its end and a capital.</summary>
    internal static string TextOf(Exception e)
    {
        string text = e is ArgumentException { ParamName: { } name } ? e.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : e.Message;
        text = text.Split('\n')[0].TrimEnd('\r', '.');
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private static string Visible(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));
}
