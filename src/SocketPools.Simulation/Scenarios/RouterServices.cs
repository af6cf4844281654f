using System.Globalization;
using System.Net;
using SocketPools.Simulation.Scripts;

namespace SocketPools.Simulation.Scenarios;

/// <summary>What a router of a scenario does for its hosts: NAT, port forwarding, DHCP, router advertisements, routes.</summary>
internal sealed class RouterServices(ScenarioTable table)
{
    private const string ForwardExample = "{ 80 = \"192.0.2.10:8080\" }";

    private readonly List<(int Port, IPEndPoint Inside)> _forwardings = [];
    private readonly List<(string Network, string Gateway)> _routes = [];
    private string? _outside;
    private NatOptions _nat = new();
    private DhcpServerOptions _dhcp = new();
    private string[] _dhcpSwitches = [];
    private string[] _advertised = [];

    internal void ReadAll(Func<ScriptWord, string> findSwitch)
    {
        _outside = table.Has("nat") ? findSwitch(table.Required("nat", "\"internet\"")) : null;
        _nat = new NatOptions
        {
            Filtering = ReadFiltering(),
            MaxMappings = (int)(table.Number("max-mappings", 1, int.MaxValue) ?? 4096),
            UdpTimeout = Positive("udp-timeout") ?? TimeSpan.FromMinutes(5),
            TcpEstablishedTimeout = Positive("tcp-timeout") ?? TimeSpan.FromMinutes(124),
            PicksUpTcp = table.Flag("picks-up-tcp"),
            RejectsUnsolicited = table.Flag("rejects-unsolicited"),
        };
        ReadForwardings();
        foreach (string key in (string[])["filtering", "max-mappings", "udp-timeout", "tcp-timeout", "picks-up-tcp", "rejects-unsolicited", "forward"])
        {
            _ = _outside is not null || !table.Has(key) ? true : throw table.Error(key, $"{key} belongs to nat, which is not there");
        }

        _dhcpSwitches = Distinct("dhcp", findSwitch);
        _advertised = Distinct("advertise", findSwitch);
        _dhcp = new DhcpServerOptions
        {
            LeaseTime = table.Time("lease-time") is not { } lease ? TimeSpan.FromHours(1) : lease >= TimeSpan.FromSeconds(1) ? lease : throw table.Error("lease-time", "lease-time is 1 s or more"),
            FirstAddress = table.Text("first-address") is not { } first ? null : IPAddress.TryParse(first, out IPAddress? address) ? address : throw table.Error("first-address", $"\"{first}\" is no IP address, as 192.0.2.100"),
            AddressCount = (int?)table.Number("address-count", 1, 65536),
        };
        foreach (string key in (string[])["lease-time", "first-address", "address-count"])
        {
            _ = _dhcpSwitches.Length > 0 || !table.Has(key) ? true : throw table.Error(key, $"{key} belongs to dhcp, which is not there");
        }

        foreach ((string network, ScriptWord gateway) in table.Entries("routes", "{ \"0.0.0.0/0\" = \"192.0.2.254\" }"))
        {
            _routes.Add((TopologyReader.CheckPrefix(table, gateway.WithText(network)), TopologyReader.CheckPrefix(table, gateway)));
        }
    }

    /// <summary>Port forwarding: the port outside, and the host inside.</summary>
    internal void ReadForwardings()
    {
        foreach ((string port, ScriptWord inside) in table.Entries("forward", ForwardExample))
        {
            bool isPort = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int outside) && outside is >= 1 and <= 65535;
            IPEndPoint? end = IPEndPoint.TryParse(inside.Text, out IPEndPoint? parsed) && parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? parsed : null;
            if (!isPort || end is null)
            {
                throw table.Error(inside, $"a port and an IPv4 address are expected, as forward = {ForwardExample}");
            }

            _forwardings.Add((outside, end.Port == 0 ? new IPEndPoint(end.Address, outside) : end));
        }
    }

    internal void Enable(SimulatedNetwork network, SimulatedRouter router)
    {
        if (_outside is not null)
        {
            router.EnableNat(network.FindSwitch(_outside), _nat);
            Forward(router);
        }

        foreach (string attached in _dhcpSwitches)
        {
            router.EnableDhcp(network.FindSwitch(attached), _dhcp);
        }

        foreach (string attached in _advertised)
        {
            router.EnableRouterAdvertisements(network.FindSwitch(attached));
        }

        foreach ((string to, string gateway) in _routes)
        {
            router.AddRoute(to, gateway);
        }
    }

    internal void Forward(SimulatedRouter router)
    {
        foreach ((int port, IPEndPoint inside) in _forwardings)
        {
            router.Nat!.Forward(port, inside);
        }
    }

    private string[] Distinct(string key, Func<ScriptWord, string> findSwitch)
    {
        List<string> found = [];
        foreach (ScriptWord word in table.Texts(key))
        {
            string name = findSwitch(word);
            found.Add(found.Contains(name) ? throw table.Error(word, $"{key} has \"{name}\" twice") : name);
        }

        return [.. found];
    }

    private TimeSpan? Positive(string key) => table.Time(key) is not { } time ? null : time > TimeSpan.Zero ? time : throw table.Error(key, $"{key} is longer than 0");

    private NatFiltering ReadFiltering() => table.Text("filtering") switch
    {
        null or "address-and-port" => NatFiltering.AddressAndPortDependent,
        "address" => NatFiltering.AddressDependent,
        "none" => NatFiltering.EndpointIndependent,
        string text => throw table.Error("filtering", $"\"{text}\" is no filtering: address-and-port, address or none"),
    };
}
