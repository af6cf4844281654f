using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SocketPools.Simulation;

/// <summary>The numbers and the failures of reports in JUnit's format: <see cref="JUnitReport.Read"/>.</summary>
public sealed partial class JUnitSummary
{
    private JUnitSummary()
    {
    }

    /// <summary>How many reports were read.</summary>
    public int Reports { get; private init; }

    /// <summary>How many tests are in them, those of skipped tests too.</summary>
    public int Tests { get; private init; }

    /// <summary>How many tests were skipped.</summary>
    public int Skipped { get; private init; }

    /// <summary>The real time that all tests took together.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>The tests that failed: those of seeds first, in the order of these.</summary>
    public IReadOnlyList<JUnitFailure> Failures { get; private init; } = [];

    /// <summary>Tests that are in the reports more than once: shards that have run the same seeds.</summary>
    public IReadOnlyList<string> Repeated { get; private init; } = [];

    internal static JUnitSummary Of(IReadOnlyList<IReadOnlyList<XElement>> reports)
    {
        XElement[] tests = [.. reports.SelectMany(suites => suites).SelectMany(suite => suite.Descendants("testcase"))];
        return new JUnitSummary
        {
            Reports = reports.Count,
            Tests = tests.Length,
            Skipped = tests.Count(test => test.Element("skipped") is not null),
            Duration = TimeSpan.FromSeconds(tests.Sum(test => JUnitReport.Number(test, "time"))),
            Failures = [.. tests.Where(IsFailure).Select(Describe).OrderBy(failure => failure.Seed is null).ThenBy(failure => failure.Seed)],
            Repeated = [.. tests.GroupBy(NameOf).Where(group => group.Count() > 1).Select(group => group.Key)],
        };
    }

    private static bool IsFailure(XElement test) => test.Element("failure") is not null || test.Element("error") is not null;

    private static string NameOf(XElement test)
    {
        string name = (string?)test.Attribute("name") ?? "", type = (string?)test.Attribute("classname") ?? "";
        return type.Length == 0 || name.StartsWith(type, StringComparison.Ordinal) ? name : $"{type}.{name}";
    }

    private static JUnitFailure Describe(XElement test)
    {
        XElement failure = test.Element("failure") ?? test.Element("error")!;
        string message = (string?)failure.Attribute("message") ?? "", text = $"{message}\n{failure.Value}";
        Match seed = SeedPattern().Match(text), command = CommandPattern().Match(text);
        return new JUnitFailure
        {
            Test = NameOf(test),
            Message = (message.Length > 0 ? message : failure.Value).TrimStart().Split('\n')[0].TrimEnd(),
            Seed = seed.Success && int.TryParse(seed.Groups[1].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null,
            ReplayCommand = command.Success ? command.Groups[1].Value.TrimEnd() : null,
        };
    }

    // The words of SimulationFailedException.
    [GeneratedRegex("The simulation of seed (-?[0-9]+) failed")]
    private static partial Regex SeedPattern();

    [GeneratedRegex("The same run again: ([^\r\n]+)")]
    private static partial Regex CommandPattern();
}

/// <summary>A test that failed, as a report has it.</summary>
public sealed class JUnitFailure
{
    /// <summary>Gets the name of the test, with its class.</summary>
    public required string Test { get; init; }

    /// <summary>The first line of the message.</summary>
    public required string Message { get; init; }

    /// <summary>The seed, where a simulation failed; null for others.</summary>
    public int? Seed { get; init; }

    /// <summary>The command that runs the seed again; null where the message has none.</summary>
    public string? ReplayCommand { get; init; }
}
