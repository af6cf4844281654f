using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>SEGMENT ARRIVES, in the order of RFC 9293, 3.10.7.4. Each step says whether the next one sees the segment.</summary>
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
        _heardAt = Now;
        if (State == TcpState.SynSent)
        {
            ArriveInSynSent(ref segment);
            return;
        }

        segment.Locate(_rcvNxt, _sndUna);
        if (CheckSequence(ref segment) && CheckReset(segment) && CheckSyn(segment) && CheckAck(segment))
        {
            TakeText(ref segment);
            TakeFin(segment);
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
            TellNews();
            Output();
        }
    }

    // Each segment that is out of order is answered by itself, since the peer counts the answers; losses wait for nothing.
    private bool MayPutOff => !_acknowledgeNow && _recovery == Recovery.None && State == TcpState.Established;

    /// <summary>The segments that came together are taken: tells the user once, acknowledges once, sends what may be sent.</summary>
    internal void EndBatch()
    {
        _isPutOff = false;
        TellNews();
        Output();
    }

    private void TellNews()
    {
        if (_isNews)
        {
            _isNews = false;
            Observer?.Changed();
        }
    }

    // First: sequence number, PAWS before it (RFC 7323, 5.3). What is left of the segment lies in the window.
    private bool CheckSequence(ref TcpSegment segment)
    {
        if (State == TcpState.SynReceived && segment.Has(TcpFlags.Syn | TcpFlags.Ack) && segment.Sequence == _irs)
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

        if (segment.Sequence < _rcvNxt || segment.End > _rcvEdge)
        {
            NoteDuplicate(segment);

            // Some of it has come before, or is more than was asked for: the peer is told where we are.
            AcknowledgeNow();
        }

        NoteTimestampOf(segment);
        segment.CutBefore(_rcvNxt);
        segment.CutFrom(_rcvEdge);
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

        if (State == TcpState.TimeWait && segment.Has(TcpFlags.Fin))
        {
            // Eighth, TIME-WAIT: the peer has not got our ACK.
            StartTimeWait();
        }

        // Text is acknowledged always, as on Linux. Nothing but headers might answer ours, forever; a SYN is a stranger's guess.
        if (segment.Length > 0 && !segment.Has(TcpFlags.Syn))
        {
            NoteDuplicate(segment);
            AcknowledgeNow();
        }
        else
        {
            Challenge();
        }
    }

    // Second: the RST bit (RFC 5961, 3.2).
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
            TcpState.Closing or TcpState.LastAck or TcpState.TimeWait => Errno.None,
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

        if (State == TcpState.SynReceived)
        {
            if (segment.Acknowledgment <= _sndUna || segment.Acknowledgment > _sndNxt)
            {
                Statistics.Drop(TcpDrop.BadAcknowledgment);
                _layer.ResetFor(Path, Tuple, segment);
                return false;
            }

            TakeSynAcknowledgment(segment);
        }

        // RFC 5961, 5.2.
        if (segment.Acknowledgment > _sndNxt || segment.Acknowledgment < _sndUna - _maxSndWnd)
        {
            Statistics.Drop(TcpDrop.BadAcknowledgment);
            Challenge();
            return false;
        }

        TakeAcknowledgment(segment);
        return TakeAcknowledgmentOfFin();
    }

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
        if (segment.Has(TcpFlags.Fin))
        {
            _peerFin = segment.End - 1;
        }

        if (_peerFin != _rcvNxt || !State.MayReceive())
        {
            return;
        }

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
