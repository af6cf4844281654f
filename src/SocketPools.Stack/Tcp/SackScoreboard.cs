namespace SocketPools.Stack.Tcp;

/// <summary>
/// What of the bytes on their way the peer has, what is lost, and what was sent more than once, with the times of all transmissions. For
/// a peer without selective acknowledgments (RFC 2018) each duplicate one stands for a segment that has arrived, it is not known which
/// (RFC 6582).
/// </summary>
/// <remarks>
/// <para>All numbers are unwrapped sequence numbers. HighACK is SND.UNA, HighData is SND.NXT.</para>
/// <para>A byte is delivered, lost, or on its way. Lost bytes that are sent again are on their way again.</para>
/// </remarks>
internal sealed class SackScoreboard
{
    /// <summary>So many duplicates, or segments' worth of bytes above, mean a loss where nothing was ever reordered.</summary>
    internal const int DupThresh = 3;

    // The peer decides how many there are; what goes beyond is taken for not received.
    private const int MaxRanges = 512;

    /// <summary>What was delivered last.</summary>
    internal RackNewest Newest;

    /// <summary>The tail loss probe.</summary>
    internal TailLossProbe Probe;

    private readonly RangeSet _sacked = new(MaxRanges);
    private readonly RangeSet _lost = new(2 * MaxRanges);
    private readonly RangeSet _sentAgain = new(MaxRanges);
    private readonly TransmissionLog _log = new();
    private long _highAck;
    private long _virtualSacked;

    // Of what is below, all counts as sent more than once: there were too many ranges to know.
    private long _allSentAgainBelow;

    /// <summary>When a tail loss probe is due; 0 for never.</summary>
    internal long LossProbeDue { get; set; }

    /// <summary>When segments are lost that are waited for; 0 for never.</summary>
    internal long ReorderingDue { get; set; }

    /// <summary>SND.NXT when there was nothing on its way before it.</summary>
    internal long FlightStart { get; private set; }

    /// <summary>The end of the highest range that the peer has, or HighACK.</summary>
    internal long HighSacked => _sacked.Count > 0 ? _sacked[_sacked.Count - 1].End : _highAck;

    /// <summary>Whether the peer has said nothing that is not acknowledged.</summary>
    internal bool IsEmpty => _sacked.Count == 0 && _virtualSacked == 0;

    /// <summary>Whether bytes wait to be sent again.</summary>
    internal bool HasLost => _lost.Count > 0;

    /// <summary>Bytes that wait to be sent again.</summary>
    internal long LostBytes => _lost.Length;

    /// <summary>Whether the first byte on its way is lost.</summary>
    internal bool IsFirstLost => _lost.TryFind(_highAck, out _);

    /// <summary>Whether the peer has said that it has the very byte that it waits for: it took back what it had said (RFC 2018, section 8).</summary>
    internal bool IsReneging => _sacked.Count > 0 && _sacked.TryFind(_highAck, out _);

    /// <summary>Nothing is known any more.</summary>
    internal void Reset(long highAck)
    {
        _sacked.Clear();
        _lost.Clear();
        _sentAgain.Clear();
        _log.Clear();
        _virtualSacked = 0;
        _highAck = _allSentAgainBelow = FlightStart = highAck;
        (Newest, Probe, LossProbeDue, ReorderingDue) = (default, default, 0, 0);
    }

    /// <summary>New bytes go out.</summary>
    internal void Sent(SequenceRange range, long now) => _log.Add(range, now, isAgain: false);

    /// <summary>Bytes go out again.</summary>
    internal void SentAgain(SequenceRange range, long now)
    {
        if (_lost.Count > 0)
        {
            _lost.Remove(range);
        }

        if (_sentAgain.Add(range) < 0)
        {
            _allSentAgainBelow = Math.Max(_allSentAgainBelow, range.End);
        }

        _log.Add(range, now, isAgain: true);
    }

    /// <summary>The end of what was sent goes out again although it is not known to be lost (RFC 8985, 7.3).</summary>
    internal void SentProbe(SequenceRange range, long now)
    {
        _log.TrimFirst(range.Start);
        SentAgain(range, now);
    }

    /// <summary>All below is acknowledged.</summary>
    internal void Acknowledge(long highAck, int segmentSize, ref Delivery delivery)
    {
        if (_sacked.Count + _lost.Count + _sentAgain.Count == 0)
        {
            delivery.Bytes += highAck - _highAck;
            delivery.LowestSentOnce = Math.Min(delivery.LowestSentOnce, _highAck);
            _log.Acknowledge(highAck, ref delivery);
        }
        else
        {
            DeliverAll(new SequenceRange(_highAck, highAck), ref delivery);
            _sacked.RemoveBelow(highAck);
            _lost.RemoveBelow(highAck);
            _sentAgain.RemoveBelow(highAck);
            _log.RemoveBelow(highAck);
        }

        // RFC 6582, 3.2: a partial acknowledgment takes away what it covers, and gives one segment back.
        long known = Math.Min(_virtualSacked, Math.Max(0, highAck - _highAck - segmentSize));
        _virtualSacked -= known;
        delivery.Bytes -= known;
        _highAck = highAck;
    }

    /// <summary>A block of a selective acknowledgment, which the caller has found to be within what was sent.</summary>
    internal void Add(SequenceRange block, ref Delivery delivery)
    {
        block = block with { Start = Math.Max(block.Start, _highAck) };
        if (block.Length <= 0 || !_sacked.HasRoomFor(block))
        {
            return;
        }

        if (DeliverAll(block, ref delivery))
        {
            delivery.HasSacked = true;
            _sacked.Add(block);
        }
    }

