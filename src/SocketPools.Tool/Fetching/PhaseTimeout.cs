using System.Globalization;
using SocketPools.Radios;

namespace SocketPools.Tool.Fetching;

/// <summary>Time-outs that say which part of a request has used the time up.</summary>
internal static class PhaseTimeout
{
    /// <summary>Whether a failure means that the time is up, however deep it is wrapped.</summary>
    internal static bool Is(Exception? e) => Find(e) is not null;

    /// <param name="phase">What took so long: <c>the TLS handshake with example.com</c>.</param>
    /// <param name="timeout">The time it had.</param>
    /// <param name="e">A failure that <see cref="Is"/>.</param>
    internal static ToolException Of(string phase, TimeSpan? timeout, Exception e) => new(
        string.Create(CultureInfo.InvariantCulture, $"{phase} took longer than the --timeout of {timeout?.TotalSeconds:0.###} s: {(e is ToolException ? e : Find(e)!).Message}"), inner: e);

    private static PoolSocketException? Find(Exception? e) => e switch
    {
        null => null,
        PoolSocketException { Errno: Errno.ETIMEDOUT } timeout => timeout,
        _ => Find(e.InnerException),
    };
}
