using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Stack.Links;

/// <summary>A link could not be opened. The message says what would help. Thrown by <see cref="TapLink.Open(TapLinkOptions?)"/>.</summary>
public sealed class LinkException : IOException
{
    /// <summary>Creates an exception from the failed operation and its error number.</summary>
    /// <param name="link">The link's name.</param>
    /// <param name="operation">The system call that failed.</param>
    /// <param name="errno">Why, or <see cref="Errno.None"/> where there is no number for it.</param>
    /// <param name="explanation">What that means here, and what would help.</param>
    public LinkException(string link, string operation, Errno errno, string explanation)
        : base($"{VisibleText.Escape(link)}: {VisibleText.EscapeLines(explanation)} ({operation}: {errno})")
    {
        LinkName = link;
        Operation = operation;
        Errno = errno;
    }

    /// <summary>Gets the name of the link that failed.</summary>
    public string LinkName { get; }

    /// <summary>Gets the operation that failed, such as a system call.</summary>
    public string Operation { get; }

    /// <summary>Gets the error number of the failed operation; None where there is none.</summary>
    public Errno Errno { get; }
}
