using SocketPools.Simulation.Clock;
using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Links;

/// <summary>The way from one port of a switch to another: the rules that may concern what goes there, and the frames on it, which keep their order.</summary>
internal sealed class SwitchPath
{
    private readonly FaultTable _faults;
    private PacketRule[] _rules = [];
    private int _version = -1;

    internal SwitchPath(SimulatedSwitch link, SwitchPort from, SwitchPort to, SwitchContext context)
    {
        (Switch, From, To) = (link, from, to);
        _faults = context.Faults;
        OnTheWay = new TimedQueue<CarriedFrame>(context.Clock, Arrive);
    }

    internal SimulatedSwitch Switch { get; }

    internal SwitchPort From { get; }

    internal SwitchPort To { get; }

    /// <summary>Frames on their way, other than those that may be overtaken.</summary>
    internal TimedQueue<CarriedFrame> OnTheWay { get; }

    /// <summary>Whether it leads to the port that has the address at the switch now.</summary>
    internal bool LeadsTo(ulong hardware, SimulatedSwitch link) => To.Hardware == hardware && To.Switch == link && Switch == link;

    /// <summary>The rules in force that may concern its frames.</summary>
    internal PacketRule[] Rules
    {
        get
        {
            int version = _faults.Version;
            if (version != _version)
            {
                _rules = _faults.Find(From.End, To.End, Switch.Name);
                _version = version;
            }

            return _rules;
        }
    }

    /// <summary>A frame has come to the port's end. What travels to a port that has left the switch meanwhile does not arrive.</summary>
    internal void Arrive(CarriedFrame frame)
    {
        if (To.Switch == Switch)
        {
            To.Deliver(frame);
        }
        else
        {
            frame.Discard();
        }
    }
}
