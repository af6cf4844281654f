using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Nat;

/// <summary>What the first fragment of a packet was translated to, for those that follow it: they have no ports.</summary>
internal sealed class NatFragments(SimulatedClock clock)
{
    private const int MaxEntries = 1024;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Key, (AddressValue Address, TimeSpan Expiry)> _entries = [];

    /// <summary>Notes the translation of a packet, if it is the first fragment of one. To be called before it is translated.</summary>
    internal void Note(in IPPacket packet, bool isInbound, AddressValue address)
    {
        if (!packet.HasMoreFragments)
        {
            return;
        }

        if (_entries.Count == MaxEntries)
        {
            _entries.Clear();
        }

        _entries[KeyOf(packet, isInbound)] = (address, clock.Elapsed + s_lifetime);
    }

    internal AddressValue? Find(in IPPacket packet, bool isInbound) =>
        _entries.TryGetValue(KeyOf(packet, isInbound), out (AddressValue Address, TimeSpan Expiry) found) && found.Expiry > clock.Elapsed ? found.Address : null;

    internal void Clear() => _entries.Clear();

    private static Key KeyOf(in IPPacket packet, bool isInbound) =>
        new(isInbound, packet.Source, packet.Destination, packet.Identification, packet.Protocol);

    private readonly record struct Key(bool IsInbound, AddressValue Source, AddressValue Destination, ushort Identification, int Protocol);
}
