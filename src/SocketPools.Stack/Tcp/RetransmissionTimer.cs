namespace SocketPools.Stack.Tcp;

/// <summary>Computes how long to wait for an acknowledgment: RFC 6298, with what Linux does to it. Times are ticks of the clock.</summary>
/// <param name="limits">The least and the greatest timeouts.</param>
/// <remarks>
/// <para>
/// The least timeout, 200 ms as on Linux, is what is added to SRTT at least, so that an acknowledgment that the peer delays for so long
/// comes in time on paths of any length. The RFC has a whole second as the least timeout.
/// </para>
/// <para>
/// Each acknowledgment is measured. So that the variation does not die away within a round trip, the greatest one in each counts; and a
/// round trip that becomes shorter raises it by little.
/// </para>
/// </remarks>
internal struct RetransmissionTimer(RetransmissionLimits limits)
{
    // RFC 6298: K = 4, alpha = 1/8, beta = 1/4.
    private const int K = 4;

    private int _backoff;

    // RTTVAR as it is measured, and the greatest one in this round trip, which ends at a sequence number.
    private long _greatest;
    private long _roundEnd;

    // RTTVAR that the timeout is made of; before the first measurement the timeout itself, where it is more than the limits' (5.7).
    private long _steady;

    /// <summary>Whether a round trip was measured.</summary>
    internal bool IsMeasured { get; private set; }

    /// <summary>SRTT; 0 before the first measurement.</summary>
    internal long Smoothed { get; private set; }

    /// <summary>RTTVAR.</summary>
    internal long Variation { get; private set; }

    /// <summary>The greatest timeout.</summary>
    internal readonly long Max => limits.Max;

    /// <summary>How often the timer has fired since a round trip was measured.</summary>
    internal readonly int Backoff => _backoff;

    /// <summary>RTO as it is now.</summary>
    internal readonly long Timeout
    {
        get
        {
            // (2.3), (2.4)
            long timeout = IsMeasured ? Smoothed + Math.Max(limits.Min, K * _steady) : Math.Max(limits.Initial, _steady);
            timeout = Math.Min(timeout, limits.Max);

            // (5.5): doubled each time.
            return _backoff >= 32 ? limits.Max : Math.Min(limits.Max, timeout << Math.Min(_backoff, 16));
        }
    }

    /// <summary>
    /// A round trip was measured, on a segment that was sent once or carried a timestamp: that alone ends the backoff (Karn's algorithm,
    /// sections 3 and 5).
    /// </summary>
    /// <param name="roundTrip">How long it took.</param>
    /// <param name="sndUna">SND.UNA.</param>
    /// <param name="sndNxt">SND.NXT.</param>
    internal void Measure(long roundTrip, long sndUna, long sndNxt)
    {
        _backoff = 0;
        if (!IsMeasured)
        {
            IsMeasured = true;
            // (2.2)
            Smoothed = roundTrip;
            Variation = _greatest = _steady = roundTrip / 2;
            _roundEnd = sndNxt;
            return;
        }

        // (2.3)
        long difference = roundTrip - Smoothed;
        long change = Math.Abs(difference) - Variation;
        Variation += difference < 0 && change > 0 ? change / 32 : change / 4;
        Smoothed += difference / 8;
        _greatest = Math.Max(_greatest, Variation);
        _steady = Math.Max(_steady, _greatest);
        if (sndUna > _roundEnd)
        {
            _steady -= (_steady - _greatest) / 4;
            _greatest = 0;
            _roundEnd = sndNxt;
        }
    }

    /// <summary>5.7: the SYN was lost, and no round trip was measured.</summary>
    /// <param name="timeout">The timeout from then on until one is measured.</param>
    internal void FallBack(long timeout)
    {
        _backoff = 0;
        _steady = Math.Max(_steady, timeout);
    }

    /// <summary>The timer has fired (5.5).</summary>
    internal void BackOff() => _backoff++;
}

/// <summary>What all connections of a stack share of RFC 6298, in ticks of the clock.</summary>
/// <param name="Min">What the timeout adds to SRTT at least.</param>
/// <param name="Max">The greatest timeout (2.4: at least 60 seconds).</param>
/// <param name="Initial">The timeout before the first measurement (2.1).</param>
internal sealed record RetransmissionLimits(long Min, long Max, long Initial);
