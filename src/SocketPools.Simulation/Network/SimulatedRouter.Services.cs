using System.Net.Sockets;
using SocketPools.Simulation.Packets;
using SocketPools.Simulation.Routing;
using SocketPools.Simulation.Routing.Dhcp;
using SocketPools.Simulation.Routing.Nat;

namespace SocketPools.Simulation;

// What a router does for the hosts of its networks.
public sealed partial class SimulatedRouter
{
    private readonly List<SimulatedDhcpServer> _dhcp = [];
    private readonly List<RouterAdvertiser> _advertisers = [];

    /// <summary>Its address translation; null where it has none.</summary>
    public SimulatedNat? Nat { get; private set; }

    /// <summary>Its DHCP servers, in the order in which they were enabled.</summary>
    public IReadOnlyList<SimulatedDhcpServer> DhcpServers => [.. _dhcp];

    /// <summary>Translates the addresses of all hosts that are not on a switch to the router's own address there (NAT44).</summary>
    /// <param name="outside">The switch outside.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The translation.</returns>
    /// <exception cref="ArgumentException">The router has no IPv4 address there.</exception>
    /// <exception cref="InvalidOperationException">It translates already.</exception>
    public SimulatedNat EnableNat(SimulatedSwitch outside, NatOptions? options = null)
    {
        RouterPort port = PortAt(outside);
        RequireIPv4(port, nameof(outside));
        if (Nat is not null)
        {
            throw new InvalidOperationException($"The router \"{Name}\" translates addresses already.");
        }

        NatTranslator translator = new(_engine, port, options ?? new NatOptions());
        _engine.Nat = translator;
        Network.OnRoutesChanged();
        return Nat = new SimulatedNat(translator, _engine.Log);
    }

    /// <summary>Gives IPv4 addresses to the hosts on a switch. Nodes that are added there later without an address ask for one.</summary>
    /// <param name="attached">The switch.</param>
    /// <param name="options">What is given; null for the defaults.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentException">The router has no IPv4 address there, a server there already, or the addresses are not in its network.</exception>
    public SimulatedDhcpServer EnableDhcp(SimulatedSwitch attached, DhcpServerOptions? options = null)
    {
        RouterPort port = PortAt(attached);
        AddressPrefix own = RequireIPv4(port, nameof(attached));
        if (GivesByDhcp(attached))
        {
            throw new ArgumentException($"The router \"{Name}\" has a DHCP server at \"{attached.Name}\" already.", nameof(attached));
        }

        options ??= new DhcpServerOptions();
        (AddressValue first, int count) = RangeOf(own, options);
        DhcpServer server = new(
            _engine,
            port,
            own,
            new DhcpLeases(Network.Clock, attached.Plan, first, count),
            options.LeaseTime,
            () => (options.NameServers ?? [.. Network.Dns.ServersFor(attached).Select(s => s.Address)]).Select(AddressValue.From));
        SimulatedDhcpServer added = new(Network, Name, server);
        _dhcp.Add(added);
        return added;
    }

    /// <summary>Advertises the router and its IPv6 networks on a switch. Nodes that are added there later without an address make one of them (SLAAC).</summary>
    /// <param name="attached">The switch.</param>
    /// <param name="options">What is advertised; null for the defaults.</param>
    /// <returns>The router.</returns>
    /// <exception cref="ArgumentException">The router has no IPv6 network of 64 bits there, or advertises there already.</exception>
    public SimulatedRouter EnableRouterAdvertisements(SimulatedSwitch attached, RouterAdvertisementOptions? options = null)
    {
        RouterPort port = PortAt(attached);
        if (!port.Addresses.Any(a => a is { Address.IsIPv6: true, Length: 64 }) || Advertises(attached))
        {
            throw new ArgumentException($"The router \"{Name}\" has no IPv6 network of 64 bits at \"{attached.Name}\", or advertises there already.", nameof(attached));
        }

        RouterAdvertiser advertiser = new(
            _engine, port, options ?? new RouterAdvertisementOptions(), () => Network.Dns.ServersFor(attached).Select(s => AddressValue.From(s.Address)));
        _advertisers.Add(advertiser);
        if (_isRunning)
        {
            advertiser.Start();
        }

        return this;
    }

    internal bool GivesByDhcp(SimulatedSwitch attached) => _dhcp.Exists(d => d.Server.Port.Network == attached);

    internal bool Advertises(SimulatedSwitch attached) => _advertisers.Exists(a => a.Port.Network == attached);

    private bool ReceiveService(RouterPort port, byte[] packet) => _dhcp.Find(d => d.Server.Port == port)?.Server.TryReceive(packet) ?? false;

    private void OnSolicited(RouterPort port) => _advertisers.Find(a => a.Port == port)?.Send();

    private void StopServices()
    {
        _dhcp.ForEach(d => d.Server.Leases.Clear());
        _advertisers.ForEach(a => a.Stop());
    }

    private void StartServices() => _advertisers.ForEach(a => a.Start());

    private AddressPrefix RequireIPv4(RouterPort port, string parameter)
    {
        foreach (AddressPrefix own in port.Addresses)
        {
            if (!own.Address.IsIPv6)
            {
                return own;
            }
        }

        throw new ArgumentException($"The router \"{Name}\" has no IPv4 address at \"{port.Network.Name}\".", parameter);
    }

    private static (AddressValue First, int Count) RangeOf(AddressPrefix own, DhcpServerOptions options)
    {
        uint hosts = own.HostBits >= 31 ? int.MaxValue : (1u << own.HostBits) - 1;
        if (options.FirstAddress is { AddressFamily: not AddressFamily.InterNetwork })
        {
            throw new ArgumentException($"{options.FirstAddress} is no IPv4 address.", nameof(options));
        }

        AddressValue first = options.FirstAddress is { } address ? AddressValue.From(address) : own.Host(hosts >= 255 ? 100u : Math.Max(1, hosts / 2));
        int left = own.Contains(first) ? (int)Math.Min(int.MaxValue, (long)(uint)own.Network.Bits + hosts - (uint)first.Bits) : 0;
        int count = options.AddressCount ?? Math.Min(100, left);
        return count > 0 && count <= left
            ? (first, count)
            : throw new ArgumentException($"{count} addresses from {first} on are not in {own with { Address = own.Network }}.", nameof(options));
    }
}
