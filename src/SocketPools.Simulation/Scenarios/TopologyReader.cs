using System.Net;
using SocketPools.Simulation.Packets;
using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation.Scenarios;

/// <summary>Reads switches, routers, sites, the internet and access points: each becomes a step that builds it.</summary>
internal sealed class TopologyReader(ScenarioTable root, DeviceNames devices)
{
    private readonly List<ScenarioStep> _steps = [];

    /// <summary>The names of switches: also those of sites and of the internet.</summary>
    internal DeviceNames Switches { get; } = new("a switch");

    /// <summary>Whether there is the internet, also by the scenario.</summary>
    internal bool HasInternet { get; set; }

    internal IReadOnlyList<ScenarioStep> Read(IEnumerable<string> present)
    {
        foreach (string name in present)
        {
            Switches.AddImplied(name, root);
        }

        ReadInternet();
        foreach ((string name, ScenarioTable table) in root.NamedTables("switches"))
        {
            ReadSwitch(name, table);
        }

        foreach ((string name, ScenarioTable table) in root.NamedTables("sites"))
        {
            ReadSite(name, table);
        }

        foreach ((string name, ScenarioTable table) in root.NamedTables("routers"))
        {
            ReadRouter(name, table);
        }

        DeviceNames points = new("an access point");
        foreach ((string name, ScenarioTable table) in root.NamedTables("access-points"))
        {
            points.Add(name, table);
            ReadAccessPoint(name, table);
        }

        foreach ((string name, IReadOnlyList<ScriptWord> addresses) in root.Lists("dns", "{ \"example.com\" = \"203.0.113.5\" }"))
        {
            IPAddress[] all = [.. addresses.Select(a => ReadAddress(root, a))];
            Add(root, network => network.Dns.Add(name, all));
        }

        return _steps;
    }

    /// <summary>Reads an address with the length of a prefix.</summary>
    internal static string CheckPrefix(ScenarioTable table, ScriptWord word)
    {
        try
        {
            AddressPrefix.Parse(word.Text);
            return word.Text;
        }
        catch (FormatException e)
        {
            throw table.Error(word, FaultScriptException.TextOf(e));
        }
    }

    /// <summary>The switch of a table: its name.</summary>
    internal string? SwitchOf(ScenarioTable table, string key) => table.Has(key) ? Switches.Check(table.Required(key, "\"lan\""), table) : null;

    private static IPAddress ReadAddress(ScenarioTable table, ScriptWord word) => IPAddress.TryParse(word.Text, out IPAddress? address)
        ? address
        : throw table.Error(word, $"\"{word.Text}\" is no IP address, as 203.0.113.5");

    private void Add(ScenarioTable table, Action<SimulatedNetwork> build) => _steps.Add(new ScenarioStep(table, build));

    private void ReadInternet()
    {
        if (root.Find("internet") is not { } value || value.Value is false)
        {
            return;
        }

        ScenarioTable table = value.Value as ScenarioTable ?? (value.Value is true ? root : throw root.Error("internet", "internet is true, or a table: [internet]"));
        HasInternet = true;
        foreach (string name in (string[])["internet", "internet-router"])
        {
            devices.AddImplied(name, table);
        }

        Switches.AddImplied("internet", table);
        Switches.AddImplied("internet-world", table);
        Add(table, static network => network.AddInternet());
    }

    private void ReadSwitch(string name, ScenarioTable table)
    {
        Switches.Add(name, table);
        string[] prefixes = [.. table.Texts("prefixes").Select(p => CheckPrefix(table, p))];
        int mtu = (int)(table.Number("mtu", 68, 9000) ?? 1500);
        bool hasDns = table.Flag("dns");
        table.Finish();
        Add(table, network =>
        {
            SimulatedSwitch added = network.AddSwitch(name, mtu, prefixes);
            if (hasDns)
            {
                network.Dns.AddServer(added);
            }
        });
    }

    private void ReadSite(string name, ScenarioTable table)
    {
        if (!HasInternet)
        {
            throw table.Error("a site is behind the internet: add internet = true, or [internet]");
        }

        Switches.Add(name, table);
        devices.AddImplied($"{name}-router", table);
        string prefix = table.Has("prefix") ? CheckPrefix(table, table.Required("prefix", "\"192.168.1.0/24\"")) : "192.168.1.0/24";
        RouterServices services = new(table);
        services.ReadForwardings();
        table.Finish();
        Add(table, network =>
        {
            SimulatedSite site = network.AddSite(name, network.Internet!, prefix);
            services.Forward(site.Router);
        });
    }

    private void ReadRouter(string name, ScenarioTable table)
    {
        devices.Add(name, table);
        List<(string Switch, string[] Addresses)> ports = [.. table.Texts("switches").Select(s => (Switches.Check(s, table), Array.Empty<string>()))];
        foreach ((string attached, IReadOnlyList<ScriptWord> addresses) in table.Lists("addresses", "{ office = \"192.0.2.1/24\" }"))
        {
            int known = ports.FindIndex(p => p.Switch == attached);
            string[] own = [.. addresses.Select(a => CheckPrefix(table, a))];
            if (known < 0)
            {
                ScriptWord place = addresses.Count > 0 ? addresses[0] : throw table.Error("addresses", $"there is no address for \"{attached}\"");
                ports.Add((Switches.Check(place.WithText(attached), table), own));
            }
            else
            {
                ports[known] = (attached, own);
            }
        }

        if (ports.Count == 0)
        {
            throw table.Error($"[routers.{name}] needs switches, as switches = [\"office\", \"lab\"]");
        }

        RouterServices services = new(table);
        services.ReadAll(s => Switches.Check(s, table));
        table.Finish();
        Add(table, network =>
        {
            SimulatedRouter router = network.AddRouter(name);
            foreach ((string attached, string[] addresses) in ports)
            {
                router.Connect(network.FindSwitch(attached), addresses);
            }

            services.Enable(network, router);
        });
    }

    private void ReadAccessPoint(string name, ScenarioTable table)
    {
        string attached = Switches.Check(table.Required("switch", "\"lan\""), table);
        AccessPointOptions options;
        try
        {
            options = new AccessPointOptions
            {
                Ssid = table.Required("ssid", "\"cafe\"").Text,
                Password = table.Text("password"),
                Channel = (int)(table.Number("channel", 1, 177) ?? 1),
                SignalDbm = (int)(table.Number("signal", -120, 0) ?? -50),
                MaxStations = (int)(table.Number("max-stations", 1, int.MaxValue) ?? 32),
            };
        }
        catch (ArgumentException e)
        {
            throw table.Error(FaultScriptException.TextOf(e));
        }

        table.Finish();
        Add(table, network => network.AddAccessPoint(name, network.FindSwitch(attached), options));
    }
}
