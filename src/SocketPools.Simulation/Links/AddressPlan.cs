using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Links;

/// <summary>The networks of a switch, and which of their addresses are in use.</summary>
internal sealed class AddressPlan(IEnumerable<AddressPrefix> prefixes)
{
    /// <summary>The number of the host that nodes begin at: routers are below.</summary>
    internal const int FirstNode = 10;

    private readonly List<AddressPrefix> _prefixes = [.. prefixes];
    private readonly HashSet<AddressValue> _used = [];

    internal IReadOnlyList<AddressPrefix> Prefixes => _prefixes;

    internal bool IsUsed(AddressValue address) => _used.Contains(address);

    /// <summary>Notes an address that was given by hand.</summary>
    internal void Use(AddressValue address) => _used.Add(address);

    /// <summary>Chooses the next free address of a network.</summary>
    /// <exception cref="InvalidOperationException">All are in use.</exception>
    internal AddressPrefix Choose(AddressPrefix network, int first)
    {
        UInt128 end = network.HostBits >= 32 ? uint.MaxValue : (UInt128.One << network.HostBits) - (network.HostBits >= 2 && !network.Address.IsIPv6 ? 1u : 0u);
        for (UInt128 host = network.HostBits < 8 ? 1u : (uint)first; host < end; host++)
        {
            AddressValue address = network.Host(host);
            if (host != DnsHost && _used.Add(address))
            {
                return new AddressPrefix(address, network.Length);
            }
        }

        throw new InvalidOperationException($"All addresses of {network} are in use.");
    }

    /// <summary>The number of the host of a name server.</summary>
    internal const uint DnsHost = 53;
}
