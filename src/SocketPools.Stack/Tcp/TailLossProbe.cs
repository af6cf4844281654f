namespace SocketPools.Stack.Tcp;

/// <summary>
/// Tail loss probes (RFC 8985, section 7): when nothing is heard of the last segments for two round trips, one more is sent, so that the
/// answer tells what was lost, before the retransmission timer does.
/// </summary>
internal struct TailLossProbe
{
    // TLP.end_seq; 0 for none.
    private long _end;

    // TLP.is_retrans
    private bool _isAgain;

    /// <summary>Whether a probe has not been answered yet: there is one at a time.</summary>
    internal readonly bool IsOut => _end != 0;

    /// <summary>A probe was sent.</summary>
    /// <param name="sndNxt">SND.NXT behind it.</param>
    /// <param name="isAgain">Whether it was not new text.</param>
    internal void NoteSent(long sndNxt, bool isAgain) => (_end, _isAgain) = (sndNxt, isAgain);

    /// <summary>Another recovery has begun: what it finds out is enough.</summary>
    internal void Forget() => _end = 0;

    /// <summary>TLP_process_ack (7.4.2): whether the probe has made good a loss, to which the congestion control answers.</summary>
    /// <param name="acknowledgment">SEG.ACK.</param>
    /// <param name="delivery">What it says besides.</param>
    internal bool HasRepaired(long acknowledgment, in Delivery delivery)
    {
        if (_end == 0 || acknowledgment < _end)
        {
            return false;
        }

        bool isOver = !_isAgain || delivery.HasDuplicate || acknowledgment > _end;
        bool isRepair = _isAgain && !delivery.HasDuplicate && acknowledgment > _end;

        // A duplicate acknowledgment, and nothing else: the original and the probe have both arrived.
        isOver |= !delivery.HasAdvanced && !delivery.HasSacked;
        if (isOver)
        {
            _end = 0;
        }

        return isRepair;
    }

    /// <summary>When the probe is to be sent (7.2).</summary>
    /// <param name="sentAt">When something was sent last.</param>
    /// <param name="now">Now.</param>
    /// <param name="smoothedRoundTrip">SRTT.</param>
    /// <param name="acknowledgmentDelay">How long the peer may keep an acknowledgment for itself: with one segment on its way.</param>
    /// <param name="granularity">How much later at least, because clocks are not fine.</param>
    internal static long Due(long sentAt, long now, long smoothedRoundTrip, long acknowledgmentDelay, long granularity) =>
        Math.Max(sentAt + (2 * smoothedRoundTrip), now + smoothedRoundTrip) + acknowledgmentDelay + granularity;
}
