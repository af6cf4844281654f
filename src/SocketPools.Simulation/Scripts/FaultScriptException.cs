using System.Globalization;

namespace SocketPools.Simulation;

/// <summary>A script of faults cannot be read, or names what is not there. The message begins with file and line.</summary>
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

    internal FaultScriptException(string file, int line, string message, Exception? innerException = null)
        : base(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {message}"), innerException)
    {
        File = file;
        Line = line;
    }

    /// <summary>The name of the file.</summary>
    public string? File { get; }

    /// <summary>The line, counted from 1; 0 when none is known.</summary>
    public int Line { get; }
}
