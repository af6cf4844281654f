namespace SocketPools.Stack.Tcp;

/// <summary>
/// Proportional rate reduction (RFC 9937): during a recovery as much is sent as what is delivered allows, so that the window comes down to
/// ssthresh over a round trip, without a burst and without a pause. Numbers are bytes.
/// </summary>
internal struct ProportionalRateReduction
{
    // RecoverFS, prr_delivered, prr_out, ssthresh.
    private long _recoverFlight;
    private long _delivered;
    private long _sent;
    private long _threshold;

    /// <summary>cwnd, as it is until the next acknowledgment.</summary>
    internal long Window { get; private set; }

    /// <summary>A recovery begins.</summary>
    /// <param name="flight">What was on its way, or might have been: the window before.</param>
    /// <param name="threshold">ssthresh.</param>
    internal void Begin(long flight, long threshold)
    {
        this = default;
        _recoverFlight = Math.Max(1, flight);
        _threshold = threshold;
    }

    /// <summary>Something was sent, new or again.</summary>
    internal void NoteSent(long bytes) => _sent += bytes;

    /// <summary>An acknowledgment has come (6.2).</summary>
    /// <param name="delivery">What it delivered and found lost.</param>
    /// <param name="pipe">What is in the network behind it.</param>
    /// <param name="segmentSize">SMSS.</param>
    internal void Acknowledge(in Delivery delivery, long pipe, int segmentSize)
    {
        _delivered += delivery.Bytes;
        long count;
        if (pipe > _threshold)
        {
            // Proportional: delivered * ssthresh / RecoverFS, rounded up.
            count = (((_delivered * _threshold) + _recoverFlight - 1) / _recoverFlight) - _sent;
        }
        else
        {
            // PRR-SSRB with a safe acknowledgment, else PRR-CRB: never above ssthresh.
            count = Math.Max(_delivered - _sent, delivery.Bytes);
            if (delivery.HasAdvanced && delivery.Lost == 0)
            {
                count += segmentSize;
            }

            count = Math.Min(_threshold - pipe, count);
        }

        // The fast retransmit goes out in any case.
        Window = pipe + Math.Max(count, _sent == 0 ? segmentSize : 0);
    }
}
