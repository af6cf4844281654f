using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SocketPools.Boards;
using SocketPools.Python.PyTypes;
using SocketPools.Simulation;

namespace SocketPools.Python;

/// <summary>The module's functions about scenarios: a file that was read, which a simulation is made from later.</summary>
internal static unsafe class ScenarioObject
{
    /// <summary>The name of a text that is in no file.</summary>
    internal const string Inline = "simulation";

    private static readonly Parameters s_read = new("_read_scenario", 1, "path");
    private static readonly Parameters s_board = new("_set_scenario_board", 3, "scenario", "node", "board");
    private static readonly Parameters s_choose = new("_choose_seeds", 2, "last", "shard");
    private static readonly Parameters s_facts = new("_scenario_facts", 1, "scenario");

    /// <summary>What makes a node like a board.</summary>
    /// <exception cref="ArgumentException">There is no such board.</exception>
    internal static SimulatedNodeOptions FindBoard(string name) => BoardProfiles.TryFind(name, out BoardProfile? profile)
        ? new SimulatedNodeOptions { Stack = profile.CreateStackOptions, Radio = stack => new BoardRadio(stack, profile) }
        : throw new ArgumentException($"\"{name}\" is no board: {string.Join(", ", BoardProfiles.All.Select(p => p.Name))}");

    /// <summary>The message; without its place where the place is in no file.</summary>
    internal static string TextOf(FaultScriptException e)
    {
        string place = FormattableString.Invariant($"{Inline}:{e.Line}:{e.Column}: ");
        return e.Message.StartsWith(place, StringComparison.Ordinal) ? e.Message[place.Length..] : e.Message;
    }

    [UnmanagedCallersOnly]
    internal static nint Read(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_read.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } path)
        {
            return 0;
        }

        try
        {
            return HandleObject.New(SimulationScenario.Load(path));
        }
        catch (FaultScriptException e)
        {
            return Raise.ValueError(e.Message);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    internal static nint SetBoard(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[3];
        if (!s_board.Bind(args, count, keywords, places) || HandleObject.Read<SimulationScenario>(places[0]) is not { } scenario
            || Text.Read(places[1]) is not { } node || Text.Read(places[2]) is not { } board)
        {
            return 0;
        }

        scenario.SetBoard(node, board);
        return Globals.NewNone();
    }

    /// <summary>What Python needs of a scenario: lines of words between tabs, which TOML's names and paths do not have.</summary>
    [UnmanagedCallersOnly]
    internal static nint GetFacts(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_facts.Bind(args, count, keywords, places) || HandleObject.Read<SimulationScenario>(places[0]) is not { } scenario)
        {
            return 0;
        }

        StringBuilder facts = new();
        Add(facts, "scenario", scenario.Seed?.ToString(CultureInfo.InvariantCulture), scenario.Duration?.TotalSeconds.ToString("R", CultureInfo.InvariantCulture), scenario.Traffic.Count > 0 ? "1" : "");
        foreach (ScenarioNode node in scenario.Nodes)
        {
            Add(facts, "node", node.Name, node.Ssid, node.Password);
            AddTexts(facts, "program", node.Programs);
            AddTexts(facts, "command", node.Commands);
        }

        return Text.New(facts.ToString());
    }

    /// <summary>What this process runs of a sweep: the first two that are left of 0 to the last, a line each.</summary>
    [UnmanagedCallersOnly]
    internal static nint ChooseSeeds(nint module, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_choose.Bind(args, count, keywords, places) || !Numbers.TryReadInt(places[0], "last", out int last) || Text.Read(places[1]) is not { } shard)
        {
            return 0;
        }

        try
        {
            IEnumerable<int> left = shard.Length > 0 ? SimulationSeeds.Range(0, last, shard) : SimulationSeeds.Range(0, last);
            return Text.New(string.Join('\n', left.Take(2).Select(seed => seed.ToString(CultureInfo.InvariantCulture))));
        }
        catch (FormatException e)
        {
            return Raise.ValueError(e.Message);
        }
    }

    private static void AddTexts(StringBuilder facts, string kind, IReadOnlyList<ScenarioText> texts)
    {
        foreach (ScenarioText text in texts)
        {
            Add(facts, kind, text.Text, text.CreateException("").Message, "");
        }
    }

    private static void Add(StringBuilder facts, string kind, string? one, string? two, string? three) =>
        facts.Append(kind).Append('\t').Append(Plain(one)).Append('\t').Append(Plain(two)).Append('\t').Append(Plain(three)).Append('\n');

    private static string? Plain(string? text) => text?.Replace('\t', ' ').Replace('\n', ' ');
}
