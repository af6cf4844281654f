using System.CommandLine;
using System.Globalization;
using SocketPools.Simulation;

namespace SocketPools.Tool;

/// <summary><c>socketpool report REPORT...</c>: the reports of a sweep's shards as one.</summary>
internal static class ReportCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string[]> reports = new("REPORT") { Description = "Reports in JUnit's format (XML) or TRX, and directories with such files.", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = new("--output", "-o") { Description = "Write one report with all of them to this file.", HelpName = "FILE" };
        Option<int?> expect = new("--expect") { Description = "How many reports there are if no shard is missing.", HelpName = "N" };
        Command command = new("report", "Merge the reports of a sweep's shards, and say which seeds failed.") { reports, output, expect };
        command.SetAction(result => Run(context.Console, result.GetRequiredValue(reports), result.GetValue(output), result.GetValue(expect)));
        return command;
    }

    private static int Run(ToolConsole console, string[] names, string? output, int? expected)
    {
        string? own = output is null ? null : Path.GetFullPath(output);
        string[] files = [.. names.SelectMany(FilesOf).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Where(file => file != own).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            throw new ToolException($"no report in {string.Join(", ", names)}", ExitCodes.Usage);
        }

        JUnitSummary summary = Read(files, output);
        foreach (JUnitFailure failure in summary.Failures)
        {
            string what = failure.Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}, ") : "";
            console.Text.WriteLine(ToolConsole.OneLine($"{what}{failure.Test}: {failure.Message}"));
            if (failure.ReplayCommand is { } replay)
            {
                console.Text.WriteLine(ToolConsole.OneLine($"    {replay}"));
            }
        }

        console.Text.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Reports} reports, {summary.Tests} tests, {summary.Failures.Count} failed, {summary.Skipped} skipped, {summary.Duration.TotalSeconds:0.0} s"));
        bool isWhole = expected is null || summary.Reports == expected;
        if (!isWhole)
        {
            console.Say(string.Create(CultureInfo.InvariantCulture, $"socketpool: {expected} reports were expected"));
        }

        if (summary.Repeated.Count > 0)
        {
            console.Say(string.Create(CultureInfo.InvariantCulture, $"socketpool: {summary.Repeated.Count} tests are in several reports, as {ToolConsole.OneLine(summary.Repeated[0])}"));
        }

        return isWhole && summary.Failures.Count == 0 && summary.Tests > 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static IEnumerable<string> FilesOf(string name) => Directory.Exists(name) ? Directory.EnumerateFiles(name, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".xml" or ".trx")
        : File.Exists(name) ? [name]
        : throw new ToolException($"{name}: no such file or directory", ExitCodes.Usage);

    private static JUnitSummary Read(string[] files, string? output)
    {
        try
        {
            JUnitSummary summary = JUnitReport.Read(files);
            if (output is not null)
            {
                JUnitReport.Merge(files, output);
            }

            return summary;
        }
        catch (FormatException e)
        {
            throw new ToolException(e.Message, ExitCodes.Usage, e);
        }
    }
}
