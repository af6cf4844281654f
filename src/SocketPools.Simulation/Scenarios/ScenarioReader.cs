using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation.Scenarios;

/// <summary>Reads a scenario from the tables of its file.</summary>
/// <param name="root">The file.</param>
/// <param name="present">The network that it adds to; null for a new one.</param>
internal sealed class ScenarioReader(ScenarioTable root, SimulatedNetwork? present = null)
{
    private const int FirstPort = 5001;
    private const int MaxMessageLength = 16 << 20;
    private const int MaxDatagramLength = 65507;

    private readonly DeviceNames _devices = new("a node or router", present is null);
    private readonly DeviceNames _nodes = new("a node");

    internal SimulationScenario Read()
    {
        int? seed = (int?)root.Number("seed", int.MinValue, int.MaxValue);
        TimeSpan? duration = root.Time("duration") is not { } time ? null : time > TimeSpan.Zero ? time : throw root.Error("duration", "duration is longer than 0");
        TimeSpan? latency = root.Time("latency");
        foreach (SimulatedNode node in present?.Nodes ?? [])
        {
            _devices.AddImplied(node.Name, root);
            _nodes.AddImplied(node.Name, root);
        }

        foreach (SimulatedRouter router in present?.Routers ?? [])
        {
            _devices.AddImplied(router.Name, root);
        }

        TopologyReader topology = new(root, _devices) { HasInternet = present?.Internet is not null };
        List<ScenarioStep> steps = [.. topology.Read(present?.Switches.Select(s => s.Name) ?? ["lan"])];
        List<ScenarioNode> nodes = ReadInternetPrograms();
        foreach ((string kind, bool isStation) in (ReadOnlySpan<(string, bool)>)[("nodes", false), ("stations", true)])
        {
            foreach ((string name, ScenarioTable table) in root.NamedTables(kind))
            {
                nodes.Add(ReadNode(name, table, isStation, topology, steps));
            }
        }

        ScenarioTraffic[] traffic = [.. root.Tables("traffic").Select((table, index) => ReadTraffic(table, FirstPort + index))];
        List<ScriptLine> lines = [.. root.Tables("rules").SelectMany(table => new RuleTable(table).Read())];
        if (root.Text("faults") is { } text)
        {
            lines.AddRange(FaultScript.ReadLines(text, root.File, root.Find("faults")!.TextLine));
        }

        root.Finish();
        return new SimulationScenario(root.File, steps, new FaultScript(root.File, lines))
        {
            Seed = seed,
            Duration = duration,
            Latency = latency,
            Nodes = nodes,
            Traffic = traffic,
        };
    }

    // The programs of the internet are the servers of the world.
    private List<ScenarioNode> ReadInternetPrograms()
    {
        if (root.Find("internet") is not { } value || value.Value is false)
        {
            return [];
        }

        _nodes.AddImplied("internet", root);
        if (value.Value is not ScenarioTable table)
        {
            return [Make("internet", new ScenarioTable(root.File, "[internet]", value.Line, value.Column), isStation: false)];
        }

        ScenarioNode node = Make("internet", table, isStation: false);
        table.Finish();
        return [node];
    }

    private ScenarioNode ReadNode(string name, ScenarioTable table, bool isStation, TopologyReader topology, List<ScenarioStep> steps)
    {
        _devices.Add(name, table);
        _nodes.AddImplied(name, table);
        string[] addresses = [.. table.Texts("addresses").Select(a => a.Text is "dhcp" or "slaac" ? a.Text : TopologyReader.CheckPrefix(table, a))];
        string? attached = isStation ? null : topology.SwitchOf(table, "switch");
        string? ssid = isStation ? table.Text("ssid") : null, password = isStation ? table.Text("password") : null;
        _ = password is null || ssid is not null ? true : throw table.Error("password", "password belongs to ssid, which is not there");
        _ = ssid is not "" ? true : throw table.Error("ssid", "ssid is 1 to 32 bytes");
        ScenarioText? board = table.Has("board") ? new ScenarioText(root.File, table.Required("board", "\"picow\"")) : null;
        ScenarioNode node = Make(name, table, isStation, ssid, password, board);
        table.Finish();
        steps.Add(new ScenarioStep(table, network =>
        {
            SimulatedNodeOptions like = FindBoard(network, name, board);
            SimulatedNodeOptions options = new()
            {
                Switch = attached is null ? null : network.FindSwitch(attached),
                Addresses = addresses,
                Stack = like.Stack,
                Radio = like.Radio,
            };
            _ = isStation ? network.AddStation(name, options) : network.AddNode(name, options);
        }));
        return node;
    }

