using System.Globalization;
using SocketPools.Simulation;
using SocketPools.Tool.Simulating;

namespace SocketPools.Tool;

/// <summary><c>socketpool sim FILE --seeds FIRST-LAST</c>: a scenario with one seed after the other.</summary>
internal static class SweepOfScenario
{
    private const int MaxShownFailures = 20;

    /// <summary>The seeds of a range that this machine plays.</summary>
    /// <param name="range">As 1-1000.</param>
    /// <param name="shard">K/N; null for what the environment says.</param>
    internal static IEnumerable<int> ReadSeeds(string range, string? shard)
    {
        string[] parts = range.Split('-');
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || first > last)
        {
            throw new ToolException("--seeds takes a range such as 1-1000", ExitCodes.Usage);
        }

        try
        {
            return string.IsNullOrEmpty(shard) ? SimulationSeeds.Range(first, last) : SimulationSeeds.Range(first, last, shard);
        }
        catch (FormatException e)
        {
            throw new ToolException(e.Message, ExitCodes.Usage, e);
        }
    }

    /// <summary>Plays the seeds, and says which of them fail.</summary>
    internal static int Play(CommandContext context, ScenarioPlayer player, IEnumerable<int> seeds, string? junit)
    {
        List<ScenarioOutcome> outcomes = [];
        List<SimulationSweepRun> runs = [];
        int failed = 0;
        long start = TimeProvider.System.GetTimestamp(), told = start;
        foreach (int seed in seeds)
        {
            if (context.Stop.IsCancellationRequested)
            {
                break;
            }

            SimulationSweepRun run = Try(player, seed, outcomes);
            runs.Add(run);
            failed += run.Failure is null ? 0 : 1;
            if (run.Failure is { } failure && failed <= MaxShownFailures)
            {
                context.Console.Text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {ToolConsole.OneLine(failure.Message.Split('\n')[0].TrimEnd())}"));
            }

            if (context.Console.ErrorIsTerminal && TimeProvider.System.GetElapsedTime(told) > TimeSpan.FromSeconds(1))
            {
                told = TimeProvider.System.GetTimestamp();
                context.Console.Say(string.Create(CultureInfo.InvariantCulture, $"{runs.Count} seeds, {failed} failed"));
            }
        }

        PrintSummary(context, outcomes);
        context.Console.Text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs.Count} seeds, {failed} failed"));
        context.Console.Say(string.Create(CultureInfo.InvariantCulture, $"Played in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.00} s"));
        if (junit is not null)
        {
            new SimulationSweep(runs).WriteJUnit(junit, player.Scenario.Name);
        }

        return context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : failed > 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static SimulationSweepRun Try(ScenarioPlayer player, int seed, List<ScenarioOutcome> outcomes)
    {
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan elapsed;
        SimulationFailedException? failure = null;
        try
        {
            ScenarioOutcome outcome = player.Play(seed, capture: null, timeline: null);
            outcomes.Add(outcome);
            elapsed = outcome.Elapsed;
            if (outcome.HasFailed)
            {
                failure = new SimulationFailedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{outcome.Failures}\nThe simulation of seed {seed} failed at {elapsed} of simulated time.\nThe same run again: {player.ReplayCommand(seed)}"))
                { Seed = seed, Elapsed = elapsed };
            }
        }
        catch (SimulationFailedException e) when (e.InnerException is FaultScriptException wrong)
        {
            throw new ToolException(wrong.Message, ExitCodes.Usage, e);
        }
        catch (SimulationFailedException e)
        {
            (failure, elapsed) = (e, e.Elapsed);
        }

        return new SimulationSweepRun { Seed = seed, Elapsed = elapsed, Duration = TimeProvider.System.GetElapsedTime(start), Failure = failure };
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
}
