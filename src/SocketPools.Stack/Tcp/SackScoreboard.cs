using System.Diagnostics;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// What of the bytes on their way the peer has, what is lost, and what was sent again: RFC 6675, section 4. For a peer without selective
/// acknowledgments (RFC 2018) each duplicate one stands for a segment that has arrived, it is not known which (RFC 6582).
/// </summary>
/// <remarks>
/// <para>All numbers are unwrapped sequence numbers. HighACK is SND.UNA, HighData is SND.NXT.</para>
/// <para>Whether a byte is lost grows no less likely downwards: so instead of asking each one, <see cref="LostBelow"/> says up to where.</para>
/// <para><b>No RACK (RFC 8985)</b>: a segment that is lost twice, or lost at the end of a burst, waits for the retransmission timer.</para>
/// </remarks>
internal sealed class SackScoreboard
{
    /// <summary>So many duplicates, or segments' worth of bytes above, mean a loss.</summary>
    internal const int DupThresh = 3;

    // The peer decides how many there are; what goes beyond is taken for not received.
    private const int MostRanges = 512;

    private readonly RangeSet _sacked = new(MostRanges);
    private long _highAck;
    private long _virtualSacked;

    /// <summary>All that is not SACKed below this is lost (IsLost of RFC 6675).</summary>
    internal long LostBelow { get; private set; }

    /// <summary>HighRxt: the end of what was sent again.</summary>
    internal long HighRetransmitted { get; private set; }

    /// <summary>The end of the highest range that the peer has, or HighACK.</summary>
    internal long HighSacked => _sacked.Count > 0 ? _sacked[_sacked.Count - 1].End : _highAck;

    internal bool IsEmpty => _sacked.Count == 0 && _virtualSacked == 0;

    /// <summary>Whether the first byte on its way is lost.</summary>
    internal bool IsFirstLost => LostBelow > _highAck;

    /// <summary>Nothing is known any more.</summary>
    internal void Reset(long highAck)
    {
        _sacked.Clear();
        _virtualSacked = 0;
        _highAck = LostBelow = HighRetransmitted = highAck;
    }

    /// <summary>All below is acknowledged.</summary>
    internal void Acknowledge(long highAck, int segmentSize)
    {
        // RFC 6582, 3.2: a partial acknowledgment takes away what it covers, and gives one segment back.
        _virtualSacked = Math.Max(0, _virtualSacked - Math.Max(0, highAck - _highAck - segmentSize));
        _highAck = highAck;
        LostBelow = Math.Max(LostBelow, highAck);
        HighRetransmitted = Math.Max(HighRetransmitted, highAck);
        _sacked.RemoveBelow(highAck);
    }

    /// <summary>A block of a selective acknowledgment, which the caller has found to be within what was sent.</summary>
    /// <returns>Whether it told something new.</returns>
    internal bool Add(SequenceRange block)
    {
        block = block with { Start = Math.Max(block.Start, _highAck) };
        return block.Length > 0 && _sacked.Add(block) > 0;
    }

    /// <summary>A duplicate acknowledgment without blocks: one more segment has arrived.</summary>
    internal void AddDuplicate(int segmentSize, long highData) =>
        _virtualSacked = Math.Min(_virtualSacked + segmentSize, Math.Max(0, highData - _highAck - segmentSize));

    /// <summary>
    /// Update: looks for losses. A byte is lost when DupThresh ranges lie above it, or more than DupThresh - 1 segments' bytes.
    /// </summary>
    internal void FindLosses(int segmentSize)
    {
        long bytes = 0;
        for (int i = _sacked.Count - 1, ranges = 1; i >= 0; i--, ranges++)
        {
            bytes += _sacked[i].Length;
            if (ranges >= DupThresh || bytes > (DupThresh - 1) * segmentSize)
            {
                LostBelow = Math.Max(LostBelow, _sacked[i].Start);
                return;
            }
        }
    }

    /// <summary>The first segment is lost: three duplicates have come, or a partial acknowledgment without blocks.</summary>
    internal void LoseFirst(int segmentSize, long highData)
    {
        LostBelow = Math.Max(LostBelow, Math.Min(_sacked.FirstRangeFrom(_highAck, highData), _highAck + segmentSize));
        HighRetransmitted = _highAck;
    }

    /// <summary>
    /// The retransmission timer: all that the peer does not have is lost. A peer that took back what it had said (RFC 2018, section 8)
    /// shows by having the very byte it waits for; nothing it said counts then.
    /// </summary>
    internal void LoseAll(long highData, bool isRepeated)
    {
        _virtualSacked = 0;
        if (isRepeated || _sacked.TryFind(_highAck, out _))
        {
            _sacked.Clear();
        }

        LostBelow = highData;
        HighRetransmitted = _highAck;
    }

    /// <summary>SetPipe: bytes that are thought to be in the network.</summary>
    internal long Pipe(long highData)
    {
        Debug.Assert(LostBelow <= highData && HighRetransmitted <= highData);
        long notLost = highData - LostBelow - _sacked.CountIn(LostBelow, highData);
        long sentAgain = HighRetransmitted - _highAck - _sacked.CountIn(_highAck, HighRetransmitted);
        return Math.Max(0, notLost + sentAgain - _virtualSacked);
    }

    /// <summary>
    /// NextSeg, rules 1 and 3: the next bytes to send again. With <paramref name="isLost"/> those that are lost; otherwise, when there
    /// is nothing new to send, those below the highest range.
    /// </summary>
    internal bool TryNext(bool isLost, int segmentSize, out SequenceRange next)
    {
        long start = _sacked.FirstGapFrom(Math.Max(HighRetransmitted, _highAck));
        long limit = isLost ? LostBelow : HighSacked;
        long end = Math.Min(_sacked.FirstRangeFrom(start, limit), Math.Min(start + segmentSize, limit));
        next = new(start, end);
        return next.Length > 0;
    }

    /// <summary>Bytes were sent again.</summary>
    internal void Retransmitted(SequenceRange range) => HighRetransmitted = Math.Max(HighRetransmitted, range.End);
}
