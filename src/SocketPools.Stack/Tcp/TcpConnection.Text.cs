using System.Runtime.CompilerServices;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Text that comes (RFC 9293, 3.10.7.4, seventh), in order or not; when it is acknowledged (3.8.6.3); and the window that is offered for
/// more (3.8.6.2.2).
/// </summary>
internal sealed partial class TcpConnection
{
    // As on Linux: the peer's window may be very small.
    private const int QuickAfterMark = 2;

    private SackBlockTracker? _gaps;

    // The number of the peer's FIN when it has come, and whether everything before it has, too.
    private long _peerFin = -1;
    private bool _hasPeerEnded;

    // The last acknowledgment that was sent; Last.ACK.sent of RFC 7323.
    private long _lastAckSent;
    private bool _acknowledgeNow;
    private bool _acknowledgeSoon;

    // There is something for the user that it has not been told of.
    private bool _isNews;
    private DelayedAcknowledgments _delayed;

    // Receive buffer: its limit, and what was read since when, by which it grows.
    private int _receiveLimit;
    private long _readSince;
    private long _readMarkAt;

    /// <summary>An acknowledgment goes out with whatever is sent next, at the end of this work at the latest.</summary>
    private void AcknowledgeNow() => _acknowledgeNow = true;

    /// <summary>
    /// The same, but one acknowledgment may do for all segments that have come together: fewer than one for every second segment, as
    /// with every receiver that takes segments in batches (3.8.6.3 has it as a SHOULD). The peer's window is not to run out meanwhile.
    /// </summary>
    private void AcknowledgeSoon()
    {
        _acknowledgeSoon = true;
        _acknowledgeNow |= 4 * (_rcvNxt - _lastAckSent) >= _rcvEdge - _lastAckSent;
    }

    private void AcceptPayload(ref TcpSegment segment)
    {
        if (segment.TextLength == 0 || !State.MayReceive())
        {
            return;
        }

        if (_isReceiveShut && (_isOrphan || State != TcpState.Established))
        {
            // It will not be read: 3.6.1; RFC 1122, 4.2.2.13.
            // As an answer, as on Linux: it has the number that the peer waits for, also when our FIN was lost.
            Statistics.Drop(TcpDrop.AfterClose);
            _shard.Layer.ResetFor(Path, Tuple, segment);
            Fail(_isOrphan ? Errno.None : Errno.EPIPE);
            return;
        }

        TakeMark(segment);
        if (segment.Sequence == _rcvNxt)
        {
            TakeInOrder(segment.Frame, segment.TextStart, segment.TextLength, segment.Flags);
        }
        else
        {
            TakeOutOfOrder(segment);
        }
    }

    // RFC 3168, 6.1.3: text that is accepted, and nothing else, or a forged segment would slow the peer.
    private void TakeMark(in TcpSegment segment)
    {
        if (!_ecn.IsAgreed)
        {
            return;
        }

        Statistics.CongestionMarksReceived += segment.CongestionBits == CongestionNotification.Experienced ? 1 : 0;
        CongestionNotification.Urgency urgency = _ecn.TakeText(segment.Flags, segment.CongestionBits);
        _acknowledgeNow |= (urgency & CongestionNotification.Urgency.Now) != 0;
        if ((urgency & CongestionNotification.Urgency.Quick) != 0)
        {
            _delayed.RestartQuick(QuickAfterMark);
        }
    }

    private void TakeInOrder(Frame frame, int start, int length, TcpFlags flags)
    {
        _rcvNxt += Parts.Receiving.Append(frame, start, length);
        if (_gaps is { IsEmpty: false })
        {
            // RFC 5681, 4.2: a segment that fills a gap is acknowledged at once.
            _gaps.RemoveBelow(_rcvNxt);
            AcknowledgeNow();
        }

        NoteInOrder(length, frame.SegmentSize > 0 ? Math.Min(length, frame.SegmentSize) : length, flags);
    }

    // What has come, and how much of it was in each segment: what came together says no more about the peer's full segments than one of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteInOrder(int length, int segment, TcpFlags flags)
    {
        int most = segment >= _delayed.SegmentSize ? MaxReceiveSegment : int.MaxValue;
        long gap = _delayed.IsSoon(_heardAt) ? long.MaxValue : _rto.Timeout;
        _delayed.OnText(length, segment, (flags & (TcpFlags.Psh | TcpFlags.Fin)) != 0, most, _heardAt, gap, _shard.Settings.QuickAcks, _shard.SoonTicks);
        Acknowledge();
        _isNews = true;
    }

