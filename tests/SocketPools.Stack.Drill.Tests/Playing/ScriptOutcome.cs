using System.Text;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>What the stack did not do as the script has it. The player goes on behind it, and the test decides whether it counts.</summary>
/// <param name="Kind">A word: timing, win, missing-ack.</param>
/// <param name="What">Which, for people.</param>
internal sealed record Difference(string Kind, string What);

/// <summary>The stack did something else than the script says, and the rest of the script makes no sense.</summary>
public sealed class DrillException(string reason) : Exception(reason);

/// <summary>How a script went.</summary>
internal sealed class ScriptOutcome
{
    internal List<Difference> Differences { get; } = [];

    /// <summary>What happened, a line each.</summary>
    internal StringBuilder Trace { get; } = new();

    /// <summary>Why it failed, with the line; null when it did not.</summary>
    internal string? Failure { get; set; }

    /// <summary>What is not to be had here; null when all is.</summary>
    internal string? Unsupported { get; set; }
}
