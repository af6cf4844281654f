namespace SocketPools.Stack.Tcp;

/// <summary>
/// The per-connection variables of RACK (RFC 8985, section 5.3) and its steps that need nothing else: a segment is lost when one that
/// was sent later was delivered, and a round trip and the reordering window have passed. Times are ticks of the clock.
/// </summary>
internal struct RackState
{
    // RFC 8985, 6.2, step 4: how many recoveries a window that grew stays wide.
    private const int WidePersistence = 16;

    // Linux: the minimum is looked for in the last five minutes.
    private const int MinimumLifetimeSeconds = 300;

    // RACK.xmit_ts, RACK.end_seq, RACK.rtt.
    private long _sentAt;
    private long _end;
    private long _roundTrip;

    // RACK.min_RTT, and when it was measured.
    private long _leastRoundTrip;
    private long _leastAt;

    // RACK.dsack_round.
    private long _duplicateRound;

    // RACK.reo_wnd_mult without the 1 that it begins with, RACK.reo_wnd_persist.
    private short _multiplier;
    private short _persistence;

    /// <summary>RACK.reordering_seen.</summary>
    internal bool IsReorderingSeen { get; set; }

    /// <summary>RACK.rtt: the round trip of the newest transmission that was delivered.</summary>
    internal readonly long RoundTrip => _roundTrip;

    /// <summary>RACK.min_RTT; 0 before the first measurement.</summary>
    internal readonly long LeastRoundTrip => _leastRoundTrip;

    /// <summary>Whether anything that was sent has been delivered.</summary>
    internal readonly bool HasDelivered => _end != 0;

    /// <summary>6.2, step 1.</summary>
    internal void MeasureLeast(long roundTrip, long now, long frequency)
    {
        roundTrip = Math.Max(1, roundTrip);
        if (_leastRoundTrip == 0 || roundTrip <= _leastRoundTrip || now - _leastAt > MinimumLifetimeSeconds * frequency)
        {
            (_leastRoundTrip, _leastAt) = (roundTrip, now);
        }
    }

    /// <summary>6.2, step 2: what was sent again and is answered within less than the least round trip was answered before.</summary>
    internal void Update(in Delivery delivery, long now)
    {
        if (!delivery.HasTransmission)
        {
            return;
        }

        long roundTrip = now - delivery.NewestSentAt;
        if (delivery.IsNewestAgain && roundTrip < _leastRoundTrip)
        {
            return;
        }

        _roundTrip = roundTrip;
        if (delivery.NewestSentAt > _sentAt || (delivery.NewestSentAt == _sentAt && delivery.NewestEnd > _end))
        {
            (_sentAt, _end) = (delivery.NewestSentAt, delivery.NewestEnd);
        }
    }

    /// <summary>6.2, step 4: RACK_update_reo_wnd, for an acknowledgment that reports a duplicate (RFC 2883), once a round trip.</summary>
    internal void Widen(long sndUna, long sndNxt)
    {
        if (sndUna < _duplicateRound)
        {
            return;
        }

        _duplicateRound = sndNxt;
        _multiplier = (short)Math.Min(_multiplier + 1, byte.MaxValue);
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
        long window = (1 + _multiplier) * (_leastRoundTrip / 4);
        return IsReorderingSeen ? Math.Min(window, smoothedRoundTrip) : isLossKnown ? 0 : Math.Max(granularity, Math.Min(window, smoothedRoundTrip));
    }

    /// <summary>6.2, step 5: what is lost now.</summary>
    internal readonly LossCriterion Criterion(long window, long now) => new(_sentAt, _end, now - _roundTrip - window);
}
