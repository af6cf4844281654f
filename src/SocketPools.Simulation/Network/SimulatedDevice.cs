using SocketPools.Simulation.Links;

namespace SocketPools.Simulation;

/// <summary>Whatever has a name and ports in a simulated network: a node or a router. Faults are made between devices.</summary>
public abstract class SimulatedDevice
{
    private protected SimulatedDevice(SimulatedNetwork network, string name)
    {
        Network = network;
        Name = name;
    }

    /// <summary>Its name, which is unique in its network.</summary>
    public string Name { get; }

    /// <summary>Gets whether it runs, which it does not after a crash.</summary>
    public abstract bool IsRunning { get; }

    private protected SimulatedNetwork Network { get; }

    private protected abstract IEnumerable<SwitchPort> Ports { get; }

    /// <summary>Stops it without sending anything: what it knows is lost, and nothing passes any more.</summary>
    public abstract void Crash();

    /// <summary>Starts it again; a running one crashes first.</summary>
    public abstract void Restart();

    /// <summary>Crashes it, and starts it again when the rule ends.</summary>
    /// <returns>Disposing it starts the device again.</returns>
    public FaultRule PowerOff() => Network.Faults.AddState($"{Name}: without power", Crash, Restart);

    /// <summary>Holds everything that it sends and receives, as if it were suspended. Its timers go on.</summary>
    /// <returns>Disposing it lets the frames go that were held.</returns>
    public FaultRule Freeze()
    {
        SwitchPort[] ports = [];
        return Network.Faults.AddState(
            $"{Name}: frozen",
            () =>
            {
                ports = [.. Ports];
                SetFrozen(ports, true);
            },
            () => SetFrozen(ports, false));
    }

    private static void SetFrozen(SwitchPort[] ports, bool isFrozen)
    {
        foreach (SwitchPort port in ports)
        {
            port.SetFrozen(isFrozen);
        }
    }
}
