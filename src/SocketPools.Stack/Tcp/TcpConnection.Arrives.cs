using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// SEGMENT ARRIVES, in the order of RFC 9293, 3.10.7.4. The checks say whether the next step sees the segment, and change nothing: nothing
/// of a segment counts before all of it was accepted, or whoever guesses a part of its numbers changes the connection.
/// </summary>
internal sealed partial class TcpConnection
{
    // Between answers to what may be forged (RFC 5961, section 7). Each connection counts for itself: a count that all share tells a
    // stranger what another connection does (CVE-2016-5696).
    private const double ChallengeIntervalSeconds = 0.5;

    private long _challengedAt = long.MinValue;

    // What follows from the segments that came together is done behind the last of them.
    private bool _isPutOff;

    /// <summary>A segment has come for this connection.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="hasMore">Whether it came with others, and <see cref="EndBatch"/> follows.</param>
    internal void Arrive(ref TcpSegment segment, bool hasMore = false)
    {
        if (State == TcpState.SynSent)
        {
            ArriveInSynSent(ref segment);
            return;
        }

        segment.Locate(_rcvNxt, _sndUna);
        if (CheckSequence(ref segment) && CheckReset(segment) && CheckSyn(segment) && CheckAck(segment))
        {
            Accept(ref segment);
        }

        if (hasMore && MayPutOff)
        {
            if (!_isPutOff)
            {
                _isPutOff = true;
                _layer.PutOff(this);
            }
        }
        else
        {
            NotifyReceived();
            Output();
        }
    }

    // Each segment that is out of order is answered by itself, since the peer counts the answers; losses wait for nothing.
    private bool MayPutOff => !_acknowledgeNow && _recovery == Recovery.None && State == TcpState.Established;

    /// <summary>The segments that came together are taken: tells the user once, acknowledges once, sends what may be sent.</summary>
    internal void EndBatch()
    {
        _isPutOff = false;
        NotifyReceived();
        Output();
    }

    private void NotifyReceived()
    {
        if (_isNews)
        {
            _isNews = false;
            Observer?.Changed();
        }
    }

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

        if (!IsAcceptable(segment))
        {
            Statistics.Drop(TcpDrop.OutsideWindow);
            AnswerUnacceptable(segment);
            return false;
        }

        return true;
    }

    // Every check is passed. What is left of the segment lies in the window.
    private void Accept(ref TcpSegment segment)
    {
        if (State == TcpState.SynReceived)
        {
            TakeSynAcknowledgment(segment);
        }

        if (segment.Acknowledgment >= _sndUna || segment.TextLength > 0)
        {
            // An older one may be a stranger's guess (RFC 5961, 5.2), or was long on its way: as on Linux it is no sign of life.
            _heardAt = Now;
        }

        if (segment.Acknowledgment >= _sndUna)
        {
            _softError = Errno.None;
            NoteTimestampOf(segment);
        }

        if (segment.Sequence < _rcvNxt || segment.End > _rcvEdge)
        {
            NoteDuplicate(segment);

            // Some of it has come before, or is more than was asked for: the peer is told where we are.
            AcknowledgeNow();
            _delayed.RestartQuick(_layer.Settings.QuickAcks);
        }

        segment.CutBefore(_rcvNxt);
        segment.CutFrom(_rcvEdge);
        TakeAcknowledgment(segment);
        if (TakeAcknowledgmentOfFin())
        {
            AcceptPayload(ref segment);
            TakeFin(segment);
        }
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

        // Text is acknowledged always, as on Linux. Nothing but headers might answer ours, forever; a SYN is a stranger's guess.
        if (segment.Length > 0 && !segment.Has(TcpFlags.Syn))
        {
            NoteDuplicate(segment);
            AcknowledgeNow();
            _delayed.RestartQuick(_layer.Settings.QuickAcks);
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

        if (segment.Sequence != _rcvNxt)
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
            _layer.ResetFor(Path, Tuple, segment);
            return false;
        }

        if (segment.Acknowledgment == _sndNxt + 1 && segment.Acknowledgment == _probedEnd && UnsentText > 0)
        {
            // The peer has taken the byte of a probe.
            Scoreboard.Sent(new SequenceRange(_sndNxt, _probedEnd), Now);
            _sndNxt = _probedEnd;
        }

        if (!IsAcknowledgmentAcceptable(segment))
        {
            Statistics.Drop(TcpDrop.BadAcknowledgment);
            Challenge();
            return false;
        }

        return true;
    }

    // RFC 5961, 5.2; what lies before our SYN was never ours to be acknowledged.
    private bool IsAcknowledgmentAcceptable(in TcpSegment segment) =>
        segment.Acknowledgment <= _sndNxt && segment.Acknowledgment >= Math.Max(_sndUna - _maxSndWnd, _iss);

    private bool TakeAcknowledgmentOfFin()
    {
        if (!_isFinSent || _sndUna <= _finSequence)
        {
            return true;
        }

        switch (State)
        {
            case TcpState.FinWait1:
                SetState(TcpState.FinWait2);
                StartFinWait2();
                return true;
            case TcpState.Closing:
                SetState(TcpState.TimeWait);
                return false;
            case TcpState.LastAck:
                SetState(TcpState.Closed);
                return false;
            default:
                return true;
        }
    }

    // Eighth: the FIN bit, when all before it has come.
    private void TakeFin(in TcpSegment segment)
    {
        if (segment.Has(TcpFlags.Fin) && State.MayReceive())
        {
            _peerFin = segment.End - 1;
            _acknowledgeNow |= _peerFin > _rcvNxt; // RFC 5681, 4.2: what is out of order is answered at once.
        }

        if (_peerFin != _rcvNxt || !State.MayReceive())
        {
            return;
        }

        _hasPeerEnded = true;
        _rcvNxt++;
        AcknowledgeNow();
        SetState(State switch
        {
            TcpState.Established => TcpState.CloseWait,
            TcpState.FinWait1 => TcpState.Closing,
            _ => TcpState.TimeWait,
        });
    }

    /// <summary>An ACK that tells the peer where we are, and a stranger nothing (RFC 5961): not often.</summary>
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
