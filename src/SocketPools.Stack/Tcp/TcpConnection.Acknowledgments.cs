using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>What the ACK field says: new acknowledgments, duplicates, blocks, the peer's window, round trips.</summary>
internal sealed partial class TcpConnection
{
    private int _duplicates;

    // 3.10.7.4, fifth, ESTABLISHED.
    private void TakeAcknowledgment(in TcpSegment segment)
    {
        long flight = Flight;
        Delivery delivery = new() { HighSackedBefore = _scoreboard?.HighSacked ?? _sndUna };
        TakeBlocks(segment, ref delivery);
        bool isDuplicate = segment.Acknowledgment == _sndUna && IsDuplicate(segment, delivery);
        if (segment.Acknowledgment > _sndUna)
        {
            Advance(segment, ref delivery);
        }
        else if (isDuplicate)
        {
            TakeDuplicate(ref delivery);
        }

        TakeWindow(segment.Sequence, segment.Acknowledgment, WindowOf(segment));
        if (flight > 0)
        {
            double roundTrip = MeasureRoundTrip(segment, delivery, flight);
            Repair(segment, ref delivery, isDuplicate);
            Grow(delivery, flight, roundTrip);
            if (delivery.HasAdvanced)
            {
                FinishAdvance();
            }

            GrowSendBuffer();
            NotifyWritable();
        }
    }

    // New bytes are acknowledged.
    private void Advance(in TcpSegment segment, ref Delivery delivery)
    {
        long acknowledged = segment.Acknowledgment - _sndUna;
        delivery.HasAdvanced = true;
        _parts?.Sending.Acknowledge(Math.Min(acknowledged, SendLength));
        _sndUna = segment.Acknowledgment;
        _scoreboard?.Acknowledge(_sndUna, _segmentSize, ref delivery);
        _duplicates = 0;
        _unanswered = 0;
        _progressAt = Now;
        RestartSendTimer();
    }

    private void TakeDuplicate(ref Delivery delivery)
    {
        _duplicates++;
        if (!_usesSack)
        {
            Scoreboard.AddDuplicate(_segmentSize, _sndNxt, ref delivery);
        }
    }

    private void Grow(in Delivery delivery, long flight, double roundTrip)
    {
        // As on Linux: duplicates raise it only where segments are known to overtake one another.
        bool isProgress = delivery.HasAdvanced || (delivery.HasSacked && _rack.IsReorderingSeen);
        if (!isProgress || delivery.Bytes <= 0 || IsReducing)
        {
            return;
        }

        bool isLimited = IsLimitedByCongestion(flight);
        if (isLimited || _congestionMade is not null)
        {
            Congestion.OnAcknowledged(new AcknowledgmentSample(
                (double)Now / Timers.Frequency, delivery.Bytes, _sndUna, _sndNxt, roundTrip,
                (double)_rto.Smoothed / Timers.Frequency, isLimited));
        }
    }

    private void FinishAdvance()
    {
        if (Flight == 0)
        {
            ReturnScoreboard();
        }

        ScheduleLossProbe();
    }

    // RFC 7661, 4.1 in spirit: a window that was not used says nothing about the path. Slow start may use half of it.
    private bool IsLimitedByCongestion(long flight)
    {
        long window = CongestionWindow;
        return flight + _segmentSize > window || (window < SlowStartThreshold && 2 * flight >= window);
    }

    // RFC 5681, section 2; with SACK, RFC 6675, section 2.
    private bool IsDuplicate(in TcpSegment segment, in Delivery delivery) =>
        _usesSack
            ? delivery.HasSacked
            : Flight > 0 && segment.Length == 0 && WindowOf(segment) == _sndWnd;

    // The peer's window, from the newest segment only (SND.WL1, SND.WL2), and from none that acknowledges less than is known.
    private void TakeWindow(long sequence, long acknowledgment, long window)
    {
        if (acknowledgment < _sndUna || _sndWl1 > sequence || (_sndWl1 == sequence && _sndWl2 > acknowledgment))
        {
            return;
        }

        _sndWnd = window;
        _maxSndWnd = Math.Max(_maxSndWnd, _sndWnd);
        (_sndWl1, _sndWl2) = (sequence, acknowledgment);
        if (_sndWnd == 0)
        {
            // The peer is there, and has no room: that may last (3.8.6.1, MUST-37).
            _unanswered = 0;
        }
    }

