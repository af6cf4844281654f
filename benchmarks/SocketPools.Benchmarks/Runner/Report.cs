using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SocketPools.Benchmarks.Runner;

/// <summary>The tables, as <c>docs/performance.md</c> shows them.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    internal static string Markdown(Machine machine, IReadOnlyList<Result> results)
    {
        StringBuilder text = new();
        text.AppendLine(machine.ToString()).AppendLine();
        AppendTimes(text, results);
        text.AppendLine();
        AppendSpread(text, results);
        return text.ToString();
    }

    internal static string Json(Machine machine, IReadOnlyList<Result> results) => JsonSerializer.Serialize(
        new
        {
            machine = machine.Lines,
            benchmarks = results.Select(result => new
            {
                name = result.Benchmark.Name,
                operations = result.Count,
                goal = result.Benchmark.Goal,
                contenders = result.Contenders.Select(contender => new
                {
                    name = contender,
                    nanoseconds = result.Nanoseconds(contender),
                    ratio = result.Ratio(contender, Contenders.C),
                    allocated = result.Allocated(contender),
                }),
                rounds = result.Rounds.Select(round => round.Select(t => t.Nanoseconds)),
            }),
        },
        s_json) + "\n";

    /// <summary>Nanoseconds per operation, the multiple of C, and bytes allocated.</summary>
    private static void AppendTimes(StringBuilder text, IReadOnlyList<Result> results)
    {
        IReadOnlyList<string> names = results[0].Contenders;
        text.Append("| ns per operation (x C) |").AppendJoin("", names.Select(name => $" {name} |"));
        text.AppendLine(" goal | bytes allocated: ours, BCL |");
        text.Append("|---|").AppendJoin("", names.Select(_ => "---:|")).AppendLine("---|---|");
        foreach (Result result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {result.Benchmark.Name} |");
            foreach (string name in names)
            {
                text.Append(CultureInfo.InvariantCulture, $" {result.Nanoseconds(name).Median:F0}");
                text.Append(name == Contenders.C ? "" : string.Create(CultureInfo.InvariantCulture, $" ({result.Ratio(name, Contenders.C).Median:F3})"));
                text.Append(" |");
            }

            text.Append(CultureInfo.InvariantCulture, $" {Verdict(result)} |");
            text.AppendLine(CultureInfo.InvariantCulture, $" {result.Allocated(Contenders.Pool):F1}, {result.Allocated(Contenders.Bcl):F1} |");
        }
    }

    /// <summary>How sure the ratios are: their quartiles over the rounds.</summary>
    private static void AppendSpread(StringBuilder text, IReadOnlyList<Result> results)
    {
        text.AppendLine("| ratio within a round: min, [quartiles] median | ours / C | ours / C, threaded | System.Net.Sockets / C | ours / System.Net.Sockets | rounds x operations |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (Result result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {result.Benchmark.Name} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Show(result.Ratio(Contenders.Pool, Contenders.C))} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Show(result.Ratio(Contenders.Pool, Contenders.ThreadedC))} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Show(result.Ratio(Contenders.Bcl, Contenders.C))} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Show(result.Ratio(Contenders.Pool, Contenders.Bcl))} ");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {result.Rounds.Count} x {result.Count} |");
        }
    }

    private static string Show(Spread s) =>
        string.Create(CultureInfo.InvariantCulture, $"{s.Min:F3}, [{s.LowerQuartile:F3}..{s.UpperQuartile:F3}] {s.Median:F3}");

    private static string Verdict(Result result) => result.Benchmark.Goal is { } goal
        ? string.Create(CultureInfo.InvariantCulture, $"<= {goal:F2} {(result.Ratio(Contenders.Pool, Contenders.C).Median <= goal ? "met" : "missed")}")
        : "-";
}
