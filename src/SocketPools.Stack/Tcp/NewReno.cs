namespace SocketPools.Stack.Tcp;

/// <summary>Congestion control by RFC 5681: one segment more a round trip, half of it after a loss. Recovery is RFC 6582's or RFC 6675's.</summary>
internal sealed class NewReno : ICongestionControl
{
    private SlowStart _slowStart;
    private int _segmentSize;
    private int _initialSegments;

    // As they were before the last loss.
    private long _priorWindow;
    private long _priorThreshold;

    // Bytes acknowledged since the window last grew (RFC 3465, 2.1).
    private long _counted;

    public string Name => "newreno";

    public long Window { get; private set; }

    public long SlowStartThreshold { get; private set; } = long.MaxValue;

    public void Start(int segmentSize, int initialSegments)
    {
        _segmentSize = segmentSize;
        _initialSegments = initialSegments;
        Window = (long)initialSegments * segmentSize;
        _slowStart.Start();
    }

    public void SetSegmentSize(int segmentSize) => _segmentSize = segmentSize;

    public void OnAcknowledged(in AcknowledgmentSample sample)
    {
        if (!sample.IsLimited)
        {
            return;
        }

        if (Window < SlowStartThreshold)
        {
            GrowBySlowStart(sample);
            return;
        }

        _counted += sample.Bytes;
        if (_counted >= Window)
        {
            _counted -= Window;
            Window += _segmentSize;
        }
    }

    public void OnLoss(long flight)
    {
        (_priorWindow, _priorThreshold) = (Window, SlowStartThreshold);
        // RFC 5681, equation 4.
        SlowStartThreshold = Math.Max(flight / 2, 2L * _segmentSize);
        Window = SlowStartThreshold;
        _counted = 0;
    }

    public void OnTimeout(long flight)
    {
        OnLoss(flight);
        Window = _segmentSize;
    }

    public void OnRepeatedTimeout() => Window = _segmentSize;

    public void Undo()
    {
        Window = Math.Max(Window, _priorWindow);
        SlowStartThreshold = Math.Max(SlowStartThreshold, _priorThreshold);
    }

    public void OnIdle(double idle, double timeout)
    {
        long least = Math.Min(Window, (long)_initialSegments * _segmentSize);
        long before = Window;
        for (double left = idle - timeout; left > 0 && Window > least; left -= timeout)
        {
            Window /= 2;
        }

        Window = Math.Max(Window, least);
        if (Window < before)
        {
            SlowStartThreshold = Math.Max(SlowStartThreshold, before / 4 * 3);
        }
    }

    private void GrowBySlowStart(in AcknowledgmentSample sample)
    {
        if (SlowStartThreshold != long.MaxValue)
        {
            Window = Math.Min(Window + sample.Bytes, SlowStartThreshold);
            return;
        }

        Window += _slowStart.Growth(sample, out bool ends);
        if (ends)
        {
            SlowStartThreshold = Window;
        }
    }
}
