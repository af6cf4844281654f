namespace SocketPools.Stack.Tcp;

/// <summary>
/// Loss recovery: fast retransmit and fast recovery (RFC 6675 with SACK, RFC 6582 without), and what follows the retransmission timer.
/// Limited transmit (RFC 3042) needs no code: a duplicate takes a segment out of the pipe, and a new one may enter it.
/// </summary>
internal sealed partial class TcpConnection
{
    private SackScoreboard? _scoreboard;
    private Recovery _recovery;
    private bool _mustRetransmit;
    private bool _hasRescued;

    // RecoveryPoint of RFC 6675, recover of RFC 6582: what was sent when the loss was found.
    private long _recoveryPoint;

    private enum Recovery
    {
        /// <summary>Nothing is known to be lost.</summary>
        None,
        /// <summary>Duplicates told of a loss.</summary>
        Fast,
        /// <summary>The timer has fired, or the path has become narrower: all that is not acknowledged is sent again as the window allows.</summary>
        Loss,
    }

    private SackScoreboard Scoreboard
    {
        get
        {
            if (_scoreboard is null)
            {
                _scoreboard = new SackScoreboard();
                _scoreboard.Reset(_sndUna);
            }

            return _scoreboard;
        }
    }

    /// <summary>Bytes that are thought to be in the network.</summary>
    private long Pipe => _scoreboard?.Pipe(_sndNxt) ?? Flight;

    private void TakeDuplicate()
    {
        _duplicates++;
        if (!_usesSack)
        {
            Scoreboard.AddDuplicate(_segmentSize, _sndNxt);
        }

        // RFC 6582, 3.2, step 1: duplicates of what was sent again after a timeout are no loss.
        bool isLost = _duplicates >= SackScoreboard.DupThresh || Scoreboard.IsFirstLost;
        if (_recovery == Recovery.None && isLost && (_usesSack || _sndUna > _recoveryPoint))
        {
            BeginFastRecovery();
        }
    }

    // RFC 6675, section 5, step 4.
    private void BeginFastRecovery()
    {
        Statistics.FastRecoveries++;
        _recovery = Recovery.Fast;
        _recoveryPoint = _sndNxt;
        _hasRescued = false;
        if (!Scoreboard.IsFirstLost)
        {
            Scoreboard.LoseFirst(_segmentSize, _sndNxt);
        }

        // RFC 5681, 3.2, step 2: what limited transmit has added does not count.
        _congestion.OnLoss(Math.Min(Flight, _congestion.Window));
        _mustRetransmit = true;
    }

    // New data is acknowledged: all of it, or the next hole shows (RFC 6582, 3.2, step 3).
    private void TakeProgress()
    {
        if (_recovery == Recovery.None)
        {
            return;
        }

        if (_sndUna >= _recoveryPoint)
        {
            _recovery = Recovery.None;
        }
        else if (_recovery == Recovery.Fast && !_usesSack)
        {
            Scoreboard.LoseFirst(_segmentSize, _sndNxt);
            _mustRetransmit = true;
        }
    }

    // RFC 6298, 5.4 to 5.6; RFC 5681, 3.1: one segment, then slow start.
    private void BeginLossRecovery()
    {
        Statistics.RetransmissionTimeouts++;
        if (_rto.Backoff == 0)
        {
            _congestion.OnTimeout(Math.Min(Flight, _congestion.Window));
        }

        Scoreboard.LoseAll(_sndNxt, isRepeated: _rto.Backoff > 0);
        _rto.BackOff();
        _duplicates = 0;
        _recovery = Recovery.Loss;
        _recoveryPoint = _sndNxt;
        _mustRetransmit = true;
    }

    // Segments were too long for the path (RFC 1191, 6.4): they are lost, but not to congestion.
    private void ResendForPath()
    {
        Scoreboard.LoseAll(_sndNxt, isRepeated: false);
        _recovery = Recovery.Loss;
        _recoveryPoint = _sndNxt;
        _mustRetransmit = true;
    }

    /// <summary>NextSeg, rule 1: what is lost is sent again, as the window allows; the first segment in any case.</summary>
    private void SendLost()
    {
        if (_recovery == Recovery.None)
        {
            return;
        }

        long room = _congestion.Window - Pipe;
        while ((room >= _segmentSize || _mustRetransmit) && Scoreboard.TryNext(isLost: true, _segmentSize, out SequenceRange next))
        {
            room -= Retransmit(next);
            _mustRetransmit = false;
        }

        _mustRetransmit = false;
    }

    /// <summary>NextSeg, rules 3 and 4: with nothing new to send, what may be lost; at last the end, once, which nobody can tell from lost.</summary>
    private void SendSpeculatively()
    {
        if (_recovery != Recovery.Fast || !_usesSack)
        {
            return;
        }

        long room = _congestion.Window - Pipe;
        while (room >= _segmentSize && Scoreboard.TryNext(isLost: false, _segmentSize, out SequenceRange next))
        {
            room -= Retransmit(next);
        }

        long end = Math.Min(_sndNxt, _recoveryPoint);
        long start = Math.Max(Scoreboard.HighSacked, end - _segmentSize);
        if (room >= _segmentSize && !_hasRescued && start < end)
        {
            _hasRescued = true;
            _timedEnd = 0;
            SendRange(start, (int)(end - start));
            Statistics.SegmentsRetransmitted++;
            _retransmitted++;
        }
    }

    private int Retransmit(SequenceRange range)
    {
        // Karn: an acknowledgment would not tell which of both it is for.
        _timedEnd = 0;
        int sent = SendRange(range.Start, (int)range.Length);
        Scoreboard.Retransmitted(range with { End = range.Start + sent });
        Statistics.SegmentsRetransmitted++;
        _retransmitted++;
        return sent;
    }
}
