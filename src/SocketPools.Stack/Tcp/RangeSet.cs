using System.Diagnostics;

namespace SocketPools.Stack.Tcp;

/// <summary>Sequence numbers from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">The one behind the last.</param>
internal readonly record struct SequenceRange(long Start, long End)
{
    internal long Length => End - Start;

    internal bool Contains(long sequence) => Start <= sequence && sequence < End;
}

/// <summary>
/// Sequence numbers as ranges: sorted, disjoint, never touching. What has come out of order is one (<see cref="SackBlockTracker"/>), what the
/// peer says it has is another (<see cref="SackScoreboard"/>).
/// </summary>
/// <remarks>
/// The number of ranges has a limit, because the sender of the segments decides how many there are; the work for a segment is a
/// binary search and a move within the limit.
/// </remarks>
internal sealed class RangeSet(int maxCount)
{
    private SequenceRange[] _ranges = [];

    internal int Count { get; private set; }

    /// <summary>The sum of all lengths.</summary>
    internal long Length { get; private set; }

    internal SequenceRange this[int index] => _ranges[index];

    /// <summary>Adds a range, which joins those that it overlaps or touches.</summary>
    /// <returns>How many sequence numbers are new; -1 when one more range would be too many.</returns>
    internal long Add(SequenceRange range)
    {
        Debug.Assert(range.Length > 0);
        int first = IndexOfFirstEndingAtOrAfter(range.Start);
        int behind = first;
        long overlap = 0;
        SequenceRange joined = range;
        while (behind < Count && _ranges[behind].Start <= range.End)
        {
            SequenceRange old = _ranges[behind++];
            overlap += Math.Max(0, Math.Min(old.End, range.End) - Math.Max(old.Start, range.Start));
            joined = new(Math.Min(joined.Start, old.Start), Math.Max(joined.End, old.End));
        }

        if (behind == first && Count == maxCount)
        {
            return -1;
        }

        Replace(first, behind, joined);
        Length += range.Length - overlap;
        return range.Length - overlap;
    }

    /// <summary>Takes out all that is below a sequence number.</summary>
    internal void RemoveBelow(long sequence)
    {
        int gone = 0;
        while (gone < Count && _ranges[gone].End <= sequence)
        {
            Length -= _ranges[gone++].Length;
        }

        if (gone > 0)
        {
            Array.Copy(_ranges, gone, _ranges, 0, Count - gone);
            Count -= gone;
        }

        if (Count > 0 && _ranges[0].Start < sequence)
        {
            Length -= sequence - _ranges[0].Start;
            _ranges[0] = _ranges[0] with { Start = sequence };
        }
    }

    /// <summary>Takes out a range, which may leave one range more than there were.</summary>
    internal void Remove(SequenceRange range)
    {
        int first = IndexOfFirstEndingAtOrAfter(range.Start + 1);
        int behind = first;
        SequenceRange before = default;
        SequenceRange after = default;
        while (behind < Count && _ranges[behind].Start < range.End)
        {
            SequenceRange old = _ranges[behind++];
            Length -= Math.Min(old.End, range.End) - Math.Max(old.Start, range.Start);
            before = old.Start < range.Start ? old with { End = range.Start } : before;
            after = old.End > range.End ? old with { Start = range.End } : after;
        }

        if (behind == first)
        {
            return;
        }

        int kept = (before.Length > 0 ? 1 : 0) + (after.Length > 0 ? 1 : 0);
        if (Count + kept - (behind - first) > _ranges.Length)
        {
            Array.Resize(ref _ranges, Count * 2);
        }

        Array.Copy(_ranges, behind, _ranges, first + kept, Count - behind);
        Count += kept - (behind - first);
        if (before.Length > 0)
        {
            _ranges[first++] = before;
        }

        if (after.Length > 0)
        {
            _ranges[first] = after;
        }
    }

    internal void Clear() => (Count, Length) = (0, 0);

    /// <summary>Whether <see cref="Add"/> takes a range: there is room for one more, or it joins another.</summary>
    internal bool HasRoomFor(SequenceRange range)
    {
        int first = IndexOfFirstEndingAtOrAfter(range.Start);
        return Count < maxCount || (first < Count && _ranges[first].Start <= range.End);
    }

    /// <summary>The range with a sequence number in it.</summary>
    internal bool TryFind(long sequence, out SequenceRange range)
    {
        int index = IndexOfFirstEndingAtOrAfter(sequence + 1);
        range = index < Count ? _ranges[index] : default;
        return index < Count && range.Start <= sequence;
    }

    /// <summary>The first sequence number from one on that is in no range.</summary>
    internal long FirstGapFrom(long sequence) => TryFind(sequence, out SequenceRange range) ? range.End : sequence;

    /// <summary>The start of the first range at or above a sequence number.</summary>
    internal long FirstRangeFrom(long sequence, long otherwise)
    {
        int index = IndexOfFirstEndingAtOrAfter(sequence + 1);
        return index < Count ? Math.Max(_ranges[index].Start, sequence) : otherwise;
    }

    /// <summary>How many sequence numbers of a span are in ranges.</summary>
    internal long CountIn(long start, long end)
    {
        long count = 0;
        for (int i = IndexOfFirstEndingAtOrAfter(start + 1); i < Count && _ranges[i].Start < end; i++)
        {
            count += Math.Min(_ranges[i].End, end) - Math.Max(_ranges[i].Start, start);
        }

        return count;
    }

    private int IndexOfFirstEndingAtOrAfter(long sequence)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].End < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Replace(int first, int behind, SequenceRange by)
    {
        if (Count == _ranges.Length && behind == first)
        {
            Array.Resize(ref _ranges, Math.Max(4, Count * 2));
        }

        Array.Copy(_ranges, behind, _ranges, first + 1, Count - behind);
        _ranges[first] = by;
        Count += 1 - (behind - first);
    }
}
