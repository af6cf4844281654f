using System.CommandLine;
using System.Globalization;
using SocketPools.Simulation;
using SocketPools.Tool.Serving;
using SocketPools.Tool.Simulating;

namespace SocketPools.Tool;

/// <summary><c>socketpool sim FILE</c>.</summary>
internal static class SimCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> file = new("FILE") { Description = "The scenario, in TOML." };
        Option<int?> seed = new("--seed") { Description = "The seed, in place of the scenario's; the same one gives the same run.", HelpName = "N" };
        Option<string?> seeds = new("--seeds") { Description = "Play each seed of a range, and show what fails.", HelpName = "FIRST-LAST" };
        Option<string?> shard = new("--shard") { Description = "With --seeds: only every N-th seed, the K-th shard of N.", HelpName = "K/N" };
        Option<string?> junit = new("--junit") { Description = "With --seeds: write a report in JUnit's format (XML) to this file.", HelpName = "FILE" };
        Option<string?> capture = new("--capture") { Description = "Write all frames to this file (pcapng).", HelpName = "FILE" };
        Option<string?> timeline = new("--timeline") { Description = "Write the timeline to this file, a page of HTML.", HelpName = "FILE" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "Do not print what the nodes print." };
        Command command = new("sim", "Play a scenario: nodes, traffic and faults in simulated time.") { file, seed, seeds, shard, junit, capture, timeline, quiet };
        command.SetAction(result =>
        {
            SimulationScenario scenario = ScenarioLoader.Load(result.GetRequiredValue(file));
            string? range = result.GetValue(seeds);
            if (range is not null && (result.GetValue(seed) is not null || result.GetValue(capture) is not null || result.GetValue(timeline) is not null))
            {
                throw new ToolException("--seeds plays many seeds; --seed, --capture and --timeline are for one", ExitCodes.Usage);
            }

            if (range is null && (result.GetValue(shard) is not null || result.GetValue(junit) is not null))
            {
                throw new ToolException("--shard and --junit are for --seeds", ExitCodes.Usage);
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
                : SweepOfScenario.Play(context, player, SweepOfScenario.ReadSeeds(range, result.GetValue(shard)), result.GetValue(junit));
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
            context.Console.Say($"socketpool: {e.Message.TrimEnd()}");
            return ExitCodes.Failed;
        }
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
