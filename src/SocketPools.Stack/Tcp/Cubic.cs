using System.Runtime.CompilerServices;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Congestion control by RFC 9438: after a loss the window grows along a cubic curve of time, fast to where the loss was, slow around
/// it, fast beyond, and never slower than Reno would. Sections are the RFC's.
/// </summary>
internal sealed class Cubic : ICongestionControl
{
    // 4.6: beta, and C of 5.1, in segments a cubed second. 4.3: alpha makes Reno's average rate with this beta.
    private const double Beta = 0.7;
    private const double C = 0.4;
    private const double RenoAlpha = 3 * (1 - Beta) / (1 + Beta);

    private SlowStart _slowStart;
    private int _segmentSize;
    private int _initialSegments;

    // Windows in segments: cwnd is a fraction between acknowledgments.
    private double _window;
    private double _windowMax;
    private double _windowPrior;
    private double _windowReno;
    private double _k;
    private double _epochStart = double.NaN;
    private double _lastAcknowledgment;
    private bool _hasLost;

    // As it was before the last loss; null while there was none.
    private StrongBox<State>? _before;

    public string Name => "cubic";

    public long Window => (long)(_window * _segmentSize);

    public long SlowStartThreshold { get; private set; } = long.MaxValue;

    public void Start(int segmentSize, int initialSegments)
    {
        _segmentSize = segmentSize;
        _initialSegments = initialSegments;
        _window = initialSegments;
        _slowStart.Start();
    }

    public void SetSegmentSize(int segmentSize)
    {
        double factor = (double)_segmentSize / segmentSize;
        _window *= factor;
        _windowMax *= factor;
        _windowPrior *= factor;
        _windowReno *= factor;
        _segmentSize = segmentSize;
    }

    public void OnAcknowledged(in AcknowledgmentSample sample)
    {
        if (!sample.IsLimited)
        {
            // 4.2: time that the sender did not use does not count.
            _epochStart += sample.Now - _lastAcknowledgment;
        }
        else if (Window < SlowStartThreshold)
        {
            GrowBySlowStart(sample);
        }
        else
        {
            GrowByCubic(sample);
        }

        _lastAcknowledgment = sample.Now;
    }

    public void OnLoss(long flight)
    {
        _before ??= new StrongBox<State>();
        _before.Value = new State(_window, _windowMax, _windowPrior, _windowReno, _k, _epochStart, SlowStartThreshold, _hasLost);
        _windowPrior = _window;

        // 4.7: fast convergence leaves room for a flow that has come.
        _windowMax = _window < _windowMax ? _window * (1 + Beta) / 2 : _window;

        // 4.6: of what was in flight, so that an unused window does not count.
        double used = Math.Min(_window, (double)flight / _segmentSize);
        _window = Math.Max(used * Beta, 2);
        SlowStartThreshold = Window;
        _epochStart = double.NaN;
        _hasLost = true;
    }

    public void OnTimeout(long flight)
    {
        OnLoss(flight);
        _window = 1;

        // 4.8: the curve begins where slow start ends.
        _hasLost = false;
    }

    public void OnRepeatedTimeout() => _window = 1;

    // 4.9.
    public void Undo()
    {
        if (_before is null)
        {
            return;
        }

        State before = _before.Value;
        _window = Math.Max(_window, before.Window);
        (_windowMax, _windowPrior, _windowReno, _k) = (before.WindowMax, before.WindowPrior, before.WindowReno, before.K);
        (_epochStart, _hasLost) = (before.EpochStart, before.HasLost);
        SlowStartThreshold = Math.Max(SlowStartThreshold, before.Threshold);
    }

    public void OnIdle(double idle, double timeout)
    {
        // 4.2: time in which nothing was sent does not count.
        _epochStart += idle;
        _lastAcknowledgment += idle;
        double least = Math.Min(_window, _initialSegments);
        double before = _window;
        for (double left = idle - timeout; left > 0 && _window > least; left -= timeout)
        {
            _window /= 2;
        }

        _window = Math.Max(_window, least);
        if (_window < before)
        {
            SlowStartThreshold = Math.Max(SlowStartThreshold, (long)(before * 0.75 * _segmentSize));
        }
    }

    private void GrowBySlowStart(in AcknowledgmentSample sample)
    {
        if (SlowStartThreshold != long.MaxValue)
        {
            _window = Math.Min(_window + ((double)sample.Bytes / _segmentSize), (double)SlowStartThreshold / _segmentSize);
            return;
        }

        _window += (double)_slowStart.Growth(sample, out bool ends) / _segmentSize;
        if (ends)
        {
            SlowStartThreshold = Window;
        }
    }

    private void GrowByCubic(in AcknowledgmentSample sample)
    {
        if (double.IsNaN(_epochStart))
        {
            BeginEpoch(sample.Now);
        }

        double acknowledged = (double)sample.Bytes / _segmentSize;
        double time = sample.Now - _epochStart;

        // 4.3: what Reno would have. From where the loss was it grows as Reno does, by one segment a round trip.
        double alpha = _windowReno >= _windowPrior ? 1 : RenoAlpha;
        _windowReno += alpha * acknowledged / _window;
        if (CubicAt(time) < _windowReno)
        {
            _window = Math.Max(_window, _windowReno);
            return;
        }

        // 4.4 and 4.5: to where the curve is in a round trip, by at most half in one.
        double target = Math.Clamp(CubicAt(time + sample.SmoothedRoundTrip), _window, 1.5 * _window);
        _window += (target - _window) / _window * acknowledged;
    }

    private void BeginEpoch(double now)
    {
        _epochStart = now;
        _windowReno = _window;
        if (!_hasLost || _windowMax < _window)
        {
            // 4.8 and 4.10: slow start ended without a loss.
            _windowMax = _window;
        }

        // 4.2, equation 2.
        _k = Math.Cbrt((_windowMax - _window) / C);
    }

    // 4.2, equation 1.
    private double CubicAt(double time)
    {
        double distance = time - _k;
        return (C * distance * distance * distance) + _windowMax;
    }

    private readonly record struct State(
        double Window, double WindowMax, double WindowPrior, double WindowReno, double K, double EpochStart, long Threshold, bool HasLost);
}
