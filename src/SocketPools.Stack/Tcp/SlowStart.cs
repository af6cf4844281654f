namespace SocketPools.Stack.Tcp;

/// <summary>
/// Slow start by HyStart++ (RFC 9406): when the round-trip time rises, the window grows slower for some rounds, and slow start ends if it
/// keeps rising. So the first window that is too large does not lose hundreds of segments at once.
/// </summary>
/// <remarks>
/// L, the most that one acknowledgment adds, is infinite: peers that join segments before they look at them acknowledge dozens at once.
/// Only the first slow start of a connection is watched (RFC 9406, 4.3): a later one has a threshold.
/// </remarks>
internal struct SlowStart
{
    private const double MinRttThreshold = 0.004;
    private const double MaxRttThreshold = 0.016;
    private const double MinRttDivisor = 8;
    private const int RttSamples = 8;
    private const int CssGrowthDivisor = 4;
    private const int CssRounds = 5;

    private long _roundEnd;
    private double _lastRoundMin;
    private double _roundMin;
    private double _cssBaseline;
    private int _samples;
    private int _cssRounds;
    private bool _isConservative;

    internal void Start()
    {
        this = default;
        _lastRoundMin = _roundMin = _cssBaseline = double.PositiveInfinity;
    }

    /// <summary>By how much the window grows.</summary>
    /// <param name="sample">The acknowledgment.</param>
    /// <param name="ends">Whether slow start is over: ssthresh is the window now.</param>
    internal long Growth(in AcknowledgmentSample sample, out bool ends)
    {
        ends = false;
        if (sample.Acknowledged >= _roundEnd)
        {
            ends = EndRound();
            _roundEnd = sample.SentUpTo;
        }

        if (!double.IsNaN(sample.RoundTrip))
        {
            _roundMin = Math.Min(_roundMin, sample.RoundTrip);
            _samples++;
            Watch();
        }

        return _isConservative ? Math.Max(1, sample.Bytes / CssGrowthDivisor) : sample.Bytes;
    }

    private bool EndRound()
    {
        _lastRoundMin = _roundMin;
        _roundMin = double.PositiveInfinity;
        _samples = 0;
        return _isConservative && ++_cssRounds >= CssRounds;
    }

    private void Watch()
    {
        if (_samples < RttSamples)
        {
            return;
        }

        if (_isConservative)
        {
            // It was a passing delay: slow start as before.
            _isConservative = _roundMin >= _cssBaseline;
        }
        else if (double.IsFinite(_lastRoundMin)
            && _roundMin >= _lastRoundMin + Math.Clamp(_lastRoundMin / MinRttDivisor, MinRttThreshold, MaxRttThreshold))
        {
            _cssBaseline = _roundMin;
            _cssRounds = 0;
            _isConservative = true;
        }
    }
}
