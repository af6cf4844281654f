using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Endpoints;

/// <summary>
/// The peers that a socket has lately sent to: an ICMP message that quotes anything else is not about this socket's packets
/// (RFC 8201, section 4; RFC 5927, section 7). It keeps the last peer, and from the second on up to 256 others.
/// </summary>
internal struct RecentPeers
{
    private const int Size = 256;

    private Entry _last;
    private Entry[]? _others;

    /// <summary>A packet was sent.</summary>
    /// <param name="remote">The destination.</param>
    /// <param name="key">What a quote of it can be told by: a port, an identifier.</param>
    internal void Add(in IPAddressValue remote, ulong key)
    {
        if (_last.Key == key && _last.Remote == remote)
        {
            return;
        }

        if (_last.Remote.HasValue)
        {
            _others ??= new Entry[Size];
            _others[PlaceOf(_last)] = _last;
        }

        _last = new Entry(remote, key);
    }

    /// <summary>Whether such a packet was sent lately.</summary>
    internal readonly bool Contains(in IPAddressValue remote, ulong key)
    {
        Entry wanted = new(remote, key);
        return _last == wanted || (_others is not null && _others[PlaceOf(wanted)] == wanted);
    }

    private static int PlaceOf(in Entry entry) => (int)((uint)HashCode.Combine(entry.Remote, entry.Key) % Size);

    private readonly record struct Entry(IPAddressValue Remote, ulong Key);
}