    /// <summary>A duplicate acknowledgment without blocks: one more segment has arrived.</summary>
    internal void AddDuplicate(int segmentSize, long highData, ref Delivery delivery)
    {
        long most = Math.Max(0, highData - _highAck - Math.Max(segmentSize, _lost.Length));
        long before = _virtualSacked;
        _virtualSacked = Math.Max(before, Math.Min(before + segmentSize, most));
        delivery.Bytes += _virtualSacked - before;
    }

    /// <summary>Whether as many segments as DupThresh lie above the first hole, in ranges or in bytes (RFC 6675, IsLost).</summary>
    internal bool IsBeyondDupThresh(int segmentSize) =>
        _sacked.Count >= DupThresh || _sacked.Length > (DupThresh - 1) * segmentSize;

    /// <summary>RACK_detect_loss (RFC 8985, 6.2, step 5): what was sent long enough before something that was delivered is lost.</summary>
    /// <param name="criterion">What is lost.</param>
    /// <param name="delivery">Told how many bytes are lost, and whether some of them had been sent again.</param>
    /// <returns>When the oldest transmission was sent that is lost if nothing comes; the greatest number for none.</returns>
    internal long FindLosses(in LossCriterion criterion, ref Delivery delivery)
    {
        long before = _lost.Length;
        long next = long.MaxValue;
        while (_log.TryTakeLost(criterion, _sacked, isAgain: false, out SequenceRange range, ref next))
        {
            Lose(range);
        }

        while (_log.TryTakeLost(criterion, _sacked, isAgain: true, out SequenceRange range, ref next))
        {
            Lose(range);
            delivery.HasLostAgain |= range.End > _highAck;
        }

        delivery.Lost += _lost.Length - before;
        return next;
    }

    /// <summary>The first segment is lost: three duplicates have come, or a partial acknowledgment without blocks.</summary>
    internal void LoseFirst(int segmentSize, long highData)
    {
        long end = Math.Min(_highAck + segmentSize, highData);
        Lose(new SequenceRange(_highAck, Math.Min(end, _sacked.FirstRangeFrom(_highAck, end))));
        _log.RemoveBelow(end);
    }

    /// <summary>
    /// The retransmission timer: what the peer does not have is lost, but for what was sent so lately that it may still come (RFC 8985,
    /// 6.3). Nothing that a peer said counts which took back some of it.
    /// </summary>
    /// <param name="segmentSize">SMSS.</param>
    /// <param name="highData">SND.NXT.</param>
    /// <param name="deadline">The latest time of sending that is too long ago.</param>
    /// <param name="isRepeated">Whether the timer has fired before, and nothing was acknowledged since.</param>
    internal void LoseAll(int segmentSize, long highData, long deadline, bool isRepeated)
    {
        _virtualSacked = 0;
        if (isRepeated || IsReneging)
        {
            // What was delivered has left the log: it is lost altogether.
            _sacked.Clear();
            _log.Clear();
            Lose(new SequenceRange(_highAck, highData));
            return;
        }

        Delivery nothing = new();
        FindLosses(new LossCriterion(long.MaxValue, long.MaxValue, deadline), ref nothing);
        if (!IsFirstLost)
        {
            LoseFirst(segmentSize, highData);
        }
    }

    /// <summary>Nothing was lost: what waits to be sent again is on its way still (RFC 4015; RFC 3708).</summary>
    internal void UndoLosses(long now)
    {
        for (int i = 0; i < _lost.Count; i++)
        {
            _log.Add(_lost[i], now, isAgain: true);
        }

        _lost.Clear();
    }

    /// <summary>What is to be sent again next.</summary>
    internal bool TryNext(int segmentSize, out SequenceRange next)
    {
        next = _lost.Count > 0 ? _lost[0] : default;
        next = next with { End = Math.Min(next.End, next.Start + segmentSize) };
        return next.Length > 0;
    }

    /// <summary>SetPipe (RFC 6675, section 4): bytes that are thought to be in the network.</summary>
    internal long Pipe(long highData) => Math.Max(0, highData - _highAck - _sacked.Length - _lost.Length - _virtualSacked);

    private void Lose(SequenceRange range)
    {
        for (long at = Math.Max(range.Start, _highAck); (at = _sacked.FirstGapFrom(at)) < range.End;)
        {
            long end = Math.Min(_sacked.FirstRangeFrom(at, range.End), range.End);
            _lost.Add(new SequenceRange(at, end));
            at = end;
        }
    }

    // Goes through the parts that were not delivered before.
    private bool DeliverAll(SequenceRange range, ref Delivery delivery)
    {
        bool isNews = false;
        for (long at = range.Start; (at = _sacked.FirstGapFrom(at)) < range.End;)
        {
            long end = Math.Min(_sacked.FirstRangeFrom(at, range.End), range.End);
            Deliver(new SequenceRange(at, end), ref delivery);
            at = end;
            isNews = true;
        }

        return isNews;
    }

    private void Deliver(SequenceRange range, ref Delivery delivery)
    {
        delivery.Bytes += range.Length;
        delivery.HasSentAgain |= range.Start < _allSentAgainBelow || _sentAgain.CountIn(range.Start, range.End) > 0;
        long once = FirstSentOnce(range);
        if (once < range.End)
        {
            delivery.LowestSentOnce = Math.Min(delivery.LowestSentOnce, once);
        }

        _log.FindNewest(range, ref delivery);
        if (_lost.Count > 0)
        {
            _lost.Remove(range);
        }
    }

    private long FirstSentOnce(SequenceRange range) => _sentAgain.FirstGapFrom(Math.Max(range.Start, _allSentAgainBelow));
}
