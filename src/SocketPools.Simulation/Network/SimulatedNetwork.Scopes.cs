using SocketPools.Simulation.Faults;

namespace SocketPools.Simulation;

// Where faults are made.
public sealed partial class SimulatedNetwork
{
    /// <summary>Gets the scope of all frames of the network, for fault rules.</summary>
    public FaultScope Everywhere => new(Faults, "everywhere", RuleReach.Everywhere, static _ => true);

    /// <summary>The packets between two devices, in both directions.</summary>
    /// <param name="a">A node or a router.</param>
    /// <param name="b">Another.</param>
    /// <remarks>
    /// At one switch these are the frames from one to the other. Over routers they are the packets that one of both has sent and the other
    /// receives, whatever translated them. Such a packet is looked at once: on its last link, where it arrives.
    /// </remarks>
    public FaultScope Between(SimulatedDevice a, SimulatedDevice b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        (string one, string other) = (a.Name, b.Name);
        return new FaultScope(Faults, $"{one} - {other}", RuleReach.Between(one, other, isBoth: true), p => Goes(p, one, other) || Goes(p, other, one));
    }

    /// <summary>The packets from one device to another: a one-way path. See <see cref="Between"/>.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    public FaultScope From(SimulatedDevice from, SimulatedDevice to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        (string one, string other) = (from.Name, to.Name);
        return new FaultScope(Faults, $"{one} -> {other}", RuleReach.Between(one, other, isBoth: false), p => Goes(p, one, other));
    }

    /// <summary>All frames to and from a device.</summary>
    /// <param name="device">A node or a router.</param>
    public FaultScope At(SimulatedDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        string name = device.Name;
        return new FaultScope(Faults, name, RuleReach.At(name), p => p.From == name || p.To == name);
    }

    /// <summary>All frames that pass a switch.</summary>
    /// <param name="link">The switch.</param>
    public FaultScope On(SimulatedSwitch link)
    {
        ArgumentNullException.ThrowIfNull(link);
        string name = link.Name;
        return new FaultScope(Faults, name, RuleReach.On(name), p => p.Link == name);
    }

    /// <summary>Cuts all paths between two groups of devices, also over routers that are in neither group.</summary>
    /// <param name="one">A group.</param>
    /// <param name="other">The other.</param>
    /// <returns>Disposing it heals the network.</returns>
    public FaultRule Partition(IEnumerable<SimulatedDevice> one, IEnumerable<SimulatedDevice> other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        HashSet<string> a = [.. one.Select(n => n.Name)];
        HashSet<string> b = [.. other.Select(n => n.Name)];
        return new FaultScope(
            Faults,
            $"{{{string.Join(' ', a.Order(StringComparer.Ordinal))}}} | {{{string.Join(' ', b.Order(StringComparer.Ordinal))}}}",
            RuleReach.Between(a, b),
            p => Goes(p, a, b) || Goes(p, b, a)).Cut();
    }

    /// <summary>Cuts the path between two devices, in both directions.</summary>
    /// <param name="one">A node or a router.</param>
    /// <param name="other">Another.</param>
    /// <returns>Disposing it heals the network.</returns>
    public FaultRule Partition(SimulatedDevice one, SimulatedDevice other) => Between(one, other).Cut();

    private static bool Goes(in SimulatedPacket packet, string from, string to) => packet.To == to && (packet.From == from || packet.Origin == from);

    private static bool Goes(in SimulatedPacket packet, HashSet<string> from, HashSet<string> to) =>
        to.Contains(packet.To) && (from.Contains(packet.From) || from.Contains(packet.Origin));
}
