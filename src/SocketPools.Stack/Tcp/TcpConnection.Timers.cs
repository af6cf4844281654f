using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Two of the three timers. <c>send</c> is the retransmission timer while something is on its way, else the persist timer while something
/// waits for the peer's window. <c>acknowledgment</c> is the delayed one's. The third is in <c>TcpConnection.Life.cs</c>.
/// </summary>
internal sealed partial class TcpConnection
{
    // R1 of RFC 9293, 3.8.3: after so many the way may be another one.
    private const int RetransmissionsBeforeNewPath = 3;

    // 3.8.6.2.1: how long a window that is too small for a full segment may stay unused, 0.1 to 1 s.
    private static readonly TimeSpan s_longestOverride = TimeSpan.FromSeconds(1);

    private bool _isSendTimerStale;

    // Retransmissions or probes since the peer last showed that it is there; when it last took something.
    private int _unanswered;
    private ushort _synRetransmissions;
    private int _probes;

    private long _progressAt;

    private void RestartSendTimer() => _isSendTimerStale = true;

    // RFC 6298, section 5.
    private void ArmSendTimer()
    {
        bool isOnItsWay = Flight > 0;
        if (!isOnItsWay && !HasUnsent)
        {
            if (SendTimer is { } idle)
            {
                TimerQueue.Clear(idle);
            }

            _isSendTimerStale = true;
            return;
        }

        if (isOnItsWay)
        {
            _probes = 0;
        }

        TransferParts parts = Parts;
        if (_isSendTimerStale || !parts.SendTimer.IsSet)
        {
            parts.RetransmissionDue = Now + RetransmissionWait(isOnItsWay);
            _isSendTimerStale = false;
        }

        long due = parts.RetransmissionDue;
        if (isOnItsWay && _scoreboard is not null)
        {
            due = _scoreboard.LossProbeDue != 0 ? Math.Min(due, _scoreboard.LossProbeDue) : due;
            due = _scoreboard.ReorderingDue != 0 ? Math.Min(due, _scoreboard.ReorderingDue) : due;
        }

        StackTimer timer = parts.SendTimer;
        if (!timer.IsSet || timer.Due != due)
        {
            Timers.Set(timer, due);
        }
    }

    private long RetransmissionWait(bool isOnItsWay)
    {
        // An acknowledgment that is delayed for as long as the timeout allows comes first.
        long wait = isOnItsWay ? _rto.Timeout + (_rto.Smoothed / 64) : _sndWnd > 0 ? Math.Min(ProbeInterval, Timers.Ticks(s_longestOverride)) : ProbeInterval;
        if (_options.UserTimeout is { } limit)
        {
            wait = Math.Clamp(_progressAt + Timers.Ticks(limit) - Now, 1, wait);
        }

        if (isOnItsWay && _scoreboard is { IsReneging: true })
        {
            // What the peer took back is sent again soon, as on Linux.
            wait = Math.Min(wait, Math.Max(_rto.Smoothed / 2, Timers.Frequency / 100));
        }

        return wait;
    }

    // 3.8.6.1: as retransmissions, further and further apart.
    private long ProbeInterval => Math.Min(_rto.Max, (_shard.Settings.WindowProbeInterval is { } first ? Timers.Ticks(first) : _rto.Timeout) << Math.Min(_probes, 16));

    private void OnSendTimer()
    {
        if (Flight > 0 && Parts.RetransmissionDue > Now && State.MayTransmit())
        {
            OnEarlyTimer();
            return;
        }

        RestartSendTimer();
        if (IsGivenUp())
        {
            GiveUp();
            return;
        }

        _unanswered++;
        if (Flight == 0)
        {
            Probe();
        }
        else if (State is TcpState.SynSent or TcpState.SynReceived)
        {
            _synRetransmissions++;
            if (_shard.Settings.SynBackoff)
            {
                _rto.BackOff();
            }

            Statistics.SegmentsRetransmitted++;
            _retransmitted++;
            SendSyn();
        }
        else
        {
            if (_unanswered == RetransmissionsBeforeNewPath)
            {
                FindPathAgain();
            }

            BeginLossRecovery();
            Output();
        }

        if (State != TcpState.Closed)
        {
            ArmSendTimer();
        }
    }

    // RFC 8985, before the retransmission timer.
    private void OnEarlyTimer()
    {
        if (_scoreboard is { ReorderingDue: > 0 } && _scoreboard.ReorderingDue <= Now)
        {
            OnReorderingTimeout();
        }
        else if (_scoreboard is { LossProbeDue: > 0 } && _scoreboard.LossProbeDue <= Now)
        {
            SendLossProbe();
        }

        if (State != TcpState.Closed)
        {
            ArmSendTimer();
        }
    }

    private bool IsGivenUp()
    {
        TcpOptions settings = _shard.Settings;
        if (_options.UserTimeout is { } limit)
        {
            return Now - _progressAt >= Timers.Ticks(limit);
        }

        if (_isOrphan && _probes >= settings.MaxOrphanRetransmissions)
        {
            // A peer that answers every probe and takes nothing would keep it forever, and the connection could not be ended (CVE-2008-4609).
            return true;
        }

        return _unanswered >= State switch
        {
            TcpState.SynSent or TcpState.SynReceived => settings.MaxSynRetransmissions,
            _ when _isOrphan => settings.MaxOrphanRetransmissions,
            _ => settings.MaxRetransmissions,
        };
    }

    // What the network had to say meanwhile tells more than that time is up (RFC 1122, 4.2.3.9). As on Linux nothing is sent any more:
    // a later segment is answered by a reset.
    private void GiveUp() => Fail(_softError == Errno.None ? Errno.ETIMEDOUT : _softError);

    /// <summary>
    /// The persist timer (3.8.6.1, 3.8.6.2.1): a window too small for a full segment is used after a while; a closed one is asked for.
    /// </summary>
    /// <remarks>
    /// The question has no text, and a sequence number that was acknowledged already, so that it has to be answered: as Linux asks. The
    /// RFC's own has one byte of text; the answer is the same, and nothing has to be taken back.
    /// </remarks>
    private void Probe()
    {
        _probes++;
        if (_sndWnd > 0 && UnsentText > 0)
        {
            SendNext((int)Math.Min(Math.Min(UnsentText, _segmentSize), _sndWnd));
            return;
        }

        Statistics.WindowProbes++;
        if (_shard.Settings.WindowProbesCarryData && UnsentText > 0)
        {
            // It does not count as sent until the peer takes it.
            Parts.ProbedEnd = _sndNxt + SendRange(_sndNxt, 1);
            return;
        }

        Transmit(TcpFlags.Ack, _sndUna - 1, null);
    }

    private void StartAcknowledgmentTimer()
    {
        StackTimer timer = Parts.AcknowledgmentTimer;
        if (!timer.IsSet)
        {
            Timers.Set(timer, Now + _shard.DelayedAckTicks);
        }
    }

    private void ClearAcknowledgmentTimer()
    {
        if (AcknowledgmentTimer is { } timer)
        {
            TimerQueue.Clear(timer);
        }
    }

    private void OnAcknowledgmentTimer()
    {
        Statistics.DelayedAcknowledgments++;
        _delayed.OnTimer(Now, _shard.SoonTicks);
        SendAcknowledgment();
    }

    private void StopTimers()
    {
        Remove(SendTimer);
        Remove(AcknowledgmentTimer);
        Remove(_lifeTimer);
    }

    private void Remove(StackTimer? timer)
    {
        if (timer is not null)
        {
            Timers.Remove(timer);
        }
    }
}
