using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>Where packets for a network go.</summary>
/// <param name="Network">The network.</param>
/// <param name="Gateway">The neighbour that takes them on, or no address when they go to their destination directly.</param>
/// <param name="Interface">The interface they leave by.</param>
/// <param name="Metric">Of several routes to the same network the one with the smallest is taken.</param>
internal sealed record Route(IPPrefix Network, IPAddressValue Gateway, NetworkInterface Interface, int Metric);
