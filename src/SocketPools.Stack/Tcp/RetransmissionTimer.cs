namespace SocketPools.Stack.Tcp;

/// <summary>Computes how long to wait for an acknowledgment: RFC 6298. Times are ticks of the clock.</summary>
/// <param name="frequency">Ticks in a second.</param>
/// <remarks>
/// The least timeout is a setting, 200 ms as on Linux, where the RFC says that it should be a second: delayed acknowledgments come
/// within that, and a second of silence after a loss is what users notice.
/// </remarks>
internal struct RetransmissionTimer(long frequency)
{
    // RFC 6298: K = 4, alpha = 1/8, beta = 1/4; G, the clock's granularity, is a millisecond where it is finer.
    private const int K = 4;

    private readonly long _granularity = Math.Max(1, frequency / 1000);
    private int _backoff;

    /// <summary>SRTT; 0 before the first measurement.</summary>
    internal long Smoothed { get; private set; }

    /// <summary>RTTVAR.</summary>
    internal long Variation { get; private set; }

    /// <summary>The least timeout.</summary>
    internal long Min { get; set; } = frequency / 5;

    /// <summary>The greatest timeout (2.4: at least 60 seconds).</summary>
    internal long Max { get; set; } = frequency * 120;

    /// <summary>The timeout before the first measurement (2.1).</summary>
    internal long Initial { get; set; } = frequency;

    /// <summary>How often the timer has fired since something was acknowledged.</summary>
    internal readonly int Backoff => _backoff;

    /// <summary>RTO as it is now.</summary>
    internal readonly long Timeout
    {
        get
        {
            // (2.3), (2.4)
            long timeout = Smoothed == 0 ? Initial : Smoothed + Math.Max(_granularity, K * Variation);
            timeout = Math.Clamp(timeout, Min, Max);

            // (5.5): doubled each time.
            return _backoff >= 32 ? Max : Math.Min(Max, timeout << Math.Min(_backoff, 16));
        }
    }

    /// <summary>A round trip was measured, on a segment that was sent once or carried a timestamp (Karn's algorithm, section 3).</summary>
    internal void Measure(long roundTrip)
    {
        roundTrip = Math.Max(1, roundTrip);
        if (Smoothed == 0)
        {
            // (2.2)
            Smoothed = roundTrip;
            Variation = roundTrip / 2;
            return;
        }

        // (2.3)
        Variation = ((3 * Variation) + Math.Abs(Smoothed - roundTrip)) / 4;
        Smoothed = ((7 * Smoothed) + roundTrip) / 8;
    }

    /// <summary>The timer has fired (5.5).</summary>
    internal void BackOff() => _backoff++;

    /// <summary>New data is acknowledged: the backoff is over.</summary>
    internal void Progress() => _backoff = 0;
}
