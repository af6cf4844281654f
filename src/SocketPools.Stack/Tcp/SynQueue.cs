using SocketPools.Stack.Core;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// The half-open connections of a listener. When there are too many, the oldest goes (RFC 4987, section 3.4): under a flood of SYNs a
/// peer that answers within the time that the flood takes to fill the queue still gets in, with all its options.
/// </summary>
/// <remarks><b>No SYN cookies</b>: against a flood faster than that a larger <see cref="TcpOptions.MaxHalfOpen"/> helps, at 250 bytes each.</remarks>
internal sealed class SynQueue(int limit)
{
    private readonly Dictionary<FourTuple, HalfOpen> _all = [];
    private HalfOpen? _oldest;
    private HalfOpen? _newest;

    internal int Count => _all.Count;

    internal HalfOpen? Oldest => _oldest;

    /// <summary>All of them, oldest first.</summary>
    internal IEnumerable<HalfOpen> All
    {
        get
        {
            for (HalfOpen? half = _oldest; half is not null; half = half.Newer)
            {
                yield return half;
            }
        }
    }

    internal HalfOpen? Find(in FourTuple tuple) => _all.GetValueOrDefault(tuple);

    /// <summary>Adds one.</summary>
    /// <returns>Whether the oldest had to go.</returns>
    internal bool Add(HalfOpen half)
    {
        bool isFull = _all.Count >= limit;
        if (isFull)
        {
            Remove(_oldest!);
        }

        _all.Add(half.Tuple, half);
        half.Older = _newest;
        if (_newest is null)
        {
            _oldest = half;
        }
        else
        {
            _newest.Newer = half;
        }

        _newest = half;
        return isFull;
    }

    internal void Remove(HalfOpen half)
    {
        _all.Remove(half.Tuple);
        if (half.Older is null)
        {
            _oldest = half.Newer;
        }
        else
        {
            half.Older.Newer = half.Newer;
        }

        if (half.Newer is null)
        {
            _newest = half.Older;
        }
        else
        {
            half.Newer.Older = half.Older;
        }
    }
}
