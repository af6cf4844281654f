using System.Net.Sockets;
using SocketPools.Host.Backends;
using SocketPools.Host.Linux;
using SocketPools.Radios;

namespace SocketPools.Tests;

/// <summary>The host's way to the system, with another limit of descriptors and another resolver.</summary>
internal sealed class FakeBackend : HostBackend
{
    private readonly LinuxBackend _host = new();

    internal FakeBackend(Func<AddressQuery, AddressLookup>? resolver = null)
    {
        Resolver = resolver ?? _host.LookUp;
        Lookups = new HostLookups(query => Resolver(query), HostNetwork.MaxConcurrentLookups);
    }

    /// <summary>What answers lookups, on whatever thread it is asked.</summary>
    internal Func<AddressQuery, AddressLookup> Resolver { get; set; }

    internal int Descriptors { get; init; } = 20_000;

    internal override int MaxDescriptors => Descriptors;

    internal override HostLookups Lookups { get; }

    internal override RadioResult OpenSocket(
        Radio radio, string? interfaceName, AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket) =>
        _host.OpenSocket(radio, interfaceName, family, type, protocol, out socket);

    internal override AddressLookup LookUp(AddressQuery query) => Resolver(query);

    internal override RadioResult Wait(Radio radio, Span<ReadinessEntry> entries, in Deadline deadline) => _host.Wait(radio, entries, deadline);
}
