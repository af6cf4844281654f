using System.CommandLine;
using System.Globalization;
using SocketPools.Tool.Radios;

namespace SocketPools.Tool;

/// <summary><c>socketpool demo</c>.</summary>
internal static class DemoCommand
{
    private const double DefaultTimeout = 5;

    internal static Command Create(CommandContext context)
    {
        Option<bool> json = new("--json") { Description = "Print JSON." };
        Command command = new("demo", "Show a pool at work: HTTP over TCP, UDP and ICMP with this host itself. Needs no network.") { json };
        command.SetAction(result =>
        {
            TimeSpan timeout = context.Options.TimeoutOf(result, DefaultTimeout)!.Value;
            using RadioScope scope = context.OpenRadio(result);
            if (!scope.HasLoopback)
            {
                throw new ToolException($"demo talks to 127.0.0.1, which {scope.Radio.Name} does not have; leave --interface out", ExitCodes.Usage);
            }

            scope.Pool.TrackCallers = true;
            using DemoRun run = new(scope.Pool, timeout);
            DemoReport report = run.Run(out string table);
            context.Stop.ThrowIfCancellationRequested();
            if (result.GetValue(json))
            {
                ToolJson.Write(context.Console, report, ToolJson.Default.DemoReport);
            }
            else
            {
                Print(context.Console.Text, report, table, scope.Pool.Dump());
            }

            return report.Steps.All(step => step.Done || step.Name.StartsWith("icmp", StringComparison.Ordinal)) ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static void Print(TextWriter output, DemoReport report, string table, string end)
    {
        TextTable steps = new("step", "", "time", "what");
        foreach (DemoStep step in report.Steps)
        {
            steps.Add(step.Name, step.Done ? "ok" : "no", string.Create(CultureInfo.InvariantCulture, $"{step.Ms:0.000} ms"), step.Detail);
        }

        output.WriteLine(steps.ToString());
        output.WriteLine();
        output.WriteLine(table);
        output.WriteLine();
        output.WriteLine($"At the end: {end}");
    }
}
