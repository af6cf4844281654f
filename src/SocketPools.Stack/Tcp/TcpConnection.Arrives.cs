using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// SEGMENT ARRIVES, in the order of RFC 9293, 3.10.7.4. The checks say whether the next step sees the segment, and change nothing: nothing
/// of a segment counts before all of it was accepted, or a correct guess of a part of its numbers changes the connection.
/// </summary>
internal sealed partial class TcpConnection
{
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

        Answer(hasMore);
    }

    private void Answer(bool hasMore)
    {
        if (hasMore && MayPutOff)
        {
            if (!_isPutOff)
            {
                _isPutOff = true;
                _shard.PutOff(this);
            }
        }
        else
        {
            NotifyReceived();
            Output(mayLeave: true);
        }
    }

    // Each segment that is out of order is answered by itself, since the peer counts the answers; losses wait for nothing.
    private bool MayPutOff => !_acknowledgeNow && _recovery == Recovery.None && State == TcpState.Established;

    /// <summary>The segments that came together are taken: tells the user once, acknowledges once, sends what may be sent.</summary>
    internal void EndBatch()
    {
        _isPutOff = false;
        NotifyReceived();
        Output(mayLeave: true);
    }

    private void NotifyReceived()
    {
        if (_isNews)
        {
            _isNews = false;
            Observer?.Changed();
        }
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
            // An older one may be forged (RFC 5961, 5.2), or was long on its way: as on Linux it is no sign of life.
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
            _delayed.RestartQuick(_shard.Settings.QuickAcks);
        }

        segment.CutBefore(_rcvNxt);
        segment.CutFrom(_rcvEdge);
        TakeAcknowledgment(segment);
        if (TakeAcknowledgmentOfFin())
        {
            if (segment.Has(TcpFlags.Fin) && segment.Sequence == _rcvNxt && _gaps is { IsEmpty: false })
            {
                ForgetBehindFin();
            }

            AcceptPayload(ref segment);
            TakeFin(segment);
        }
    }

    // As Linux (tcp_fin): there is no text behind the end, and what has come of it is not the peer's.
    private void ForgetBehindFin()
    {
        _gaps = null;
        _parts?.Receiving.ClearBehindGap();
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
}
