namespace SocketPools.Stack.Tcp;

/// <summary>
/// The newest transmission that was delivered (RACK.xmit_ts, RACK.end_seq, RACK.rtt of RFC 8985, section 5.3): what was sent before it is
/// lost when a round trip and the reordering window have passed. Times are ticks of the clock.
/// </summary>
internal struct RackNewest
{
    private long _sentAt;
    private long _end;

    // RACK.dsack_round.
    private long _duplicateRound;

    /// <summary>RACK.rtt.</summary>
    internal long RoundTrip { get; private set; }

    /// <summary>Whether anything of what is on its way has been delivered.</summary>
    internal readonly bool IsKnown => _end != 0;

    /// <summary>6.2, step 2: what was sent again says nothing where the answer is to what was sent before.</summary>
    /// <param name="delivery">What was delivered.</param>
    /// <param name="now">The time.</param>
    /// <param name="leastRoundTrip">RACK.min_RTT: an answer that comes sooner is to what was sent before.</param>
    /// <param name="isAnswerToOriginal">Whether the timestamp that comes back says so.</param>
    internal void Update(in Delivery delivery, long now, long leastRoundTrip, bool isAnswerToOriginal)
    {
        (long sentAt, long end) = (delivery.NewestSentAt, delivery.NewestEnd);
        if (delivery.IsNewestAgain && (isAnswerToOriginal || now - sentAt < leastRoundTrip))
        {
            (sentAt, end) = (delivery.NewestOnceSentAt, delivery.NewestOnceEnd);
        }

        if (sentAt == long.MinValue)
        {
            return;
        }

        RoundTrip = Math.Max(0, now - sentAt);
        if (sentAt > _sentAt || (sentAt == _sentAt && end > _end))
        {
            (_sentAt, _end) = (sentAt, end);
        }
    }

    /// <summary>Whether a report of a duplicate is the first in a round trip (6.2, step 4).</summary>
    internal bool IsNewRound(long sndUna, long sndNxt)
    {
        bool isNew = sndUna >= _duplicateRound;
        _duplicateRound = isNew ? sndNxt : _duplicateRound;
        return isNew;
    }

    /// <summary>6.2, step 5: what is lost now.</summary>
    internal readonly LossCriterion Criterion(long window, long now) => new(_sentAt, _end, now - RoundTrip - window);
}
