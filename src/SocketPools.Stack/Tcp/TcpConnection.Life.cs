using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>How long a connection lives: TIME-WAIT, FIN-WAIT-2 or keepalive. It has one of them at a time, and so one timer.</summary>
internal sealed partial class TcpConnection
{
    // How many times TIME-WAIT a FIN that comes again may begin it anew.
    private const int MaxTimeWaits = 4;

    private StackTimer? _lifeTimer;
    private long _timeWaitSince;
    private ushort _keepAlives;
    private long _heardAt;

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
        if (State != TcpState.TimeWait || !segment.Has(TcpFlags.Syn) || segment.Has(TcpFlags.Ack) || segment.Has(TcpFlags.Rst) || segment.Has(TcpFlags.Fin))
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
        _timeWaitSince = Now;
        _shard.Layer.OnTimeWait(this);
        if (State == TcpState.TimeWait)
        {
            StartLifeTimer(_shard.Settings.TimeWaitTimeout);
        }
    }

    // The peer repeats its FIN for as long as it has no acknowledgment. A forged copy for longer holds nothing.
    private void RestartTimeWait()
    {
        if (Timers.Time(Now - _timeWaitSince) < MaxTimeWaits * _shard.Settings.TimeWaitTimeout)
        {
            StartLifeTimer(_shard.Settings.TimeWaitTimeout);
        }
    }

    // 3.6: a peer that never ends its half does not keep a connection whose socket was closed.
    private void StartFinWait2()
    {
        if (!_isOrphan || State != TcpState.FinWait2)
        {
            return;
        }

        if (_options.FinWait2Seconds < 0)
        {
            Reset(Errno.None); // as Linux
            return;
        }

        StartLifeTimer(_options.FinWait2Seconds > 0 ? TimeSpan.FromSeconds(_options.FinWait2Seconds) : _shard.Settings.FinWait2Timeout);
    }

    private void StartKeepAlive()
    {
        if (_options.KeepAlive && State.IsSynchronized() && State != TcpState.TimeWait && !_isOrphan)
        {
            _keepAlives = 0;
            StartLifeTimer(KeepAliveTime);
        }
    }

    private TimeSpan KeepAliveTime => _options.KeepAliveTime ?? _shard.Settings.KeepAliveTime;

    private void OnLifeTimer()
    {
        if (State == TcpState.TimeWait || (State == TcpState.FinWait2 && _isOrphan))
        {
            SetState(TcpState.Closed);
        }
        else if (_options.KeepAlive && State.IsSynchronized())
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

        int most = _options.KeepAliveCount ?? _shard.Settings.KeepAliveCount;
        bool isTooLong = _options.UserTimeout is { } limit ? silence >= limit && _keepAlives > 0 : _keepAlives >= most;
        if (isTooLong)
        {
            Reset(_softError == Errno.None ? Errno.ETIMEDOUT : _softError);
            return;
        }

        _keepAlives++;
        Statistics.KeepAlives++;
        Transmit(TcpFlags.Ack, _sndUna - 1, null);
        StartLifeTimer(_options.KeepAliveInterval ?? _shard.Settings.KeepAliveInterval);
    }
}
