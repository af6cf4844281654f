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
        text.AppendLine(machine.ToString());
        foreach (IGrouping<bool, Result> group in results.GroupBy(result => result.Benchmark.ComparesWithBcl))
        {
            text.AppendLine();
            AppendTimes(text, [.. group]);
            text.AppendLine();
            AppendSpread(text, [.. group]);
        }

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
                    ratio = result.Ratio(contender, result.Baseline),
                    allocated = result.Allocated(contender),
                }),
                rounds = result.Rounds.Select(round => round.Select(t => t.Nanoseconds)),
            }),
        },
        s_json) + "\n";

    /// <summary>Nanoseconds per operation, the multiple of what it is measured against, and bytes allocated.</summary>
    private static void AppendTimes(StringBuilder text, IReadOnlyList<Result> results)
    {
        IReadOnlyList<string> names = results[0].Contenders;
        text.Append(CultureInfo.InvariantCulture, $"| ns per operation (x {results[0].Baseline}) |").AppendJoin("", names.Select(name => $" {name} |"));
        text.AppendLine(" goal | bytes allocated: ours, BCL |");
        text.Append("|---|").AppendJoin("", names.Select(_ => "---:|")).AppendLine("---|---|");
        foreach (Result result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {result.Benchmark.Name} |");
            foreach (string name in names)
            {
                text.Append(CultureInfo.InvariantCulture, $" {result.Nanoseconds(name).Median:F0}");
                text.Append(name == result.Baseline ? "" : string.Create(CultureInfo.InvariantCulture, $" ({result.Ratio(name, result.Baseline).Median:F3})"));
                text.Append(" |");
            }

            text.Append(CultureInfo.InvariantCulture, $" {Verdict(result)} |");
            text.AppendLine(CultureInfo.InvariantCulture, $" {result.Allocated(Contenders.Pool):F1}, {result.Allocated(Contenders.Bcl):F1} |");
        }
    }

    /// <summary>How sure the ratios are: their quartiles over the rounds.</summary>
    private static void AppendSpread(StringBuilder text, IReadOnlyList<Result> results)
    {
        (string Mine, string Theirs)[] pairs = results[0].Benchmark.ComparesWithBcl
            ? [(Contenders.Pool, Contenders.Bcl)]
            : [(Contenders.Pool, Contenders.C), (Contenders.Pool, Contenders.ThreadedC), (Contenders.Bcl, Contenders.C), (Contenders.Pool, Contenders.Bcl)];
        text.Append("| ratio within a round: min, [quartiles] median |")
            .AppendJoin("", pairs.Select(pair => $" {NameOf(pair.Mine)} / {NameOf(pair.Theirs)} |"))
            .AppendLine(" rounds x operations |");
        text.Append("|---|").AppendJoin("", pairs.Select(_ => "---|")).AppendLine("---|");
        foreach (Result result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {result.Benchmark.Name} |")
                .AppendJoin("", pairs.Select(pair => $" {Show(result.Ratio(pair.Mine, pair.Theirs))} |"))
                .AppendLine(CultureInfo.InvariantCulture, $" {result.Rounds.Count} x {result.Count} |");
        }
    }

    private static string NameOf(string contender) => contender == Contenders.Pool ? "ours" : contender;

    private static string Show(Spread s) =>
        string.Create(CultureInfo.InvariantCulture, $"{s.Min:F3}, [{s.LowerQuartile:F3}..{s.UpperQuartile:F3}] {s.Median:F3}");

    private static string Verdict(Result result) => result.Benchmark.Goal is { } goal
        ? string.Create(CultureInfo.InvariantCulture, $"<= {goal:0.00#} {(result.Ratio(Contenders.Pool, result.Baseline).Median <= goal ? "met" : "missed")}")
        : "-";
}
