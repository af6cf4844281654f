namespace SocketPools.Chips.Wiznet;

/// <summary>The retransmission timer of a hardware socket: the calls that end without an answer.</summary>
internal sealed partial class ChipSocket
{
    private ITimer? _timer;
    private Pending _pending;
    private long _pendingSince;
    private TimeSpan _pendingTime;

    private enum Pending
    {
        Nothing,

        /// <summary>A connection: Sn_SR becomes CLOSED.</summary>
        Connection,

        /// <summary>The peer's end, which has arrived and is not shown yet.</summary>
        End,

        /// <summary>A datagram: the socket stays open.</summary>
        Datagram,
    }

    private void StartTimer(Pending what, TimeSpan time, bool fromNow = true)
    {
        TimeProvider clock = _chip.Radio.TimeProvider;
        if (fromNow || _pending == Pending.Nothing)
        {
            _pendingSince = clock.GetTimestamp();
        }

        _pending = what;
        _pendingTime = time;
        TimeSpan left = time - clock.GetElapsedTime(_pendingSince);
        left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        _timer ??= clock.CreateTimer(static s => ((ChipSocket)s!).TimeIsUp(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }

    private void StopTimer()
    {
        _pending = Pending.Nothing;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void TimeIsUp() => _chip.Enter(() =>
    {
        if (_pending == Pending.Nothing)
        {
            return;
        }

        TimeSpan left = _pendingTime - _chip.Radio.TimeProvider.GetElapsedTime(_pendingSince);
        if (left > TimeSpan.Zero)
        {
            _timer!.Change(left, Timeout.InfiniteTimeSpan); // a timer of the system may be early
            return;
        }

        Pending what = _pending;
        _pending = Pending.Nothing;
        if (what == Pending.Connection)
        {
            EndWith(SocketInterrupt.Timeout);
        }
        else if (what == Pending.End)
        {
            if (_endHeld)
            {
                ShowEnd();
            }
        }
        else
        {
            _transmitRead = TransmitWrite;
            _sending = 0;
            Raise(SocketInterrupt.Timeout);
        }
    });
}
