using SocketPools.Stack.Configuration;
using SocketPools.Stack.Icmp;
using SocketPools.Stack.Names;
using SocketPools.Stack.Sockets;

namespace SocketPools.Stack.Diagnostics;

/// <summary>What a snapshot is taken of.</summary>
internal sealed class SnapshotSources
{
    internal required StackTransports Transports { get; init; }

    internal required DnsResolver Names { get; init; }

    internal required IcmpErrorSender Errors { get; init; }

    /// <summary>The configuration of each interface. Guarded by the stack's lock.</summary>
    internal required IReadOnlyList<InterfaceConfiguration> Configurations { get; init; }
}
