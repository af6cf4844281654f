using System.Diagnostics;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>Half-open connections of a listener: their SYN-RECEIVED, and the SYN with ACK until it is answered.</summary>
internal sealed partial class TcpListener
{
    // SYN-RECEIVED (3.10.7.4), as much of it as a connection that may never come is worth.
    private void ArriveForHalfOpen(HalfOpen half, ref TcpSegment segment)
    {
        segment.Locate(half.Irs + 1, half.Iss);
        if (segment.Has(TcpFlags.Rst))
        {
            TakeReset(half, segment);
        }
        else if (segment.Has(TcpFlags.Syn))
        {
            TakeSynAgain(half, segment);
        }
        else if (segment.Has(TcpFlags.Ack) && segment.Acknowledgment != half.Iss + 1)
        {
            _layer.Statistics.Drop(TcpDrop.BadAcknowledgment);
            _layer.ResetFor(half.Path, half.Tuple, segment);
        }
        else if (_layer.Settings.Timestamps && half.IsTooOld(segment))
        {
            _layer.Statistics.Drop(TcpDrop.OldTimestamp);
            Challenge(half);
        }
        else if (!half.IsInWindow(segment))
        {
            _layer.Statistics.Drop(TcpDrop.OutsideWindow);
            Challenge(half);
        }
        else if (!segment.Has(TcpFlags.Ack))
        {
            _layer.Statistics.Drop(TcpDrop.NoAcknowledgment);
        }
        else
        {
            Establish(half, ref segment);
        }
    }

    // RFC 5961, 3.2: exactly there. One elsewhere in the window is challenged: the peer's answer resets, if it was meant.
    private void TakeReset(HalfOpen half, in TcpSegment segment)
    {
        if (segment.Sequence == half.Irs + 1)
        {
            _layer.Statistics.ResetsReceived++;
            _halfOpen.Remove(half);
            return;
        }

        _layer.Statistics.Drop(TcpDrop.BlindReset);
        if (half.IsInWindow(segment))
        {
            Challenge(half);
        }
    }

    private void TakeSynAgain(HalfOpen half, in TcpSegment segment)
    {
        if (segment.Sequence == half.Irs && !segment.Has(TcpFlags.Ack))
        {
            // Our answer was lost, or is on its way. Without the flags the peer has given up on them (RFC 3168, 6.1.1.1).
            half.IsEcnAgreed &= CongestionNotification.IsOffer(segment.Flags);
            Send(half);
            return;
        }

        // RFC 5961, 4.2, also for another SYN: a peer that has started anew resets this one, and tries again.
        _layer.Statistics.Drop(TcpDrop.BlindSyn);
        Challenge(half);
    }

    // As of a connection, at most twice a second for each.
    private void Challenge(HalfOpen half)
    {
        long now = _layer.Timers.Now;
        if (half.ChallengedAt != long.MinValue && now - half.ChallengedAt < _layer.Timers.Frequency / 2)
        {
            _layer.Statistics.ChallengesWithheld++;
            return;
        }

        half.ChallengedAt = now;
        _layer.Statistics.ChallengesSent++;
        Send(half, half.Iss + 1, TcpFlags.Ack, TimestampsFor(half));
    }

    private void Establish(HalfOpen half, ref TcpSegment segment)
    {
        if (IsFull)
        {
            _layer.Statistics.Drop(TcpDrop.AcceptQueueFull);
            return;
        }

        TcpConnection connection = new(_layer.Main, half.Tuple, half.Path, Port, Options);
        connection.OpenFrom(half);
        if (!_layer.TryAdd(connection))
        {
            return;
        }

        connection.Arrive(ref segment);
        Debug.Assert(connection.State.IsSynchronized(), "All checks of the connection's were made here.");
        _halfOpen.Remove(half);
        _layer.Statistics.PassiveOpens++;
        _accepted.Enqueue(connection);
        Observer?.Changed();
    }

    private void Answer(HalfOpen half)
    {
        half.SentAt = _layer.Timers.Now;
        half.Due = half.SentAt + _layer.Timers.Ticks(_layer.Settings.InitialRetransmissionTimeout);
        if (!_timer.IsSet)
        {
            _layer.Timers.Set(_timer, half.Due);
        }

        Send(half);
    }

    private void Send(HalfOpen half)
    {
        TcpOptions settings = _layer.Settings;
        Send(half, half.Iss, TcpFlags.Syn | TcpFlags.Ack | (half.IsEcnAgreed ? TcpFlags.Ece : 0), TimestampsFor(half) with
        {
            MaxSegmentSize = _layer.SegmentToOffer(half.Path, Options),
            WindowScale = settings.WindowScaling && half.PeerOptions.WindowScale is not null ? half.ReceiveScale : null,
            IsSackPermitted = settings.SelectiveAcknowledgments && half.PeerOptions.IsSackPermitted,
        });
    }

    private void Send(HalfOpen half, long sequence, TcpFlags flags, in TcpHeaderOptions options) => _layer.Send(
        half.Path, half.Tuple, null, new SequenceNumber((uint)sequence), new SequenceNumber((uint)(half.Irs + 1)), flags, half.Window, options);

    private TcpHeaderOptions TimestampsFor(HalfOpen half) => !_layer.Settings.Timestamps || !half.PeerOptions.HasTimestamps ? default : new TcpHeaderOptions
    {
        HasTimestamps = true,
        TimestampValue = _layer.Main.TimestampNow(half.TimestampOffset),
        TimestampEcho = half.PeerOptions.TimestampValue,
    };

    // One timer for all: each second at most, those that are due.
    private void OnTimer()
    {
        long now = _layer.Timers.Now;
        long next = long.MaxValue;
        for (HalfOpen? half = _halfOpen.Oldest; half is not null;)
        {
            HalfOpen? newer = half.Newer;
            if (half.Due <= now)
            {
                SendAgain(half, now);
            }

            next = _halfOpen.Find(half.Tuple) == half ? Math.Min(next, half.Due) : next;
            half = newer;
        }

        if (next != long.MaxValue)
        {
            _layer.Timers.Set(_timer, next);
        }
    }

    private void SendAgain(HalfOpen half, long now)
    {
        if (half.Retransmissions >= _layer.Settings.MaxSynAckRetransmissions)
        {
            _halfOpen.Remove(half);
            return;
        }

        half.Retransmissions++;
        half.Due = now + (_layer.Timers.Ticks(_layer.Settings.InitialRetransmissionTimeout) << (_layer.Settings.SynBackoff ? half.Retransmissions : 0));
        _layer.Statistics.SegmentsRetransmitted++;
        Send(half);
    }
}
