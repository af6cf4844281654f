using SocketPools.Simulation.Links;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Routing.Dhcp;

/// <summary>Which client has which address of a range, and until when.</summary>
internal sealed class DhcpLeases(SimulatedClock clock, AddressPlan plan, AddressValue first, int count)
{
    // An offer is kept for as long (RFC 2131, section 3.1).
    private static readonly TimeSpan s_offerTime = TimeSpan.FromSeconds(60);

    private readonly Dictionary<ulong, Lease> _leases = [];
    private readonly Dictionary<AddressValue, TimeSpan> _declined = [];
    private readonly HashSet<(ulong Hardware, AddressValue Address)> _revoked = [];

    internal IEnumerable<(ulong Hardware, AddressValue Address)> Active => _leases.Where(l => l.Value.Expiry > clock.Elapsed && l.Value.IsGiven).Select(l => (l.Key, l.Value.Address));

    /// <summary>Chooses an address for a client: its own of before, the one that it would like, or the first free one. Null: none is free.</summary>
    internal AddressValue? Offer(ulong hardware, AddressValue? requested)
    {
        AddressValue? chosen = _leases.TryGetValue(hardware, out Lease? known) && IsFree(known.Address, hardware) ? known.Address
            : requested is { } wish && IsFree(wish, hardware) ? wish
            : Enumerable.Range(0, count).Select(i => first with { Bits = first.Bits + (uint)i }).Where(a => IsFree(a, hardware)).Select(a => (AddressValue?)a).FirstOrDefault();
        if (chosen is { } address)
        {
            TimeSpan left = known is { IsGiven: true } && known.Address == address ? known.Expiry : clock.Elapsed + s_offerTime;
            _leases[hardware] = new Lease(address, left, known is { IsGiven: true } && known.Address == address);
        }

        return chosen;
    }

    /// <summary>Gives an address for a while. False: another has it, it is none of the range, or it was revoked.</summary>
    internal bool TryGive(ulong hardware, AddressValue address, TimeSpan duration)
    {
        if (_revoked.Remove((hardware, address)) || !IsFree(address, hardware))
        {
            return false;
        }

        _leases[hardware] = new Lease(address, duration == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : clock.Elapsed + duration, IsGiven: true);
        return true;
    }

    internal bool Release(ulong hardware, AddressValue address) =>
        _leases.TryGetValue(hardware, out Lease? lease) && lease.Address == address && _leases.Remove(hardware);

    /// <summary>A client has found that another has the address: it is not given for a while.</summary>
    internal void Decline(ulong hardware, AddressValue address, TimeSpan duration)
    {
        if (Release(hardware, address))
        {
            _declined[address] = clock.Elapsed + duration;
        }
    }

    /// <summary>Takes an address away: the client's next question for it is refused.</summary>
    internal AddressValue? Revoke(ulong hardware)
    {
        if (!_leases.Remove(hardware, out Lease? lease))
        {
            return null;
        }

        _revoked.Add((hardware, lease.Address));
        return lease.Address;
    }

    internal void Clear()
    {
        _leases.Clear();
        _declined.Clear();
        _revoked.Clear();
    }

    private bool IsFree(AddressValue address, ulong hardware) =>
        !address.IsIPv6 && address.Bits >= first.Bits && address.Bits < first.Bits + (uint)count && !plan.IsUsed(address)
        && !(_declined.TryGetValue(address, out TimeSpan until) && until > clock.Elapsed)
        && !_leases.Any(l => l.Key != hardware && l.Value.Address == address && l.Value.Expiry > clock.Elapsed);

    private sealed record Lease(AddressValue Address, TimeSpan Expiry, bool IsGiven);
}
