namespace SocketPools.Tool.Simulating;

/// <summary>Reads a scenario from the tables of its file.</summary>
internal sealed class ScenarioReader(ScenarioTable root)
{
    private const int FirstPort = 5001;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal Scenario Read()
    {
        int? seed = (int?)root.Number("seed", int.MinValue, int.MaxValue);
        TimeSpan? duration = root.Time("duration");
        if (duration == TimeSpan.Zero)
        {
            throw root.Error("duration", "duration is longer than 0");
        }

        TimeSpan? latency = root.Time("latency");
        ScenarioNode[] nodes = ReadNodes();
        Traffic[] traffic = [.. root.Tables("traffic").Select((table, index) => ReadTraffic(table, FirstPort + index))];
        ScenarioRule[] rules = [.. root.Tables("rules").Select(table => new RuleReader(table, _names).Read())];
        root.Finish();
        if (duration is null && traffic.Length == 0 && !nodes.Any(node => node.Shell.Any(line => !NodeShell.IsBackground(line.Text))))
        {
            throw new ScenarioException(root.File, root.Line, "nothing in it has an end: add traffic, a command without &, or duration = \"60s\"");
        }

        return new Scenario { File = root.File, Seed = seed, Duration = duration, Latency = latency, Nodes = nodes, Traffic = traffic, Rules = rules };
    }

    private ScenarioNode[] ReadNodes()
    {
        if (root.Find("nodes") is not { } value)
        {
            throw new ScenarioException(root.File, root.Line, "there are no nodes: [nodes.NAME]");
        }

        if (value.Value is not ScenarioTable tables)
        {
            throw root.Error("nodes", "nodes are tables: [nodes.NAME]");
        }

        List<ScenarioNode> nodes = [];
        foreach ((string name, TomlValue item) in tables.All)
        {
            ScenarioTable table = item.Value as ScenarioTable ?? throw new ScenarioException(root.File, item.Line, $"nodes are tables: [nodes.{name}]");
            table.Title = $"[nodes.{name}]";
            if (name.Length is 0 or > 63 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || name == "dns")
            {
                throw new ScenarioException(root.File, item.Line, $"\"{ToolConsole.OneLine(name)}\" is no name of a node: up to 63 letters, digits and hyphens, and not \"dns\"");
            }

            foreach ((string address, int line) in table.Texts("addresses"))
            {
                CheckAddress(address, line);
            }

            string[] addresses = [.. table.Texts("addresses").Select(a => a.Text)];
            ShellLine[] shell = [.. table.Texts("run").Select(l => NodeShell.Check(root.File, new ShellLine(l.Text, l.Line)))];
            if (table.Has("python"))
            {
                throw table.Error("python", "this command runs no Python programs; python3 -m stacknetwork.simulate plays scenarios with them");
            }

            table.Finish();
            _names.Add(name);
            nodes.Add(new ScenarioNode(name, addresses, shell, item.Line));
        }

        return [.. nodes];
    }

    private void CheckAddress(string address, int line)
    {
        string[] parts = address.Split('/');
        bool isAddress = System.Net.IPAddress.TryParse(parts[0], out System.Net.IPAddress? parsed);
        if (!isAddress || parts.Length > 2 || (parts.Length == 2 && !(int.TryParse(parts[1], out int length) && length >= 0 && length <= parsed!.GetAddressBytes().Length * 8)))
        {
            throw new ScenarioException(root.File, line, $"\"{ToolConsole.OneLine(address)}\" is no address such as 192.0.2.1/24");
        }
    }

    private Traffic ReadTraffic(ScenarioTable table, int defaultPort)
    {
        string kind = table.Text("kind") ?? throw new ScenarioException(root.File, table.Line, "traffic has a kind: bulk, requests or rate");
        string from = NodeOf(table, "from"), to = NodeOf(table, "to");
        if (from == to)
        {
            throw table.Error("to", "traffic goes to another node");
        }

        TrafficPath path = new(from, to, (int)(table.Number("port", 1, 65535) ?? defaultPort), table.Time("at") ?? TimeSpan.Zero, table.Time("timeout") ?? TimeSpan.FromSeconds(60));
        Traffic traffic = kind switch
        {
            "bulk" => new BulkTraffic(path, table.Bytes("bytes") ?? 1_000_000),
            "requests" => new RequestTraffic(path, (int)(table.Number("count", 1, 10_000_000) ?? 100), (int)Size(table, "request", 100), (int)Size(table, "response", 1000), table.Time("interval") ?? TimeSpan.Zero),
            "rate" => new RateTraffic(path, table.Rate("rate") ?? 1_000_000, (int)Size(table, "datagram", 1200), table.Time("duration") ?? TimeSpan.FromSeconds(10)),
            _ => throw table.Error("kind", $"there is no traffic \"{ToolConsole.OneLine(kind)}\": bulk, requests or rate"),
        };
        table.Finish();
        return traffic;
    }

    private static long Size(ScenarioTable table, string key, long otherwise)
    {
        long size = table.Bytes(key) ?? otherwise;
        return size is >= 1 and <= 16 << 20 && (key != "datagram" || size <= 65507) ? size : throw table.Error(key, $"{key} is 1 byte to {(key == "datagram" ? "65507 bytes" : "16 MiB")}");
    }

    private string NodeOf(ScenarioTable table, string key)
    {
        string name = table.Text(key) ?? throw new ScenarioException(root.File, table.Line, $"traffic has a node in {key}");
        return _names.Contains(name) ? name : throw table.Error(key, $"there is no node \"{ToolConsole.OneLine(name)}\"");
    }
}
