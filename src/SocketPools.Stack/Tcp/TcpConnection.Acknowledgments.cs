using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>What the ACK field says: new acknowledgments, duplicates, blocks, the peer's window, round trips.</summary>
internal sealed partial class TcpConnection
{
    // The one segment whose round trip is measured: behind it, and when it was sent. 0: none (sequence numbers begin above it).
    private long _timedEnd;
    private long _timedAt;
    private int _duplicates;

    // 3.10.7.4, fifth, ESTABLISHED.
    private void TakeAcknowledgment(in TcpSegment segment)
    {
        bool isNews = TakeBlocks(segment);
        if (segment.Acknowledgment > _sndUna)
        {
            TakeNewAcknowledgment(segment);
        }
        else if (segment.Acknowledgment == _sndUna && IsDuplicate(segment, isNews))
        {
            TakeDuplicate();
        }

        TakeWindow(segment);
    }

    private void TakeNewAcknowledgment(in TcpSegment segment)
    {
        long flight = Flight;
        long acknowledged = segment.Acknowledgment - _sndUna;
        double roundTrip = MeasureRoundTrip(segment);
        _sendQueue.Acknowledge(Math.Min(acknowledged, _sendQueue.Length));
        _sndUna = segment.Acknowledgment;
        _scoreboard?.Acknowledge(_sndUna, _segmentSize);
        _duplicates = 0;
        _unanswered = 0;
        _progressAt = Now;
        _rto.Progress();
        RestartSendTimer();
        TakeProgress();
        if (_recovery != Recovery.Fast)
        {
            _congestion.OnAcknowledged(new AcknowledgmentSample(
                (double)Now / Timers.Frequency, acknowledged, _sndUna, _sndNxt, roundTrip,
                (double)_rto.Smoothed / Timers.Frequency, IsLimitedByCongestion(flight)));
        }

        TellRoom();
    }

    // RFC 7661, 4.1 in spirit: a window that was not used says nothing about the path. Slow start may use half of it.
    private bool IsLimitedByCongestion(long flight)
    {
        long window = _congestion.Window;
        return flight + _segmentSize > window || (window < _congestion.SlowStartThreshold && 2 * flight >= window);
    }

    // RFC 5681, section 2; with SACK, RFC 6675, section 2.
    private bool IsDuplicate(in TcpSegment segment, bool isNews) =>
        _usesSack
            ? isNews
            : Flight > 0 && segment.Length == 0 && WindowOf(segment) == _sndWnd;

    // The peer's window, from the newest segment only (SND.WL1, SND.WL2), and from none that acknowledges less than is known.
    private void TakeWindow(in TcpSegment segment)
    {
        if (segment.Acknowledgment < _sndUna || _sndWl1 > segment.Sequence || (_sndWl1 == segment.Sequence && _sndWl2 > segment.Acknowledgment))
        {
            return;
        }

        _sndWnd = WindowOf(segment);
        _maxSndWnd = Math.Max(_maxSndWnd, _sndWnd);
        (_sndWl1, _sndWl2) = (segment.Sequence, segment.Acknowledgment);
        if (_sndWnd == 0)
        {
            // The peer is there, and has no room: that may last (3.8.6.1, MUST-37).
            _unanswered = 0;
        }
    }

    // SEG.WND
    private long WindowOf(in TcpSegment segment) => (long)segment.RawWindow << (segment.IsWindowScaled ? _sendScale : 0);

    // RFC 2018; a block outside of what was sent is no block of this connection.
    private bool TakeBlocks(in TcpSegment segment)
    {
        if (!_usesSack || segment.Options.Sack.Count == 0)
        {
            return false;
        }

        bool isNews = false;
        TcpSackBlocks blocks = segment.Options.Sack;
        for (int i = 0; i < blocks.Count; i++)
        {
            SequenceRange block = new(
                TcpSegment.Unwrap(blocks[i].Start.Value, _sndUna), TcpSegment.Unwrap(blocks[i].End.Value, _sndUna));
            if (block.Length > 0 && block.End > Math.Max(_sndUna, segment.Acknowledgment) && block.End <= _sndNxt)
            {
                isNews |= Scoreboard.Add(block);
            }
        }

        if (isNews)
        {
            Scoreboard.FindLosses(_segmentSize);
        }

        return isNews;
    }

    /// <summary>A round trip by the segment that is timed, or by the timestamp that comes back (RFC 7323, section 4).</summary>
    /// <returns>Seconds, or not a number.</returns>
    private double MeasureRoundTrip(in TcpSegment segment)
    {
        double echoed = double.NaN;
        if (_usesTimestamps && segment.Options.HasTimestamps && segment.Options.TimestampEcho != 0)
        {
            uint milliseconds = TimestampNow - segment.Options.TimestampEcho;
            echoed = milliseconds <= int.MaxValue ? milliseconds / 1000.0 : double.NaN;
        }

        if (_timedEnd != 0 && segment.Acknowledgment >= _timedEnd)
        {
            long ticks = Now - _timedAt;
            _rto.Measure(ticks);
            _timedEnd = 0;
            return (double)ticks / Timers.Frequency;
        }

        if (_timedEnd == 0 && !double.IsNaN(echoed))
        {
            // Nothing is timed after a retransmission; the timestamp tells which of both was answered.
            _rto.Measure((long)(echoed * Timers.Frequency));
        }

        return echoed;
    }

    private uint TimestampNow => _layer.TimestampNow(_timestampOffset);
}
