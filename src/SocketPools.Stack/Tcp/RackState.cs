namespace SocketPools.Stack.Tcp;

/// <summary>
/// What RACK knows of a path (RFC 8985, section 5.3), also while nothing is on its way: the least round trip, and how wide the reordering
/// window is. Times are ticks of the clock.
/// </summary>
internal struct RackState
{
    // RFC 8985, 6.2, step 4: how many recoveries a window that grew stays wide.
    private const byte WidePersistence = 16;

    // Linux: the minimum is looked for in the last five minutes.
    private const int MinimumLifetimeSeconds = 300;

    // RACK.min_RTT, and the second in which it was measured.
    private long _leastRoundTrip;
    private int _leastSecond;

    // RACK.reo_wnd_mult without the 1 that it begins with, RACK.reo_wnd_persist.
    private byte _multiplier;
    private byte _persistence;

    /// <summary>RACK.reordering_seen.</summary>
    internal bool IsReorderingSeen { get; set; }

    /// <summary>RACK.min_RTT; 0 before the first measurement.</summary>
    internal readonly long LeastRoundTrip => _leastRoundTrip;

    /// <summary>6.2, step 1.</summary>
    internal void MeasureLeast(long roundTrip, long now, long frequency)
    {
        int second = (int)(now / frequency);
        roundTrip = Math.Max(1, roundTrip);
        if (_leastRoundTrip == 0 || roundTrip <= _leastRoundTrip || second - _leastSecond > MinimumLifetimeSeconds)
        {
            (_leastRoundTrip, _leastSecond) = (roundTrip, second);
        }
    }

    /// <summary>6.2, step 4: RACK_update_reo_wnd, for a round trip in which a duplicate was reported (RFC 2883).</summary>
    internal void Widen()
    {
        _multiplier = (byte)Math.Min(_multiplier + 1, byte.MaxValue);
        _persistence = WidePersistence;
    }

    /// <summary>6.2, step 4: a recovery is over.</summary>
    internal void NoteRecoveryEnd()
    {
        if (_persistence > 0 && --_persistence == 0)
        {
            _multiplier = 0;
        }
    }

    /// <summary>6.2, step 4: RACK_update_reo_wnd. Nothing is waited for where losses are known and nothing was ever reordered.</summary>
    /// <param name="isLossKnown">Whether DupThresh segments lie above, or a recovery goes on.</param>
    /// <param name="smoothedRoundTrip">SRTT, the most that is waited for.</param>
    /// <param name="granularity">The least that is waited for DupThresh segments.</param>
    internal readonly long Window(bool isLossKnown, long smoothedRoundTrip, long granularity)
    {
        long window = Math.Min((1 + _multiplier) * (_leastRoundTrip / 4), smoothedRoundTrip);
        return IsReorderingSeen ? window : isLossKnown ? 0 : Math.Max(granularity, window);
    }
}
