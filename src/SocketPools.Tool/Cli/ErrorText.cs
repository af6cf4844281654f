using System.Security.Authentication;
using SocketPools.Diagnostics;

namespace SocketPools.Tool;

/// <summary>Exceptions as the command prints them: one line without types and stacks.</summary>
internal static class ErrorText
{
    /// <summary>Returns what the command prints for an exception.</summary>
    internal static string Of(Exception e) => e switch
    {
        OutOfSocketsException full => $"out of sockets: radio {full.RadioName} has {full.MaxSockets}, and all are in use; raise --max-sockets",
        AddressInfoException { Query.Host: { Length: > 0 } host } => e.Message.Replace(VisibleText.Escape(host), ShowAsElsewhere(host), StringComparison.Ordinal),
        ToolException or PoolSocketException => e.Message,
        IOException { InnerException: PoolSocketException inner } => inner.Message,
        AuthenticationException => $"TLS failed: {(e.InnerException ?? e).Message}",
        IOException or UnauthorizedAccessException or PlatformNotSupportedException => e.Message,
        ArgumentException argument => WithoutParameterName(argument),
        _ => $"internal error: {e.GetType().Name}: {e.Message}",
    };

    /// <summary>The command shows control characters as question marks, also in a name that an error of the library has escaped.</summary>
    private static string ShowAsElsewhere(string host) => VisibleText.Escape(ToolConsole.OneLine(host));

    /// <summary>The message of an argument exception without the name of the parameter, which means nothing here.</summary>
    internal static string WithoutParameterName(ArgumentException e)
    {
        int cut = e.Message.IndexOf(" (Parameter ", StringComparison.Ordinal);
        return cut < 0 ? e.Message : e.Message[..cut];
    }
}
