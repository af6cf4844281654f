namespace SocketPools.Simulation;

/// <summary>A site behind a router with NAT, DHCP and router advertisements: a home or an office.</summary>
public sealed class SimulatedSite
{
    internal SimulatedSite(SimulatedNetwork network, string name, SimulatedInternet internet, string prefix, int number)
    {
        Switch = network.AddSwitch(name, prefix, FormattableString.Invariant($"2001:db8:100:{number:x}::/64"));
        Router = network.AddRouter($"{name}-router", Switch, internet.Switch);
        Nat = Router.EnableNat(internet.Switch);
        Dhcp = Router.EnableDhcp(Switch);
        Router.EnableRouterAdvertisements(Switch);
    }

    /// <summary>Gets the switch that its nodes are connected to.</summary>
    public SimulatedSwitch Switch { get; }

    /// <summary>Gets the router of the site.</summary>
    public SimulatedRouter Router { get; }

    /// <summary>Gets the address translation of its router.</summary>
    public SimulatedNat Nat { get; }

    /// <summary>Gets the DHCP server of its router.</summary>
    public SimulatedDhcpServer Dhcp { get; }
}
