namespace SocketPools.Stack.Tcp;

/// <summary>
/// Congestion control. It is made when it makes a difference: as long as the window of the beginning was never used up and nothing was lost, that
/// window is all of it.
/// </summary>
internal sealed partial class TcpConnection
{
    private ICongestionControl Congestion => _congestionMade ?? MakeCongestion();

    private long CongestionWindow => _congestionMade?.Window ?? (long)_initialSegments * _segmentSize;

    private long SlowStartThreshold => _congestionMade?.SlowStartThreshold ?? long.MaxValue;

    private string CongestionName => _congestionMade?.Name ?? _shard.Layer.CongestionName;

    private ICongestionControl MakeCongestion()
    {
        _congestionMade = _shard.Layer.NewCongestionControl();
        if (_initialSegments > 0)
        {
            _congestionMade.Start(_segmentSize, _initialSegments);
        }

        return _congestionMade;
    }
}
