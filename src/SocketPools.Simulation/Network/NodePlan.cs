using SocketPools.Radios;
using SocketPools.Simulation.Packets;
using SocketPools.Stack;

namespace SocketPools.Simulation.Network;

/// <summary>What stays of a node when it restarts: where it is connected, and which addresses it has.</summary>
internal sealed class NodePlan
{
    internal const string Dhcp = "dhcp";
    internal const string Slaac = "slaac";

    internal required SimulatedSwitch Switch { get; init; }

    internal required ulong Hardware { get; init; }

    internal required IReadOnlyList<AddressPrefix> Addresses { get; init; }

    internal bool UsesDhcp { get; init; }

    internal bool UsesSlaac { get; init; }

    internal Func<StackOptions, StackOptions>? Stack { get; init; }

    internal Func<StackRadio, Radio>? Radio { get; init; }

    /// <summary>Whether it has no cable, but a radio.</summary>
    internal bool IsWireless { get; init; }

    /// <summary>Whether nothing comes from routers.</summary>
    internal bool IsStatic => !UsesDhcp && !UsesSlaac;
}
