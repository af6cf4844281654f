using SocketPools.Radios;
using SocketPools.Stack;

namespace SocketPools.Simulation;

/// <summary>How a node is connected: an argument of <see cref="SimulatedNetwork.AddNode(string, SimulatedNodeOptions)"/>.</summary>
public sealed class SimulatedNodeOptions
{
    /// <summary>The switch that it is connected to; null for the network's first one, "lan".</summary>
    public SimulatedSwitch? Switch { get; init; }

    /// <summary>
    /// Addresses with the length of a prefix (<c>192.0.2.1/24</c>, <c>2001:db8::1/64</c>), <c>dhcp</c>, <c>slaac</c>. None: what routers give at
    /// its switch, or else an address of each network of the switch.
    /// </summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Changes the options of its stack: TCP's buffers and algorithms, limits. Clock, seed, name servers and capture stay the network's.</summary>
    public Func<StackOptions, StackOptions>? Stack { get; init; }

    /// <summary>
    /// Makes the radio of its pool from its stack: a board's, for example. It is called at each start. Null for the stack itself.
    /// </summary>
    public Func<StackRadio, Radio>? Radio { get; init; }
}
