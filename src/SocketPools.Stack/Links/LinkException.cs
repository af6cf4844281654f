using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Stack.Links;

/// <summary>A link could not be opened. The text says what would help.</summary>
public sealed class LinkException : IOException
{
    /// <summary>Makes an exception.</summary>
    /// <param name="link">The link's name.</param>
    /// <param name="operation">What failed: a system call.</param>
    /// <param name="errno">Why, or <see cref="Errno.None"/> where there is no number for it.</param>
    /// <param name="explanation">What that means here, and what would help.</param>
    public LinkException(string link, string operation, Errno errno, string explanation)
        : base($"{VisibleText.Escape(link)}: {VisibleText.EscapeLines(explanation)} ({operation}: {errno})")
    {
        LinkName = link;
        Operation = operation;
        Errno = errno;
    }

    /// <summary>The link's name.</summary>
    public string LinkName { get; }

    /// <summary>What failed.</summary>
    public string Operation { get; }

    /// <summary>Why.</summary>
    public Errno Errno { get; }
}
