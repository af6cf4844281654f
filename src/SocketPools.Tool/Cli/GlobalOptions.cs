using System.CommandLine;

namespace SocketPools.Tool;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    // What a socket's timeout may be at most: 2^31 - 1 milliseconds.
    private const double LongestTimeout = int.MaxValue / 1000.0;

    internal Option<string?> Interface { get; } = new("--interface")
    {
        Description = "Use this interface of the host only, for example eth1.",
        HelpName = "NAME",
        Recursive = true,
    };

    internal Option<double?> Timeout { get; } = new("--timeout")
    {
        Description = "How long to wait, in seconds, fractions allowed. What for depends on the command.",
        HelpName = "SECONDS",
        Recursive = true,
    };

    internal Option<int?> MaxSockets { get; } = new("--max-sockets")
    {
        Description = "How many sockets may be open at once (128).",
        HelpName = "N",
        Recursive = true,
    };

    internal GlobalOptions()
    {
        Timeout.Require(seconds => seconds is null or (> 0 and <= LongestTimeout), $"--timeout takes more than 0 and at most {LongestTimeout:0} seconds");
        MaxSockets.Require(sockets => sockets is null or > 0, "--max-sockets takes 1 or more");
    }

    internal void AddTo(Command command)
    {
        command.Add(Interface);
        command.Add(Timeout);
        command.Add(MaxSockets);
    }

    /// <summary>The timeout that was given, or the command's own.</summary>
    internal TimeSpan? TimeoutOf(ParseResult result, double? fallback) =>
        (result.GetValue(Timeout) ?? fallback) is { } seconds
            ? new TimeSpan((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond))
            : null;
}
