using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>
/// Who knows which neighbours are routers, and hears of those that do not answer: IP with its routes. Called with the stack's lock held.
/// </summary>
internal interface INeighborObserver
{
    /// <summary>Whether a neighbour is the router of a route.</summary>
    bool IsRouter(in IPAddressValue address, NetworkInterface one);

    /// <summary>Whether there is another router for one of the networks that a router has routes to.</summary>
    bool HasOtherRouter(in IPAddressValue address, NetworkInterface one);

    /// <summary>A router answers no longer, or again: ways that were found before are out of date.</summary>
    void OnRouterChanged();

    /// <summary>A router does not answer: takes a packet that waited for it if it can go by another one.</summary>
    bool TrySendByOther(Frame frame, in IPAddressValue router, NetworkInterface one);

    /// <summary>A neighbour does not answer: a packet that waited for it is dropped.</summary>
    void OnUnreachable(Frame frame);
}
