namespace SocketPools.Stack.Tcp;

/// <summary>The end of what was sent: tail loss probes (RFC 8985, section 7), and the reordering timer (6.2, step 5).</summary>
internal sealed partial class TcpConnection
{
    // How long the peer has kept an acknowledgment for itself, at most.
    private long _peerDelay;

    // 7.2: TLP_calc_PTO. While nothing of all that went out together is acknowledged, the path may have paused, or the peer may delay its
    // acknowledgment: that is for the retransmission timer and RFC 5682.
    private void ScheduleLossProbe()
    {
        if (_scoreboard is null)
        {
            return;
        }

        _scoreboard.LossProbeDue = 0;
        bool isLast = Flight <= _segmentSize;
        if (!_usesSack || _sndUna == _scoreboard.FlightStart || _recovery > Recovery.Reduced || _scoreboard.Probe.IsOut
            || !_rto.IsMeasured || !_scoreboard.IsEmpty)
        {
            return;
        }

        _scoreboard.LossProbeDue = TailLossProbe.Due(_sentAt, Now, _rto.Smoothed, isLast ? _peerDelay : 0, Timers.Frequency / 200);
    }

    // 7.3: TLP_send_probe. New text if there is any, else the last segment again.
    private void SendLossProbe()
    {
        Scoreboard.LossProbeDue = 0;
        long before = _sndNxt;
        long room = Math.Min(_sndUna + _sndWnd - _sndNxt, Math.Min(UnsentText, _segmentSize));
        if (room > 0)
        {
            SendNext((int)room);
        }
        else
        {
            long start = Math.Max(_sndUna, _sndNxt - _segmentSize);
            int sent = SendRange(start, (int)(_sndNxt - start));
            Scoreboard.SentProbe(new SequenceRange(start, start + sent), Now);
            Statistics.SegmentsRetransmitted++;
            _retransmitted++;
        }

        Statistics.LossProbes++;
        Scoreboard.Probe.NoteSent(_sndNxt, isAgain: _sndNxt == before);
        RestartSendTimer();
    }

    // Nothing that was waited for has come.
    private void OnReorderingTimeout()
    {
        Delivery nothing = new();
        FindLosses(ref nothing);
        BeginFastRecoveryIfLost(nothing);
        if (IsReducing && nothing.Lost > 0)
        {
            _episode.Reduction.Acknowledge(nothing, Pipe, _segmentSize);
        }

        Output();
    }

    // With nothing else on its way an acknowledgment is as late as its sender delays it.
    private void NotePeerDelay(long roundTrip, long flight)
    {
        if (flight <= _segmentSize && _rack.LeastRoundTrip > 0)
        {
            long most = Timers.Ticks(_shard.Settings.MinRetransmissionTimeout);
            _peerDelay = Math.Max(_peerDelay, Math.Min(roundTrip - _rack.LeastRoundTrip, most));
        }
    }
}
