namespace SocketPools.Stack.Tcp;

/// <summary>Sequence numbers that went out together.</summary>
internal struct Transmission
{
    internal long Start;
    internal long End;

    /// <summary>When, on the clock's count.</summary>
    internal long SentAt;
}

/// <summary>Which transmissions a loss detection looks at: those sent before a certain one, and at or before a deadline.</summary>
/// <param name="SentAt">When that one was sent.</param>
/// <param name="End">The sequence number behind it, which orders what was sent at the same time (RACK_sent_after of RFC 8985, 6.2).</param>
/// <param name="Deadline">The latest time of sending that is too long ago.</param>
internal readonly record struct LossCriterion(long SentAt, long End, long Deadline);

/// <summary>
/// What was sent when: the per-segment variables of RFC 8985, section 5.2, for all segments on their way. One list has what was sent for
/// the first time, in the order of time and of sequence numbers; the other what was sent again, in the order of time.
/// </summary>
/// <remarks>
/// Both are queues. A transmission leaves at the front, when it was delivered, or when it is lost; sent again, it enters anew at the
/// end. What goes out in one burst is one entry, so that bulk at high rates costs little.
/// </remarks>
internal sealed class TransmissionLog
{
    // A log that has grown beyond this gives its memory back when it is empty.
    private const int MostKept = 64;

    private Ring<Transmission> _first;
    private Ring<Transmission> _again;
    private long _latest;
    private bool _isLatestAgain;

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        Clear(ref _first);
        Clear(ref _again);
        _latest = 0;
    }

    /// <summary>Bytes go out.</summary>
    internal void Add(SequenceRange range, long now, bool isAgain)
    {
        // What was sent first is earlier, also within one tick of the clock.
        _latest = now > _latest ? now : isAgain != _isLatestAgain ? _latest + 1 : _latest;
        _isLatestAgain = isAgain;
        if (isAgain)
        {
            Add(ref _again, range, _latest);
        }
        else
        {
            Add(ref _first, range, _latest);
        }
    }

    /// <summary>Takes the end out of the list of first transmissions: it is sent again although it is not known to be lost.</summary>
    internal void TrimFirst(long end)
    {
        while (_first.Count > 0 && _first.Last.Start >= end)
        {
            _first.RemoveFrom(_first.Count - 1);
        }

        if (_first.Count > 0 && _first.Last.End > end)
        {
            _first.Last.End = end;
        }
    }

    /// <summary>All below is acknowledged, of which nothing was sent again.</summary>
    internal void Acknowledge(long highAck, ref Delivery delivery)
    {
        while (_first.Count > 0 && _first[0].Start < highAck)
        {
            ref Transmission oldest = ref _first[0];
            delivery.NoteTransmission(oldest.SentAt, Math.Min(oldest.End, highAck), isAgain: false);
            if (oldest.End > highAck)
            {
                oldest.Start = highAck;
                return;
            }

            _first.RemoveFirst();
        }
    }

    /// <summary>All below is acknowledged, and was looked at by <see cref="FindNewest"/>.</summary>
    internal void RemoveBelow(long highAck)
    {
        RemoveBelow(ref _first, highAck);
        RemoveBelow(ref _again, highAck);
    }

    /// <summary>Notes the transmissions that delivered a range: the newest, and the oldest of what was sent once.</summary>
    internal void FindNewest(SequenceRange range, ref Delivery delivery)
    {
        for (int i = _again.Count - 1; i >= 0; i--)
        {
            ref Transmission sent = ref _again[i];
            if (sent.Start < range.End && sent.End > range.Start)
            {
                delivery.NoteTransmission(sent.SentAt, Math.Min(sent.End, range.End), isAgain: true);
                break;
            }
        }

        NoteFirst(IndexOfLastBefore(range.Start + 1), range, ref delivery);
        NoteFirst(IndexOfLastBefore(range.End), range, ref delivery);
    }

    /// <summary>Takes out the oldest transmission that is lost, which may have been delivered in part.</summary>
    /// <param name="criterion">What is lost.</param>
    /// <param name="sacked">What the peer has: transmissions that are in it altogether are dropped.</param>
    /// <param name="isAgain">Whether to look at what was sent again.</param>
    /// <param name="range">What was sent.</param>
    /// <param name="next">Lowered to when the first transmission was sent that will be lost once time has gone on.</param>
    internal bool TryTakeLost(in LossCriterion criterion, RangeSet sacked, bool isAgain, out SequenceRange range, ref long next) => isAgain
        ? TryTakeLost(ref _again, criterion, sacked, out range, ref next)
        : TryTakeLost(ref _first, criterion, sacked, out range, ref next);

    private static bool TryTakeLost(
        ref Ring<Transmission> list, in LossCriterion criterion, RangeSet sacked, out SequenceRange range, ref long next)
    {
        range = default;
        while (list.Count > 0)
        {
            ref Transmission oldest = ref list[0];
            bool isSentBefore = oldest.SentAt < criterion.SentAt || (oldest.SentAt == criterion.SentAt && oldest.Start < criterion.End);
            if (!isSentBefore)
            {
                return false;
            }

            if (sacked.TryFind(oldest.Start, out SequenceRange known) && known.End >= oldest.End)
            {
                list.RemoveFirst();
                continue;
            }

            if (oldest.SentAt > criterion.Deadline)
            {
                next = Math.Min(next, oldest.SentAt);
                return false;
            }

            long end = oldest.SentAt == criterion.SentAt ? Math.Min(oldest.End, criterion.End) : oldest.End;
            range = new SequenceRange(oldest.Start, end);
            if (end == oldest.End)
            {
                list.RemoveFirst();
            }
            else
            {
                oldest.Start = end;
            }

            return true;
        }

        return false;
    }

    private static void Add(ref Ring<Transmission> list, SequenceRange range, long now)
    {
        if (list.Count > 0 && list.Last.SentAt == now && list.Last.End == range.Start)
        {
            list.Last.End = range.End;
        }
        else
        {
            list.Add(new Transmission { Start = range.Start, End = range.End, SentAt = now });
        }
    }

    private static void RemoveBelow(ref Ring<Transmission> list, long highAck)
    {
        while (list.Count > 0 && list[0].Start < highAck)
        {
            if (list[0].End > highAck)
            {
                list[0].Start = highAck;
                return;
            }

            list.RemoveFirst();
        }
    }

    private static void Clear(ref Ring<Transmission> list)
    {
        if (list.Count > MostKept)
        {
            list = default;
        }
        else
        {
            list.RemoveFrom(0);
        }
    }

    private void NoteFirst(int index, SequenceRange range, ref Delivery delivery)
    {
        if (index >= 0 && _first[index].End > range.Start)
        {
            delivery.NoteTransmission(_first[index].SentAt, Math.Min(_first[index].End, range.End), isAgain: false);
        }
    }

    // In the list of first transmissions, which is in the order of sequence numbers; -1 where there is none.
    private int IndexOfLastBefore(long sequence)
    {
        int low = -1;
        int high = _first.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_first[middle].Start < sequence)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
