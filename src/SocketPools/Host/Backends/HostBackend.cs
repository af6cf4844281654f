using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Backends;

/// <summary>How <see cref="HostNetwork"/> reaches the operating system: directly on Linux, else through <see cref="System.Net.Sockets"/>.</summary>
internal abstract class HostBackend
{
    /// <summary>How many descriptors the process may have.</summary>
    internal abstract int MaxDescriptors { get; }

    internal abstract RadioResult OpenSocket(
        Radio radio, string? interfaceName, AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket);

    /// <summary>getaddrinfo(3), which waits as long as it takes.</summary>
    internal abstract AddressLookup LookUp(AddressQuery query);

    /// <summary>The lookups of names that are under way. All radios of a process share them.</summary>
    internal abstract HostLookups Lookups { get; }

    internal abstract RadioResult Wait(Radio radio, Span<ReadinessEntry> entries, in Deadline deadline);
}
