using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

// The checks of RFC 9293, 3.10.7.4: each says whether the next step sees the segment.
internal sealed partial class TcpConnection
{
    // Between answers to what may be forged (RFC 5961, section 7). Each connection counts for itself: a count that all share tells a
    // off-path attacker what another connection does (CVE-2016-5696).
    private const double ChallengeIntervalSeconds = 0.5;

    private long _challengedAt = long.MinValue;

    // First: sequence number, PAWS before it (RFC 7323, 5.3).
    private bool CheckSequence(ref TcpSegment segment)
    {
        if (State == TcpState.SynReceived && segment.Has(TcpFlags.Syn | TcpFlags.Ack) && !segment.Has(TcpFlags.Rst) && segment.Sequence == _irs)
        {
            // Both have opened, and this answers our SYN: the other half is known.
            segment.CutBefore(_rcvNxt);
            AcknowledgeNow();
        }

        if (!CheckTimestamp(segment))
        {
            return false;
        }

        if (!IsAcceptable(segment) && !IsResetOfFin(segment))
        {
            Statistics.Drop(TcpDrop.OutsideWindow);
            AnswerUnacceptable(segment);
            return false;
        }

        return true;
    }

    // 3.4, table 5 — and text that the window is too small for, from its edge on, for the sake of its ACK (3.10.7.4: "special
    // allowance should be made to accept valid ACKs").
    private bool IsAcceptable(in TcpSegment segment)
    {
        if (segment.Length == 0)
        {
            return segment.Sequence == _rcvNxt || (_rcvNxt <= segment.Sequence && segment.Sequence < _rcvEdge);
        }

        return (segment.Sequence < _rcvEdge && segment.End > _rcvNxt) || (segment.Sequence == _rcvNxt && _rcvEdge == _rcvNxt);
    }

    private void AnswerUnacceptable(in TcpSegment segment)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            return;
        }

        if (IsFinAgain(segment))
        {
            // Eighth, TIME-WAIT: the peer has not got our ACK.
            RestartTimeWait();
        }

        // Text is acknowledged always, as on Linux. Nothing but headers might answer ours, forever; a SYN may be forged.
        if (segment.Length > 0 && !segment.Has(TcpFlags.Syn))
        {
            NoteDuplicate(segment);
            AcknowledgeNow();
            _delayed.RestartQuick(_shard.Settings.QuickAcks);
        }
        else
        {
            Challenge();
        }
    }

    // The peer's own FIN, with everything about it right: another one holds no TIME-WAIT.
    private bool IsFinAgain(in TcpSegment segment) =>
        State == TcpState.TimeWait && segment.Has(TcpFlags.Fin | TcpFlags.Ack) && !segment.Has(TcpFlags.Syn)
        && segment.End == _rcvNxt && IsAcknowledgmentAcceptable(segment) && !IsTooOld(segment);

    // Second: the RST bit (RFC 5961, 3.2). SEG.SEQ as it came counts: one that begins before RCV.NXT is no exact match.
    private bool CheckReset(in TcpSegment segment)
    {
        if (!segment.Has(TcpFlags.Rst))
        {
            return true;
        }

        if (segment.Sequence != _rcvNxt && !IsResetOfFin(segment))
        {
            Statistics.Drop(TcpDrop.BlindReset);
            Challenge();
            return false;
        }

        Statistics.ResetsReceived++;
        Fail(State switch
        {
            TcpState.SynReceived when _isActive => Errno.ECONNREFUSED,
            TcpState.CloseWait => Errno.EPIPE,
            TcpState.TimeWait => Errno.None,
            _ => Errno.ECONNRESET,
        });
        return false;
    }

    // macOS sends FIN, and then a reset with the same number. As Linux (tcp_reset_check): the number is as exact as RCV.NXT is.
    private bool IsResetOfFin(in TcpSegment segment) => segment.Has(TcpFlags.Rst) && segment.Sequence == _rcvNxt - 1
        && State is TcpState.CloseWait or TcpState.LastAck or TcpState.Closing;

    // Fourth: the SYN bit (RFC 5961, 4.2). The peer that has really started anew answers the challenge with a reset.
    private bool CheckSyn(in TcpSegment segment)
    {
        if (!segment.Has(TcpFlags.Syn))
        {
            return true;
        }

        Statistics.Drop(TcpDrop.BlindSyn);
        Challenge();
        return false;
    }

    // Fifth: the ACK field.
    private bool CheckAck(in TcpSegment segment)
    {
        if (!segment.Has(TcpFlags.Ack))
        {
            Statistics.Drop(TcpDrop.NoAcknowledgment);
            return false;
        }

        if (State == TcpState.SynReceived && (segment.Acknowledgment <= _sndUna || segment.Acknowledgment > _sndNxt))
        {
            Statistics.Drop(TcpDrop.BadAcknowledgment);
            _shard.Layer.ResetFor(Path, Tuple, segment);
            return false;
        }

        if (segment.Acknowledgment == _sndNxt + 1 && segment.Acknowledgment == _parts?.ProbedEnd && UnsentText > 0)
        {
            // The peer has taken the byte of a probe.
            Scoreboard.Sent(new SequenceRange(_sndNxt, segment.Acknowledgment), Now);
            _sndNxt = segment.Acknowledgment;
        }

        if (!IsAcknowledgmentAcceptable(segment))
        {
            Statistics.Drop(TcpDrop.BadAcknowledgment);
            Challenge();
            return false;
        }

        return true;
    }

    // RFC 5961, 5.2; what lies before our first byte was never ours to be acknowledged (as Linux), and our SYN is acknowledged.
    private bool IsAcknowledgmentAcceptable(in TcpSegment segment) =>
        segment.Acknowledgment <= _sndNxt && segment.Acknowledgment >= Math.Max(_sndUna - _maxSndWnd, _iss + 1);

    /// <summary>A challenge ACK (RFC 5961), with a limited rate: the true peer answers it.</summary>
    private void Challenge()
    {
        long now = Now;
        if (_challengedAt != long.MinValue && now - _challengedAt < (long)(ChallengeIntervalSeconds * Timers.Frequency))
        {
            Statistics.ChallengesWithheld++;
            return;
        }

        _challengedAt = now;
        Statistics.ChallengesSent++;
        AcknowledgeNow();
    }
}