    // SEG.WND
    private long WindowOf(in TcpSegment segment) => (long)segment.RawWindow << (segment.IsWindowScaled ? _sendScale : 0);

    // RFC 2018; a block outside of what was sent is no block of this connection.
    private void TakeBlocks(in TcpSegment segment, ref Delivery delivery)
    {
        if (!_usesSack || segment.Options.Sack.Count == 0)
        {
            return;
        }

        TcpSackBlocks blocks = segment.Options.Sack;
        int first = TakeDuplicateReport(segment, ref delivery) ? 1 : 0;
        for (int i = first; i < blocks.Count; i++)
        {
            SequenceRange block = Locate(blocks[i]);
            if (block.Length > 0 && block.End > Math.Max(_sndUna, segment.Acknowledgment) && block.End <= _sndNxt)
            {
                Scoreboard.Add(block, ref delivery);
            }
        }
    }

    // RFC 2883, 4: the first block reports a duplicate when it is acknowledged already, or lies in the second one.
    private bool TakeDuplicateReport(in TcpSegment segment, ref Delivery delivery)
    {
        TcpSackBlocks blocks = segment.Options.Sack;
        SequenceRange first = Locate(blocks[0]);
        SequenceRange second = blocks.Count > 1 ? Locate(blocks[1]) : default;
        bool isDuplicate = first.End <= segment.Acknowledgment || (second.Start <= first.Start && first.End <= second.End);
        if (!isDuplicate || first.Length <= 0 || first.Start < _sndUna - _maxSndWnd || first.End > _sndNxt)
        {
            return isDuplicate;
        }

        delivery.HasDuplicate = true;
        Statistics.DuplicateSacksReceived++;
        if (_scoreboard is null || _scoreboard.Newest.IsNewRound(segment.Acknowledgment, _sndNxt))
        {
            _rack.Widen();
        }

        _episode?.Undo.NoteDuplicate(first);
        return true;
    }

    private SequenceRange Locate(TcpSackBlock block) =>
        new(TcpSegment.Unwrap(block.Start.Value, _sndUna), TcpSegment.Unwrap(block.End.Value, _sndUna));

    /// <summary>A round trip by what was sent once, else by the timestamp that comes back (RFC 7323, section 4; Karn's algorithm).</summary>
    /// <returns>Seconds, or not a number.</returns>
    private double MeasureRoundTrip(in TcpSegment segment, in Delivery delivery, long flight)
    {
        if (!delivery.HasAdvanced && !delivery.HasSacked)
        {
            return double.NaN;
        }

        if (!delivery.HasSentAgain && delivery.OldestSentAt != long.MaxValue)
        {
            TakeRoundTrip(Now - delivery.OldestSentAt, Now - delivery.NewestSentAt, flight);
            return (double)(Now - delivery.NewestSentAt) / Timers.Frequency;
        }

        if (delivery.HasAdvanced && EchoOf(segment) is { } echo && (int)(TimestampNow - echo) >= 0)
        {
            // Nothing else tells after a retransmission; the timestamp tells which of both was answered.
            double seconds = (TimestampNow - echo) / 1000.0;
            long ticks = (long)(seconds * Timers.Frequency);
            TakeRoundTrip(ticks, ticks, flight);
            return seconds;
        }

        return double.NaN;
    }

    private void TakeRoundTrip(long oldest, long newest, long flight)
    {
        _rack.MeasureLeast(newest, Now, Timers.Frequency);
        _rto.Measure(oldest, _sndUna, _sndNxt);
        if (Flight == 0)
        {
            NotePeerDelay(oldest, flight);
        }
    }

    // TSecr, where there is one.
    private uint? EchoOf(in TcpSegment segment) =>
        _usesTimestamps && segment.Options.HasTimestamps && segment.Options.TimestampEcho != 0 ? segment.Options.TimestampEcho : null;

    private uint TimestampNow => _shard.TimestampNow(_timestampOffset);
}
