using System.Net;
using SocketPools.Stack.Core;
using SocketPools.Stack.Links;
using SocketPools.Stack.Names;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack;

/// <summary>The name, the clock, the seed and the limits of a stack: the argument of <see cref="StackRadio(StackOptions?)"/>.</summary>
public sealed record StackOptions
{
    /// <summary>The name of the radio in errors, tables and logs.</summary>
    public string Name { get; init; } = "stack";

    /// <summary>The clock of all timers; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Where its random numbers begin: sequence numbers, ports, identifiers, keys. Null, the default, takes them from the system's
    /// cryptographic generator. The same seed and the same packets give the same run. <b>A seeded stack is for tests</b>: who knows
    /// some of its numbers can find the seed, and with it all others.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>The behaviour and the limits of TCP.</summary>
    public TcpOptions Tcp { get; init; } = new();

    /// <summary>How names are resolved, and how many responses are cached.</summary>
    public DnsOptions Dns { get; init; } = new();

    /// <summary>The name servers at first; port 0 is 53. See <see cref="StackRadio.SetNameServers"/>.</summary>
    public IReadOnlyList<IPEndPoint> NameServers { get; init; } = [];

    /// <summary>How many sockets may be open at once, 1 or more: the initial budget of the radio.</summary>
    public int MaxSockets { get; init; } = 16384;

    /// <summary>
    /// How many threads can send and receive at once on TCP connections of their own, 1 to 8. Null, the default, is the number of processors; it is 1 for a
    /// stack with a <see cref="Seed"/> or a <see cref="TimeProvider"/> of the program's, so that its runs are the same. See docs/stack.md.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than 8.</exception>
    public int? MaxShards
    {
        get;
        init
        {
            if (value is { } count)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(count, StackCore.MostShards, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>How many neighbour entries each interface may have.</summary>
    public int MaxNeighbors { get; init; } = 512;

    /// <summary>
    /// How many packets wait for one neighbour that has not answered yet; about Linux's unres_qlen_bytes. Who sends under the names of
    /// neighbours that do not exist makes answers wait: at most this many for each of <see cref="MaxNeighbors"/>, 2 KiB each.
    /// </summary>
    public int MaxPacketsPerNeighbor { get; init; } = 100;

    /// <summary>How many packets may be in reassembly at once. Beyond it the source with the most loses its oldest.</summary>
    public int MaxReassemblies { get; init; } = 1024;

    /// <summary>
    /// Bytes of memory that fragments may hold in all, as net.ipv4.ipfrag_high_thresh: 2 KiB for each fragment of up to 1500 bytes.
    /// Beyond it the source with the most loses its oldest packet.
    /// </summary>
    public int MaxFragmentBytes { get; init; } = 4 << 20;

    /// <summary>How many ICMP errors are sent per second (RFC 1812, 4.3.2.8; RFC 4443, 2.4 f).</summary>
    public int MaxErrorsPerSecond { get; init; } = 100;

    /// <summary>How many frames may be queued for one link while another thread sends to it; later ones are dropped.</summary>
    public int MaxOutgoingFrames { get; init; } = 65536;

    /// <summary>How many routes there may be. Those that routers announce are refused beyond it, and <see cref="StackRadio.AddRoute"/> throws.</summary>
    public int MaxRoutes { get; init; } = 1024;

    /// <summary>How many groups one socket may join (ENOBUFS beyond it), as net.ipv4.igmp_max_memberships.</summary>
    public int MaxGroupsPerSocket { get; init; } = 1024;

    /// <summary>
    /// What is put around every link that the stack is given, and around its loopback: a <see cref="CapturingLink"/>, a
    /// <see cref="TracingLink"/>. Null for nothing.
    /// </summary>
    public Func<ILink, ILink>? LinkDecorator { get; init; }

    /// <summary>
    /// How many routers, networks, addresses and name servers, each, an interface accepts from router advertisements, which any station on
    /// the link can send. Linux: max_addresses.
    /// </summary>
    public int MaxRouterAdvertisedEntries { get; init; } = 16;

    /// <summary>For how many destinations the path MTU is stored.</summary>
    public int MaxPathMtuEntries { get; init; } = 1024;

    /// <summary>The limits of the layers.</summary>
    internal StackLimits Limits => new()
    {
        MaxNeighbors = MaxNeighbors,
        MaxPacketsPerNeighbor = MaxPacketsPerNeighbor,
        MaxReassemblies = MaxReassemblies,
        MaxFragmentBytes = MaxFragmentBytes,
        MaxErrorsPerSecond = MaxErrorsPerSecond,
        MaxOutgoingFrames = MaxOutgoingFrames,
        MaxRoutes = MaxRoutes,
        MaxGroupsPerSocket = MaxGroupsPerSocket,
        MaxRouterAdvertisedEntries = MaxRouterAdvertisedEntries,
        MaxPathMtuEntries = MaxPathMtuEntries,
    };
}
