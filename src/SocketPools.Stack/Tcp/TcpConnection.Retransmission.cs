namespace SocketPools.Stack.Tcp;

// What is sent again: after the retransmission timer (RFC 6298), for a narrower path, and in a recovery.
internal sealed partial class TcpConnection
{
    // RFC 6298, 5.4 to 5.6; RFC 5681, 3.1: one segment, then slow start.
    private void BeginLossRecovery()
    {
        Statistics.RetransmissionTimeouts++;
        bool isFirst = _unanswered == 1;

        // RFC 5682, 2.1, step 1: not for a timeout in the middle of a recovery that had made progress.
        Episode.HasSpuriousTimeoutDetection = _recovery < Recovery.Fast || !isFirst;
        bool isNew = _recovery == Recovery.None || _sndUna >= RecoveryPoint || (_recovery == Recovery.Loss && isFirst);
        if (isNew)
        {
            Episode.Undo.Begin(_sndUna);
            Congestion.OnTimeout(Math.Min(Flight, CongestionWindow));
        }
        else
        {
            Congestion.OnRepeatedTimeout();
        }

        _ecn.NoteReduction();
        Scoreboard.Probe.Forget();
        Scoreboard.LoseAll(_segmentSize, _sndNxt, _usesSack ? Now - Scoreboard.Newest.RoundTrip : long.MaxValue, isRepeated: !isFirst);
        _rto.BackOff();
        EnterLoss();
    }

    // Segments were too long for the path (RFC 1191, 6.4): they are lost, but not to congestion.
    private void ResendForPath()
    {
        Scoreboard.LoseAll(_segmentSize, _sndNxt, long.MaxValue, isRepeated: false);
        Episode.Undo.Forget();
        Episode.HasSpuriousTimeoutDetection = false;
        EnterLoss();
    }

    private void EnterLoss()
    {
        _duplicates = 0;
        _recovery = Recovery.Loss;
        Episode.RecoveryPoint = _sndNxt;
        Scoreboard.ReorderingDue = Scoreboard.LossProbeDue = 0;
        _mustRetransmit = true;
        _isNewFirst = false;
    }

    /// <summary>NextSeg: what is lost is sent again, as the window allows; the first segment in any case.</summary>
    private void SendLost()
    {
        if (_recovery < Recovery.Fast || _scoreboard is null || _isNewFirst)
        {
            return;
        }

        long room = Window - Pipe;
        while ((room >= _segmentSize || _mustRetransmit) && _scoreboard.TryNext(_segmentSize, out SequenceRange next))
        {
            room -= Retransmit(next);
            _mustRetransmit = false;
        }

        _mustRetransmit = false;
    }

    private int Retransmit(SequenceRange range)
    {
        int sent = SendRange(range.Start, (int)range.Length);
        range = range with { End = range.Start + sent };
        Scoreboard.SentAgain(range, Now);
        NoteSent(sent);
        _episode?.Undo.NoteSentAgain(sent, _usesTimestamps ? TimestampNow : null);
        Statistics.SegmentsRetransmitted++;
        _retransmitted++;
        if (range.Start == _sndUna)
        {
            // RFC 6675, section 6: the timer is for what was sent last.
            RestartSendTimer();
        }

        return sent;
    }

    private void NoteSent(long bytes)
    {
        if (IsReducing)
        {
            _episode.Reduction.NoteSent(bytes);
        }
    }
}
