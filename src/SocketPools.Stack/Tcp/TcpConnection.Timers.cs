using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Three timers. <c>send</c> is the retransmission timer while something is on its way, else the persist timer while something waits for
/// the peer's window. <c>acknowledgment</c> is the delayed one's. <c>life</c> is TIME-WAIT's, FIN-WAIT-2's or keepalive's: a connection
/// has one of them at a time.
/// </summary>
internal sealed partial class TcpConnection
{
    // R1 of RFC 9293, 3.8.3: after so many the way may be another one.
    private const int RetransmissionsBeforeNewPath = 3;

    private StackTimer? _sendTimer;
    private StackTimer? _acknowledgmentTimer;
    private StackTimer? _lifeTimer;
    private bool _isSendTimerStale;

    // Retransmissions or probes since the peer last showed that it is there; when it last took something; when it was last heard.
    private int _unanswered;
    private int _synRetransmissions;
    private int _probes;
    private int _keepAlives;
    private long _progressAt;
    private long _heardAt;

    private void RestartSendTimer() => _isSendTimerStale = true;

    // RFC 6298, section 5.
    private void ArmSendTimer()
    {
        bool isOnItsWay = Flight > 0;
        if (!isOnItsWay && !HasUnsent)
        {
            if (_sendTimer is not null)
            {
                TimerQueue.Clear(_sendTimer);
            }

            _isSendTimerStale = true;
            return;
        }

        if (isOnItsWay)
        {
            _probes = 0;
        }

        if (_sendTimer is { IsSet: true } && !_isSendTimerStale)
        {
            return;
        }

        _isSendTimerStale = false;
        long wait = isOnItsWay ? _rto.Timeout : ProbeInterval;
        if (_options.UserTimeout is { } limit)
        {
            wait = Math.Clamp(_progressAt + Timers.Ticks(limit) - Now, 1, wait);
        }

        _sendTimer ??= new StackTimer(OnSendTimer);
        Timers.Set(_sendTimer, Now + wait);
    }

    // 3.8.6.1: as retransmissions, further and further apart.
    private long ProbeInterval => Math.Min(_rto.Max, _rto.Timeout << Math.Min(_probes, 16));

    private void OnSendTimer()
    {
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
            _timedEnd = 0;
            _rto.BackOff();
            Statistics.SegmentsRetransmitted++;
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

    private bool IsGivenUp()
    {
        TcpSettings settings = _layer.Settings;
        if (_options.UserTimeout is { } limit)
        {
            return Now - _progressAt >= Timers.Ticks(limit);
        }

        return _unanswered >= State switch
        {
            TcpState.SynSent or TcpState.SynReceived => settings.MaxSynRetransmissions,
            _ when _isOrphan => settings.MaxOrphanRetransmissions,
            _ => settings.MaxRetransmissions,
        };
    }

    // What the network had to say meanwhile tells more than that time is up (RFC 1122, 4.2.3.9).
    private void GiveUp()
    {
        Errno error = _softError == Errno.None ? Errno.ETIMEDOUT : _softError;
        if (State == TcpState.SynSent)
        {
            Fail(error);
        }
        else
        {
            Reset(error);
        }
    }

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
        Transmit(TcpFlags.Ack, _sndUna - 1, null);
    }

    private void StartAcknowledgmentTimer()
    {
        _acknowledgmentTimer ??= new StackTimer(OnAcknowledgmentTimer);
        if (!_acknowledgmentTimer.IsSet)
        {
            Timers.Set(_acknowledgmentTimer, Now + Timers.Ticks(_layer.Settings.DelayedAcknowledgment));
        }
    }

    private void ClearAcknowledgmentTimer()
    {
        if (_acknowledgmentTimer is not null)
        {
            TimerQueue.Clear(_acknowledgmentTimer);
        }
    }

    private void OnAcknowledgmentTimer()
    {
        Statistics.DelayedAcknowledgments++;
        SendAcknowledgment();
    }

    private void StartLifeTimer(TimeSpan time)
    {
        _lifeTimer ??= new StackTimer(OnLifeTimer);
        Timers.Set(_lifeTimer, Now + Timers.Ticks(time));
    }

    /// <summary>Whether the layer has counted it among those in TIME-WAIT.</summary>
    internal bool IsCountedInTimeWait { get; set; }

    /// <summary>
    /// Whether a SYN may begin a new connection in place of this one in TIME-WAIT: its numbers, or its timestamps, are beyond the old
    /// one's, so that nothing of that can be taken for the new one's (RFC 6191; RFC 9293, MAY-2).
    /// </summary>
    internal bool MayBeReopenedBy(in TcpSegment segment)
    {
        if (State != TcpState.TimeWait || !segment.Has(TcpFlags.Syn) || segment.Has(TcpFlags.Ack) || segment.Has(TcpFlags.Rst))
        {
            return false;
        }

        bool isNewer = TcpSegment.Unwrap((uint)segment.Sequence, _rcvNxt) > _rcvNxt;
        int timestamps = (int)(segment.Options.TimestampValue - _timestampRecent);
        return _usesTimestamps && segment.Options.HasTimestamps ? timestamps > 0 || (timestamps == 0 && isNewer) : isNewer;
    }

    /// <summary>Ends the connection without a word to the peer.</summary>
    internal void Forget()
    {
        if (State != TcpState.Closed)
        {
            SetState(TcpState.Closed);
        }
    }

    private void StartTimeWait()
    {
        _layer.OnTimeWait(this);
        if (State == TcpState.TimeWait)
        {
            StartLifeTimer(_layer.Settings.TimeWait);
        }
    }

    // 3.6: a peer that never ends its half keeps no connection that nobody reads.
    private void StartFinWait2()
    {
        if (_isOrphan && State == TcpState.FinWait2)
        {
            StartLifeTimer(_layer.Settings.FinWait2);
        }
    }

    private void StartKeepAlive()
    {
        if (_options.KeepAlive && State is TcpState.Established or TcpState.CloseWait)
        {
            _keepAlives = 0;
            StartLifeTimer(KeepAliveTime);
        }
    }

    private TimeSpan KeepAliveTime => _options.KeepAliveTime ?? _layer.Settings.KeepAliveTime;

    private void OnLifeTimer()
    {
        if (State == TcpState.TimeWait || (State == TcpState.FinWait2 && _isOrphan))
        {
            SetState(TcpState.Closed);
        }
        else if (_options.KeepAlive && State.MaySend())
        {
            KeepAlive();
        }
    }

    // 3.8.4. Silence counts from the last segment that came; text on its way has its own timer.
    private void KeepAlive()
    {
        TimeSpan silence = Timers.Time(Now - _heardAt);
        if (silence < KeepAliveTime || Flight > 0 || HasUnsent)
        {
            _keepAlives = 0;
            StartLifeTimer(silence < KeepAliveTime ? KeepAliveTime - silence : KeepAliveTime);
            return;
        }

        int most = _options.KeepAliveCount ?? _layer.Settings.KeepAliveCount;
        bool isTooLong = _options.UserTimeout is { } limit ? silence >= limit && _keepAlives > 0 : _keepAlives >= most;
        if (isTooLong)
        {
            Reset(_softError == Errno.None ? Errno.ETIMEDOUT : _softError);
            return;
        }

        _keepAlives++;
        Statistics.KeepAlives++;
        Transmit(TcpFlags.Ack, _sndUna - 1, null);
        StartLifeTimer(_options.KeepAliveInterval ?? _layer.Settings.KeepAliveInterval);
    }

    private void StopTimers()
    {
        Remove(_sendTimer);
        Remove(_acknowledgmentTimer);
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
