namespace SocketPools.Stack.Tcp;

/// <summary>
/// What has come out of order, as the selective acknowledgments tell it (RFC 2018, section 4): the range with the newest segment
/// first, then those that were told most recently.
/// </summary>
/// <param name="maxRanges">How many ranges there may be.</param>
internal sealed class SackBlockTracker(int maxRanges)
{
    /// <summary>As many as fit a header without timestamps.</summary>
    internal const int MostBlocks = 4;

    private readonly RangeSet _ranges = new(maxRanges);

    // A sequence number in each of the ranges that were told, newest first. The range may have grown or gone since.
    private readonly long[] _recent = new long[MostBlocks];
    private int _recentCount;

    internal bool IsEmpty => _ranges.Count == 0;

    internal int Count => _ranges.Count;

    /// <summary>Bytes that wait for a gap to be filled.</summary>
    internal long Length => _ranges.Length;

    /// <summary>Notes a segment out of order.</summary>
    /// <returns>False when there are too many gaps already: the segment is to be dropped, and comes again.</returns>
    internal bool Add(SequenceRange segment)
    {
        if (_ranges.Add(segment) < 0)
        {
            return false;
        }

        _ranges.TryFind(segment.Start, out SequenceRange joined);
        int at = 0;
        while (at < _recentCount && !joined.Contains(_recent[at]))
        {
            at++;
        }

        if (at == _recentCount)
        {
            at = Math.Min(_recentCount, MostBlocks - 1);
            _recentCount = at + 1;
        }

        Array.Copy(_recent, 0, _recent, 1, at);
        _recent[0] = segment.Start;
        return true;
    }

    /// <summary>All below has come.</summary>
    internal void RemoveBelow(long sequence) => _ranges.RemoveBelow(sequence);

    /// <summary>Writes the blocks for an acknowledgment.</summary>
    /// <param name="blocks">Where to.</param>
    /// <param name="count">How many are there already: a report of a duplicate (RFC 2883) is the first, and may lie in another block.</param>
    /// <returns>How many there are.</returns>
    internal int WriteBlocks(Span<SequenceRange> blocks, int count = 0)
    {
        int reports = count;
        for (int i = 0; i < _recentCount && count < blocks.Length; i++)
        {
            if (_ranges.TryFind(_recent[i], out SequenceRange range) && !blocks[reports..count].Contains(range))
            {
                blocks[count++] = range;
            }
        }

        return count;
    }

    /// <summary>The first part of a range that has come out of order before; empty for none.</summary>
    internal SequenceRange FirstOverlap(SequenceRange range)
    {
        bool isKnown = _ranges.TryFind(range.Start, out SequenceRange known);
        if (!isKnown)
        {
            isKnown = _ranges.TryFind(_ranges.FirstRangeFrom(range.Start, range.End), out known) && known.Start < range.End;
        }

        return isKnown ? new SequenceRange(Math.Max(known.Start, range.Start), Math.Min(known.End, range.End)) : default;
    }
}
