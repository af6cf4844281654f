namespace SocketPools.Tool.Simulating;

/// <summary>A line of a node's shell, and where it stands in the file.</summary>
internal sealed record ShellLine(string Text, int Line);

/// <summary>A node of a scenario.</summary>
internal sealed record ScenarioNode(string Name, IReadOnlyList<string> Addresses, IReadOnlyList<ShellLine> Shell, int Line);

/// <summary>Something that happens at a time, and ends after a while if it has an end.</summary>
/// <param name="At">When, since the start.</param>
/// <param name="Duration">How long; null without an end.</param>
/// <param name="Begin">What happens; disposing what it returns ends it.</param>
internal sealed record ScenarioRule(TimeSpan At, TimeSpan? Duration, Func<ScenarioRun, IEnumerable<IDisposable>> Begin);

/// <summary>A scenario as its file says it: nodes, what runs on them, the traffic between them, and the rules with their times.</summary>
internal sealed class Scenario
{
    internal required string File { get; init; }

    internal int? Seed { get; init; }

    /// <summary>When it ends; null when everything that has an end has ended.</summary>
    internal TimeSpan? Duration { get; init; }

    internal TimeSpan? Latency { get; init; }

    internal required IReadOnlyList<ScenarioNode> Nodes { get; init; }

    internal required IReadOnlyList<Traffic> Traffic { get; init; }

    internal required IReadOnlyList<ScenarioRule> Rules { get; init; }

    /// <exception cref="ToolException">It cannot be read; what is wrong in it has its line.</exception>
    internal static Scenario Read(string path)
    {
        string text;
        try
        {
            text = System.IO.File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(e.Message, ExitCodes.Usage, e);
        }

        return new ScenarioReader(TomlReader.Read(text, path)).Read();
    }
}