    // RFC 5681, 4.2: a segment out of order is acknowledged at once.
    private void TakeOutOfOrder(in TcpSegment segment)
    {
        AcknowledgeNow();
        Statistics.OutOfOrder++;
        _gaps ??= new SackBlockTracker(_shard.Settings.MaxOutOfOrderRanges);
        long end = segment.Sequence + segment.TextLength;
        NoteDuplicateBehindGap(new SequenceRange(segment.Sequence, end));
        if (Parts.Receiving.Held > 4L * _receiveLimit || !_gaps.Add(new SequenceRange(segment.Sequence, end)))
        {
            Statistics.Drop(TcpDrop.TooManyGaps);
            return;
        }

        Parts.Receiving.AppendBehindGap(segment.Frame, segment.TextStart, segment.TextLength, segment.Sequence - _rcvNxt);
    }

    // What the peer may send at most in a segment: what was offered to it, without the options that every segment has.
    private int MaxReceiveSegment => _shard.Layer.SegmentToOffer(Path, _options) - (_usesTimestamps ? TimestampsLength : 0);

    // 3.8.6.3: more than one full-sized segment, or each one while that is wanted.
    private void Acknowledge()
    {
        if (_delayed.IsQuick || IsAcknowledgmentDue(_rcvNxt - _lastAckSent))
        {
            AcknowledgeSoon();
        }
        else if (!_acknowledgeNow)
        {
            StartAcknowledgmentTimer();
        }
    }

    // Of a peer that sends one short segment after another as many as its window has room for, 2 * RMSS bytes, or a quarter of what was offered.
    private bool IsAcknowledgmentDue(long bytes) => _delayed.IsGoingOn && _shard.DelaysReadAcks
        ? _delayed.IsEnough || bytes >= 2 * _segmentSize || 4 * bytes >= _rcvEdge - _lastAckSent
        : bytes > _delayed.SegmentSize;

    // Linux: tcp_cleanup_rbuf, which puts off nothing. Behind bulk that acknowledgment made a stream over TAP a quarter slower.
    private void AcknowledgeRead()
    {
        if (!_delayed.IsDueWhenRead || Available > 0 || AcknowledgmentTimer is not { IsSet: true } timer)
        {
            return;
        }

        if (!_shard.DelaysReadAcks || !_delayed.PutsOffRead())
        {
            SendAcknowledgment();
        }
        else if (_heardAt + (_delayed.IsBehindBulk ? _shard.BehindBulkTicks : _shard.SoonTicks) is var due && due < timer.Due)
        {
            PutOffReadAck(timer, due);
        }
    }

    // A reader that is late has put it off already.
    private void PutOffReadAck(StackTimer timer, long due)
    {
        if (due <= Now)
        {
            SendAcknowledgment();
        }
        else
        {
            Timers.Set(timer, due);
        }
    }

    private void NoteAnswer() => _delayed.OnSent(_sentAt, _shard.DelayedAckTicks);

    /// <summary>The window for a header. It never takes back what was promised, and grows by segments, not by bytes.</summary>
    private ushort AdvertiseWindow()
    {
        _rcvEdge = NextEdge();
        return (ushort)Math.Min((_rcvEdge - _rcvNxt) >> _receiveScale, ushort.MaxValue);
    }

    private long NextEdge()
    {
        long most = (long)ushort.MaxValue << _receiveScale;
        long edge = _rcvNxt + Math.Min(_receiveLimit - Available, most);
        return edge - _rcvEdge >= Math.Min(_segmentSize, _receiveLimit / 2) ? edge : Math.Max(_rcvEdge, _rcvNxt);
    }

    // The user has read: the peer hears of it when it makes a difference, half of the buffer or two segments.
    private void OfferWindow()
    {
        long opened = NextEdge() - _rcvEdge;
        if (State.MayReceive() && opened >= Math.Min(_receiveLimit / 2, 2 * _delayed.SegmentSize) && IsWindowShort(opened))
        {
            SendAcknowledgment();
        }
    }

    // While the peer has much of the window left, its text brings the acknowledgments that tell it.
    private bool IsWindowShort(long opened) => _rcvEdge - _rcvNxt <= opened;

    // A window less than what comes in a round trip slows the peer: so it is twice what was read in the last one, and twice that, as
    // the peer may double (dynamic right-sizing, Fisk and Feng 2001).
    private void GrowReceiveBuffer(int read)
    {
        _readSince += read;
        long now = _heardAt; // a reader that is late learns nothing about the peer, and the clock need not be read
        if (now - _readMarkAt < _rto.Smoothed)
        {
            return;
        }

        if (_options.ReceiveBuffer is null && _readMarkAt != 0)
        {
            long wanted = Math.Min(4 * _readSince, _shard.Settings.MaxReceiveBuffer);
            SetReceiveLimit(Math.Max(_receiveLimit, (int)wanted));
        }

        _readSince = 0;
        _readMarkAt = now;
    }
}
