using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Links;

/// <summary>A device's place at a switch. It is at one switch at a time, or at none.</summary>
internal abstract class SwitchPort(string device, ulong hardware)
{
    private readonly List<(CarriedFrame Frame, bool IsOutbound)> _held = [];
    private readonly Dictionary<ulong, SwitchPath> _paths = [];
    private SwitchPath? _latest;
    private volatile bool _isFrozen;
    private bool _isDeaf;

    /// <summary>The name of the device.</summary>
    internal string Device => device;

    internal ulong Hardware => hardware;

    /// <summary>The switch that it is at; null for none.</summary>
    internal SimulatedSwitch? Switch { get; private set; }

    /// <summary>Whether it sends packets of others, too.</summary>
    internal virtual bool IsForwarding => false;

    /// <summary>This end of a path, as rules see it.</summary>
    internal PathEnd End => new(device, IsForwarding);

    /// <summary>When the latest frame to a group arrives: those that follow do not overtake it.</summary>
    internal long LastGroupArrival { get; set; }

    private protected Lock Lock { get; } = new();

    internal void Attach(SimulatedSwitch attached)
    {
        Detach();
        Switch = attached;
        attached.Add(this);
        OnCarrierChanged();
    }

    internal void Detach()
    {
        if (Switch is { } before)
        {
            Switch = null;
            before.Remove(this);
            OnCarrierChanged();
        }
    }

    /// <summary>The path to an address at the switch, which the switch makes if there is none; null where no host has the address.</summary>
    internal SwitchPath? PathTo(ulong hardware, SimulatedSwitch attached)
    {
        if (_latest is { } latest && latest.LeadsTo(hardware, attached))
        {
            return latest;
        }

        lock (Lock)
        {
            if (!_paths.TryGetValue(hardware, out SwitchPath? path) || !path.LeadsTo(hardware, attached))
            {
                path = attached.CreatePath(this, hardware);
                if (path is null)
                {
                    return null;
                }

                _paths[hardware] = path;
            }

            return _latest = path;
        }
    }

    /// <summary>The path to a port, if something has been sent on it.</summary>
    internal SwitchPath? FindPath(SwitchPort to)
    {
        lock (Lock)
        {
            return _paths.TryGetValue(to.Hardware, out SwitchPath? path) && path.To == to && path.Switch == to.Switch ? path : null;
        }
    }

    internal void Send(CarriedFrame frame)
    {
        if (!TryHold(frame, isOutbound: true))
        {
            Switch?.Forward(this, frame);
        }
    }

    /// <summary>A frame has come over the switch.</summary>
    internal void Deliver(CarriedFrame frame)
    {
        if (!TryHold(frame, isOutbound: false))
        {
            Receive(frame);
        }
    }

    /// <summary>Holds all frames, in both directions, or lets those go that were held.</summary>
    internal void SetFrozen(bool isFrozen)
    {
        (CarriedFrame Frame, bool IsOutbound)[] held;
        lock (Lock)
        {
            _isFrozen = isFrozen;
            held = isFrozen ? [] : [.. _held];
            if (!isFrozen)
            {
                _held.Clear();
            }
        }

        foreach ((CarriedFrame frame, bool isOutbound) in held)
        {
            if (isOutbound)
            {
                Switch?.Forward(this, frame);
            }
            else
            {
                Receive(frame);
            }
        }
    }

    /// <summary>Why a frame from or to here is lost before it reaches the switch; null for a cable of a device that is awake.</summary>
    internal string? LoseOnAir() => _isDeaf ? "asleep" : Air?.Invoke();

    /// <summary>Decides the same for a port without a cable; null for one with it.</summary>
    internal Func<string?>? Air { get; set; }

    /// <summary>Loses all frames, in both directions, while it is set.</summary>
    internal void SetDeaf(bool isDeaf) => _isDeaf = isDeaf;

    private protected abstract void Receive(CarriedFrame frame);

    /// <summary>The switch is another, or none.</summary>
    private protected virtual void OnCarrierChanged()
    {
    }

    private bool TryHold(CarriedFrame frame, bool isOutbound)
    {
        if (!_isFrozen)
        {
            return false;
        }

        lock (Lock)
        {
            if (_isFrozen)
            {
                _held.Add((frame, isOutbound));
            }

            return _isFrozen;
        }
    }
}