    private static SimulatedNodeOptions FindBoard(SimulatedNetwork network, string name, ScenarioText? board)
    {
        string? wanted = network.BoardsOfNodes.GetValueOrDefault(name) ?? board?.Text;
        try
        {
            return wanted is null ? new SimulatedNodeOptions() : network.Boards!(wanted);
        }
        catch (ArgumentException e)
        {
            throw board?.CreateException(FaultScriptException.TextOf(e)) ?? new FaultScriptException(FaultScriptException.TextOf(e));
        }
    }

    private ScenarioNode Make(string name, ScenarioTable table, bool isStation, string? ssid = null, string? password = null, ScenarioText? board = null) => new()
    {
        Name = name,
        IsStation = isStation,
        Ssid = ssid,
        Password = password,
        Board = board,
        Commands = [.. table.Texts("run").Select(l => new ScenarioText(root.File, l))],
        Programs = [.. table.Texts("python").Select(p => new ScenarioText(root.File, p))],
    };

    private ScenarioTraffic ReadTraffic(ScenarioTable table, int defaultPort)
    {
        ScriptWord kind = table.Required("kind", "\"bulk\"");
        string from = _nodes.Check(table.Required("from", "\"desk\""), table), to = _nodes.Check(table.Required("to", "\"web\""), table);
        _ = from != to ? true : throw table.Error("to", "traffic goes to another node");
        ScenarioTraffic traffic = new()
        {
            Kind = kind.Text,
            From = from,
            To = to,
            Host = table.Text("host"),
            Port = (int)(table.Number("port", 1, 65535) ?? defaultPort),
            Start = table.Time("at") ?? TimeSpan.Zero,
            CallTimeout = table.Time("timeout") ?? TimeSpan.FromSeconds(60),
            Bytes = kind.Text == "bulk" ? table.Size("bytes") ?? 1_000_000 : 0,
            Count = kind.Text == "requests" ? (int)(table.Number("count", 1, 10_000_000) ?? 100) : 0,
            RequestLength = kind.Text == "requests" ? Length(table, "request", 100, MaxMessageLength) : 0,
            ResponseLength = kind.Text == "requests" ? Length(table, "response", 1000, MaxMessageLength) : 0,
            Interval = kind.Text == "requests" ? table.Time("interval") ?? TimeSpan.Zero : TimeSpan.Zero,
            BitsPerSecond = kind.Text == "rate" ? table.Rate("rate") ?? 1_000_000 : 0,
            DatagramLength = kind.Text == "rate" ? Length(table, "datagram", 1200, MaxDatagramLength) : 0,
            Duration = kind.Text == "rate" ? table.Time("duration") ?? TimeSpan.FromSeconds(10) : TimeSpan.Zero,
        };
        _ = kind.Text is "bulk" or "requests" or "rate" ? true : throw table.Error(kind, $"there is no traffic \"{kind.Text}\": bulk, requests or rate");
        table.Finish();
        return traffic;
    }

    private static int Length(ScenarioTable table, string key, int otherwise, int most)
    {
        long length = table.Size(key) ?? otherwise;
        return length >= 1 && length <= most ? (int)length : throw table.Error(key, FormattableString.Invariant($"{key} is 1 to {most} bytes"));
    }
}
