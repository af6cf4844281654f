using System.CommandLine;
using System.Globalization;
using SocketPools.Simulation;
using SocketPools.Tool.Serving;
using SocketPools.Tool.Simulating;

namespace SocketPools.Tool;

/// <summary><c>socketpool sim FILE</c>.</summary>
internal static class SimCommand
{
    private const int MaxShownFailures = 20;

    internal static Command Create(CommandContext context)
    {
        Argument<string> file = new("FILE") { Description = "The scenario, in TOML." };
        Option<int?> seed = new("--seed") { Description = "The seed, in place of the scenario's; the same one gives the same run.", HelpName = "N" };
        Option<string?> seeds = new("--seeds") { Description = "Play each seed of a range, and show what fails.", HelpName = "FIRST-LAST" };
        Option<string?> capture = new("--capture") { Description = "Write all frames to this file (pcapng).", HelpName = "FILE" };
        Option<string?> timeline = new("--timeline") { Description = "Write the timeline to this file, a page of HTML.", HelpName = "FILE" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not print what the nodes print." };
        Command command = new("sim", "Play a scenario: nodes, traffic and faults in simulated time.") { file, seed, seeds, capture, timeline, quiet };
        command.SetAction(result =>
        {
            SimulationScenario scenario = ScenarioLoader.Load(result.GetRequiredValue(file));
            string? range = result.GetValue(seeds);
            if (range is not null && (result.GetValue(seed) is not null || result.GetValue(capture) is not null || result.GetValue(timeline) is not null))
            {
                throw new ToolException("--seeds plays many seeds; --seed, --capture and --timeline are for one", ExitCodes.Usage);
            }

            ScenarioPlayer player = new()
            {
                Scenario = scenario,
                Print = result.GetValue(quiet) || range is not null ? static _ => { }
                : context.Console.Text.WriteLine,
                RunVerb = RunVerb,
                Stop = context.Stop,
            };
            return range is null
                ? PlayOne(context, player, result.GetValue(seed) ?? scenario.Seed ?? 1, result.GetValue(capture), result.GetValue(timeline))
                : PlayAll(context, player, ReadRange(range));
        });
        return command;
    }

    private static int PlayOne(CommandContext context, ScenarioPlayer player, int seed, string? capture, string? timeline)
    {
        long start = TimeProvider.System.GetTimestamp();
        try
        {
            ScenarioOutcome outcome = player.Play(seed, capture, timeline);
            outcome.Print(context.Console.Text.WriteLine);
            TimeSpan real = TimeProvider.System.GetElapsedTime(start);
            context.Console.Say(string.Create(CultureInfo.InvariantCulture, $"Played in {real.TotalSeconds:0.00} s, {outcome.Elapsed.TotalSeconds / real.TotalSeconds:0} times as fast as real time"));
            return context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : outcome.HasFailed ? ExitCodes.Failed : ExitCodes.Ok;
        }
        catch (SimulationFailedException e) when (e.InnerException is FaultScriptException wrong)
        {
            throw new ToolException(wrong.Message, ExitCodes.Usage, e);
        }
        catch (SimulationFailedException e)
        {
            // Several lines: who waits for what, and the sockets of every node.
            context.Console.Say($"socketpool: {e.Message}");
            return ExitCodes.Failed;
        }
    }

    private static int PlayAll(CommandContext context, ScenarioPlayer player, (int First, int Last) range)
    {
        List<ScenarioOutcome> outcomes = [];
        int failed = 0, played = 0;
        long start = TimeProvider.System.GetTimestamp(), told = start;
        foreach (int seed in SimulationSeeds.Range(range.First, range.Last))
        {
            if (context.Stop.IsCancellationRequested)
            {
                break;
            }

            played++;
            string failure = Try(player, seed, outcomes);
            failed += failure.Length > 0 ? 1 : 0;
            if (failure.Length > 0 && failed <= MaxShownFailures)
            {
                context.Console.Text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {failure}"));
            }

            if (context.Console.ErrorIsTerminal && TimeProvider.System.GetElapsedTime(told) > TimeSpan.FromSeconds(1))
            {
                told = TimeProvider.System.GetTimestamp();
                context.Console.Say(string.Create(CultureInfo.InvariantCulture, $"{played} seeds, {failed} failed"));
            }
        }

        PrintSummary(context, outcomes);
        context.Console.Text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{played} seeds, {failed} failed"));
        context.Console.Say(string.Create(CultureInfo.InvariantCulture, $"Played in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.00} s"));
        return context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : failed > 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static string Try(ScenarioPlayer player, int seed, List<ScenarioOutcome> outcomes)
    {
        try
        {
            ScenarioOutcome outcome = player.Play(seed, capture: null, timeline: null);
            outcomes.Add(outcome);
            return outcome.Failures;
        }
        catch (SimulationFailedException e) when (e.InnerException is FaultScriptException wrong)
        {
            throw new ToolException(wrong.Message, ExitCodes.Usage, e);
        }
        catch (SimulationFailedException e)
        {
            return ToolConsole.OneLine((e.InnerException ?? e).Message.Split('\n')[0].TrimEnd());
        }
    }

    /// <summary>The throughput of each traffic over all seeds.</summary>
    private static void PrintSummary(CommandContext context, List<ScenarioOutcome> outcomes)
    {
        if (outcomes.Count == 0 || outcomes[0].Traffic.Count == 0)
        {
            return;
        }

        TextTable table = new("traffic", "seeds", "least kbit/s", "mean kbit/s", "most kbit/s");
        for (int i = 0; i < outcomes[0].Traffic.Count; i++)
        {
            double[] rates = [.. outcomes.Select(outcome => outcome.Traffic[i].BitsPerSecond).OfType<double>().Select(rate => rate / 1000)];
            string[] shown = rates.Length == 0 ? ["-", "-", "-"] : [.. new[] { rates.Min(), rates.Average(), rates.Max() }.Select(rate => rate.ToString("0.0", CultureInfo.InvariantCulture))];
            table.Add([outcomes[0].Traffic[i].Name, rates.Length.ToString(CultureInfo.InvariantCulture), .. shown]);
        }

        context.Console.Text.WriteLine(table.ToString());
    }

    private static (int First, int Last) ReadRange(string text)
    {
        string[] parts = text.Split('-');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && first <= last
            ? (first, last)
            : throw new ToolException("--seeds takes a range such as 1-1000", ExitCodes.Usage);
    }

    private static int RunVerb(string[] arguments, ToolConsole console, SocketPool pool, ThreadStarter start, CancellationToken stop)
    {
        GlobalOptions options = new();
        RootCommand root = new("A node's commands.");
        options.AddTo(root);
        foreach (Command command in ToolCommands.CreateForNode(new CommandContext(console, options, stop, (pool, start))))
        {
            root.Add(command);
        }

        return CommandRunner.Run(root, arguments, console, stop);
    }
}
