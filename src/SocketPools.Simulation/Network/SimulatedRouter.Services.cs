using SocketPools.Simulation.Routing;
using SocketPools.Simulation.Routing.Nat;

namespace SocketPools.Simulation;

// What a router does for the hosts of its networks.
public sealed partial class SimulatedRouter
{
    /// <summary>Its address translation; null where it has none.</summary>
    public SimulatedNat? Nat { get; private set; }

    /// <summary>Translates the addresses of all hosts that are not on a switch to the router's own address there (NAT44).</summary>
    /// <param name="outside">The switch outside.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The translation.</returns>
    /// <exception cref="ArgumentException">The router has no IPv4 address there.</exception>
    /// <exception cref="InvalidOperationException">It translates already.</exception>
    public SimulatedNat EnableNat(SimulatedSwitch outside, NatOptions? options = null)
    {
        RouterPort port = PortAt(outside);
        if (!port.Addresses.Any(a => !a.Address.IsIPv6))
        {
            throw new ArgumentException($"The router \"{Name}\" has no IPv4 address at \"{outside.Name}\".", nameof(outside));
        }

        if (Nat is not null)
        {
            throw new InvalidOperationException($"The router \"{Name}\" translates addresses already.");
        }

        NatTranslator translator = new(_engine, port, options ?? new NatOptions());
        _engine.Nat = translator;
        Network.OnRoutesChanged();
        return Nat = new SimulatedNat(translator, _engine.Log);
    }

    internal bool GivesByDhcp(SimulatedSwitch attached) => false;

    internal bool Advertises(SimulatedSwitch attached) => false;

    private bool ReceiveService(RouterPort port, byte[] packet) => false;

    private void OnSolicited(RouterPort port)
    {
    }

    private void StopServices()
    {
    }

    private void StartServices()
    {
    }
}
