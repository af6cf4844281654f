using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>How sure it is that a neighbour is where it was (RFC 4861, section 7.3.2; the same for ARP, as in Linux).</summary>
internal enum NeighborState
{
    /// <summary>Its hardware address is being asked for.</summary>
    Incomplete,
    /// <summary>It has answered a short while ago.</summary>
    Reachable,
    /// <summary>It has not been heard of for some time; nothing is done until a packet is sent to it.</summary>
    Stale,
    /// <summary>A packet was sent to it: what is above may tell soon that it arrived.</summary>
    Delay,
    /// <summary>It is asked whether it is still there.</summary>
    Probe,
}

/// <summary>One neighbour on a link: its hardware address, what is known of it, and the packets that wait for it.</summary>
internal sealed class Neighbor
{
    internal Neighbor(NeighborTable table, in IPAddressValue address)
    {
        Address = address;
        Timer = new StackTimer(() => table.OnTimer(this));
    }

    internal IPAddressValue Address { get; }

    internal NeighborState State { get; private set; }

    internal MacAddress Hardware { get; private set; }

    /// <summary>Whether it says that it is a router (RFC 4861, section 4.4).</summary>
    internal bool IsRouter { get; set; }

    /// <summary>Whether the table has let go of it: a holder asks the table again.</summary>
    internal bool IsForgotten { get; set; }

    /// <summary>Questions asked since the state was entered.</summary>
    internal int Probes { get; set; }

    /// <summary>When a packet was last sent to it, or it was learned of: a number that its table counts on with each use.</summary>
    internal long LastUsed { get; set; }

    /// <summary>Whether a packet was ever sent to it.</summary>
    internal bool IsUsed { get; set; }

    /// <summary>
    /// Which goes first when there are too many: those that only asked us, since anybody can ask under any name; then those that have
    /// not answered; then those in use, the one that was not used for longest.
    /// </summary>
    internal (int Rank, long LastUsed) Worth => (!HasHardware ? 1 : IsUsed ? 2 : 0, LastUsed);

    internal StackTimer Timer { get; }

    /// <summary>Packets that wait for the hardware address, oldest first.</summary>
    internal FrameQueue Waiting;

    internal bool HasHardware => State != NeighborState.Incomplete;

    /// <summary>Whether packets are sent to it, and nothing else has to be done for that.</summary>
    internal bool IsAnswering => State is NeighborState.Reachable or NeighborState.Delay or NeighborState.Probe;

    /// <summary>The one writer of the state.</summary>
    internal void SetState(NeighborState state)
    {
        State = state;
        Probes = 0;
    }

    internal void SetHardware(MacAddress hardware, NeighborState state)
    {
        Hardware = hardware;
        SetState(state);
    }
}
