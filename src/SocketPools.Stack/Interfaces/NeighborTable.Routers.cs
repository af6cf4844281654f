using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

// Routers that do not answer: packets go to others meanwhile (RFC 1122, section 3.3.1.4; RFC 4861, sections 6.3.6 and 7.3.3).
internal sealed partial class NeighborTable
{
    // As Linux: router_probe_interval.
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromSeconds(60);

    private readonly Dictionary<IPAddressValue, DeadRouter> _dead = [];

    /// <summary>When a router was found not to answer, on the stack's clock; <see cref="long.MinValue"/> for all others.</summary>
    internal long DiedAt(in IPAddressValue router) => _dead.TryGetValue(router, out DeadRouter? dead) ? dead.DiedAt : long.MinValue;

    /// <summary>Whether it is known where a neighbour is, so that it is probably there (RFC 4861, section 6.3.6).</summary>
    internal bool IsKnown(in IPAddressValue address) =>
        owner.Medium != Links.LinkMedium.Ethernet || (_neighbors.TryGetValue(address, out Neighbor? neighbor) && neighbor.HasHardware);

    // A neighbour does not answer. Returns whether it is a router: then its routes are not taken while there are others.
    private bool NoteIfRouter(IPAddressValue address)
    {
        if (!observer.IsRouter(address, owner))
        {
            Revive(address);
            return false;
        }

        if (!_dead.TryGetValue(address, out DeadRouter? dead))
        {
            dead = new DeadRouter(new StackTimer(() => Probe(address)));
            _dead.Add(address, dead);
        }

        dead.DiedAt = stack.Timers.Now;
        stack.Timers.Set(dead.Timer, stack.Timers.Now + stack.Timers.Ticks(s_probeInterval));
        observer.OnRouterChanged();
        return true;
    }

    // It has answered.
    private void Revive(in IPAddressValue address)
    {
        if (_dead.Remove(address, out DeadRouter? dead))
        {
            stack.Timers.Remove(dead.Timer);
            observer.OnRouterChanged();
        }
    }

    private void ReviveAll()
    {
        foreach (IPAddressValue address in _dead.Keys.ToArray())
        {
            Revive(address);
        }
    }

    // Nothing is sent to it while there are others, so it is asked now and then.
    private void Probe(IPAddressValue address)
    {
        if (!observer.HasOtherRouter(address, owner))
        {
            Revive(address); // the next packet finds out
            return;
        }

        Neighbor neighbor = GetOrAdd(address);
        if (!neighbor.Timer.IsSet)
        {
            Ask(neighbor);
        }
    }

    // It has told where it is, and not that it hears us: it is asked before packets are sent to it.
    private void ProbeIfDead(Neighbor neighbor)
    {
        if (_dead.ContainsKey(neighbor.Address))
        {
            neighbor.SetState(NeighborState.Probe);
            Ask(neighbor);
        }
    }

    private sealed class DeadRouter(StackTimer timer)
    {
        internal StackTimer Timer { get; } = timer;

        internal long DiedAt { get; set; }
    }
}
