using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// The path MTUs that routers have reported (RFC 1191; RFC 8201), by destination. Each is forgotten ten minutes after it was last
/// reported (RFC 1191, section 6.3; RFC 8201, section 5.3), as net.ipv4.route.mtu_expires of Linux. With the gate held.
/// </summary>
internal sealed class PathMtuTable
{
    /// <summary>
    /// Linux's net.ipv4.route.min_pmtu: an IPv4 path is not taken for narrower. Where a router says so, packets of this length are
    /// sent without "don't fragment", and the router cuts them.
    /// </summary>
    internal const int MinIPv4 = 552;

    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(10);

    private readonly Dictionary<IPAddressValue, PathMtu> _known = [];
    private readonly NetworkStack _stack;
    private readonly StackTimer _timer;

    internal PathMtuTable(NetworkStack stack)
    {
        _stack = stack;
        _timer = new StackTimer(Expire);
    }

    internal int Count => _known.Count;

    /// <summary>Destinations and the MTUs of their paths, in bytes.</summary>
    internal IEnumerable<(IPAddressValue Destination, int Mtu)> All => _known.Select(pair => (pair.Key, pair.Value.Mtu));

    /// <summary>What is known of the path to a destination.</summary>
    internal bool TryGet(in IPAddressValue destination, out PathMtu known) => _known.TryGetValue(destination, out known);

    /// <summary>A router has reported an MTU for a path. It makes a path narrower, never wider.</summary>
    /// <param name="destination">The end of the path.</param>
    /// <param name="reported">What the router says; 0 from routers older than RFC 1191.</param>
    /// <param name="current">The MTU of the path so far.</param>
    /// <param name="known">What is known from now on.</param>
    /// <returns>Whether the path is narrower than before, or may no longer forbid fragments.</returns>
    internal bool Note(in IPAddressValue destination, int reported, int current, out PathMtu known)
    {
        bool isBelow = destination.IsIPv4 && reported < MinIPv4;
        int mtu = isBelow ? Math.Min(MinIPv4, current) : reported;
        bool isKnown = _known.TryGetValue(destination, out known);
        if (mtu > current || (mtu == current && !isBelow && !isKnown))
        {
            return false;
        }

        bool isNews = mtu < current || (isBelow && !known.MayFragment);
        if (!isKnown && _known.Count >= _stack.Limits.MaxPathMtuEntries)
        {
            ForgetOldest();
        }

        known = new PathMtu(mtu, isBelow || known.MayFragment, _stack.Timers.Now + _stack.Timers.Ticks(s_lifetime));
        _known[destination] = known;
        if (!_timer.IsSet)
        {
            _stack.Timers.Set(_timer, known.Expires);
        }

        return isNews;
    }

    private void ForgetOldest()
    {
        IPAddressValue oldest = _known.MinBy(pair => pair.Value.Expires).Key;
        _known.Remove(oldest);
        _stack.Counters.PathMtuEvictions++;
        _stack.OnPathMtuChanged(oldest);
    }

    private void Expire()
    {
        long now = _stack.Timers.Now;
        foreach (IPAddressValue destination in _known.Where(pair => pair.Value.Expires <= now).Select(pair => pair.Key).ToArray())
        {
            _known.Remove(destination);
            _stack.OnPathMtuChanged(destination);
        }

        if (_known.Count > 0)
        {
            _stack.Timers.Set(_timer, _known.Values.Min(path => path.Expires));
        }
    }
}

/// <summary>What is known of a path.</summary>
/// <param name="Mtu">The longest IP packet in bytes.</param>
/// <param name="MayFragment">Whether a router has reported less than <see cref="PathMtuTable.MinIPv4"/>, so that routers have to cut.</param>
/// <param name="Expires">When it is forgotten, on the stack's clock.</param>
internal readonly record struct PathMtu(int Mtu, bool MayFragment, long Expires);
