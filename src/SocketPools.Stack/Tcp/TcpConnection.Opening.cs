using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>The handshake: OPEN (RFC 9293, 3.10.1), SYN-SENT (3.10.7.3), and what both sides agree on.</summary>
internal sealed partial class TcpConnection
{
    // CVE-2019-11479: a peer that asks for less would have us send mostly headers.
    private const int MinPeerSegment = 48;

    // Bytes of a header that timestamps take, padded.
    private const int TimestampsLength = 12;

    // Text of segments to a peer that does not say (3.7.1, SHLD-5 and MUST-15).
    private const int DefaultSegmentIPv4 = 536;
    private const int DefaultSegmentIPv6 = 1220;

    private ushort _peerSegment;
    private byte _sendScale;
    private byte _receiveScale;
    private bool _usesSack;
    private bool _usesTimestamps;
    private bool _isActive;
    private bool _hasOpenedAgain;

    // RFC 7323: Snd.TS.Offset of 5.4, TS.Recent, and when it was noted.
    private uint _timestampOffset;
    private uint _timestampRecent;
    private long _timestampRecentAt;

    /// <summary>OPEN, active: sends a SYN.</summary>
    internal void Open()
    {
        _isActive = true;
        _iss = _sndUna = _shard.Layer.NextSequence(Tuple);
        _sndNxt = _iss + 1;
        _timestampOffset = _shard.Layer.TimestampOffset(Tuple);
        _receiveScale = _shard.Layer.ScaleToOffer(_options);
        SetState(TcpState.SynSent);
        SendSyn();
        RestartSendTimer();
        ArmSendTimer();
    }

    /// <summary>A half-open connection's SYN was answered: it is a connection in SYN-RECEIVED, and the answer comes next.</summary>
    internal void OpenFrom(HalfOpen half)
    {
        IsPassive = true;
        _iss = _sndUna = half.Iss;
        _sndNxt = _iss + 1;
        _timestampOffset = half.TimestampOffset;
        _receiveScale = half.ReceiveScale;
        TakeSyn(half.Irs, half.PeerOptions);
        _rcvEdge = _rcvNxt + half.Window;
        _synRetransmissions = (ushort)half.Retransmissions;
        if (half.IsEcnAgreed)
        {
            _ecn.Agree();
        }

        _sentAt = half.SentAt;

        State = TcpState.SynReceived;
    }

    // 3.10.7.3
    private void ArriveInSynSent(ref TcpSegment segment)
    {
        segment.Locate(segment.Sequence, _sndUna);

        // First: the ACK bit.
        bool isAcknowledged = segment.Has(TcpFlags.Ack);
        if (isAcknowledged && (segment.Acknowledgment <= _iss || segment.Acknowledgment > _sndNxt))
        {
            Statistics.Drop(TcpDrop.BadAcknowledgment);
            _shard.Layer.ResetFor(Path, Tuple, segment);
            OpenAgain();
            return;
        }

        // Second: the RST bit. It has to acknowledge the SYN (RFC 5961, 3.2).
        if (segment.Has(TcpFlags.Rst))
        {
            if (isAcknowledged)
            {
                Statistics.ResetsReceived++;
                Fail(Errno.ECONNREFUSED);
            }

            return;
        }

        // Fourth: the SYN bit. Fifth: neither of both.
        if (!segment.Has(TcpFlags.Syn))
        {
            Statistics.Drop(TcpDrop.OutsideWindow);
            return;
        }

        _heardAt = Now;
        TakeSyn(segment.Sequence, segment.Options);
        _rcvEdge = _rcvNxt + Math.Min(_receiveLimit, ushort.MaxValue);
        if (!isAcknowledged)
        {
            if (_ecn.IsOffered && CongestionNotification.IsOffer(segment.Flags))
            {
                _ecn.Agree();
            }

            // Both have sent a SYN (3.5, figure 7).
            SetState(TcpState.SynReceived);
            SendSyn();
            return;
        }

        _ecn.TakeAnswer(segment.Flags);
        TakeSynAcknowledgment(segment);
        AcknowledgeNow();
        segment.CutBefore(_rcvNxt);
        segment.CutFrom(_rcvEdge);
        AcceptPayload(ref segment);
        TakeFin(segment);
        Output();
    }

    // The peer has an older connection here, and has answered our SYN with a challenge (RFC 5961, 4.2) or with a reset of that one. The
    // old one has ended, so the next SYN need not wait for its timer; once, or a forger could make us send without end.
    private void OpenAgain()
    {
        if (_hasOpenedAgain || _synRetransmissions > 0)
        {
            return;
        }

        _hasOpenedAgain = true;
        _sentAt = 0;
        SendSyn();
        RestartSendTimer();
        ArmSendTimer();
    }

    /// <summary>What the peer's SYN says. Nothing is used that only one side has offered.</summary>
    private void TakeSyn(long sequence, in TcpHeaderOptions options)
    {
        TcpOptions settings = _shard.Settings;
        _irs = sequence;
        _rcvNxt = _lastAckSent = sequence + 1;
        int withoutOption = Path.HeaderLength == 20 ? DefaultSegmentIPv4 : DefaultSegmentIPv6;
        _peerSegment = (ushort)(options.MaxSegmentSize == 0 ? withoutOption : Math.Max(MinPeerSegment, (int)options.MaxSegmentSize));
        _usesSack = settings.SelectiveAcknowledgments && options.IsSackPermitted;
        _usesTimestamps = settings.Timestamps && options.HasTimestamps;
        if (_usesTimestamps)
        {
            NoteTimestamp(options.TimestampValue);
        }

        if (settings.WindowScaling && options.WindowScale is byte scale)
        {
            _sendScale = scale;
        }
        else
        {
            _receiveScale = 0;
        }

        _segmentSize = SegmentSizeFor(Path.Mtu);
        _delayed.Start(_segmentSize);
    }

    /// <summary>Our SYN is acknowledged: the connection is up.</summary>
    private void TakeSynAcknowledgment(in TcpSegment segment)
    {
        _sndUna = segment.Acknowledgment;
        MeasureHandshake(segment);
        _unanswered = 0;
        _sndWnd = _maxSndWnd = WindowOf(segment);
        (_sndWl1, _sndWl2) = (segment.Sequence, segment.Acknowledgment);
        _progressAt = Now;

        // RFC 6928, section 2; RFC 5681, 3.1: one segment when the SYN or its answer was lost.
        int segments = Math.Clamp(Math.Max(2 * _segmentSize, 14600) / _segmentSize, 2, 10);
        _initialSegments = (byte)(_synRetransmissions > 0 ? 1 : segments);
        RestartSendTimer();
        SetState(TcpState.Established);
        StartKeepAlive();
        if (_isFinQueued)
        {
            SetState(TcpState.FinWait1);
        }
    }

    // RFC 6298, section 3 and 5.7.
    private void MeasureHandshake(in TcpSegment segment)
    {
        if (_synRetransmissions == 0 && _sentAt != 0)
        {
            TakeRoundTrip(Now - _sentAt, Now - _sentAt, 0);
        }
        else if (EchoOf(segment) is { } echo && (int)(TimestampNow - echo) >= 0)
        {
            long ticks = (TimestampNow - echo) * (Timers.Frequency / 1000);
            TakeRoundTrip(ticks, ticks, 0);
        }

        if (!_rto.IsMeasured)
        {
            _rto.FallBack(3 * Timers.Frequency);
        }

        _sentAt = 0;
    }

    // SYN-SENT sends a SYN, SYN-RECEIVED a SYN with ACK. Its window is not scaled (RFC 7323, 2.2).
    private void SendSyn()
    {
        bool isAnswer = State == TcpState.SynReceived;
        TcpOptions settings = _shard.Settings;
        TcpHeaderOptions options = new()
        {
            MaxSegmentSize = _shard.Layer.SegmentToOffer(Path, _options),
            WindowScale = settings.WindowScaling && (!isAnswer || _receiveScale > 0) ? _receiveScale : null,
            IsSackPermitted = isAnswer ? _usesSack : settings.SelectiveAcknowledgments,
            HasTimestamps = isAnswer ? _usesTimestamps : settings.Timestamps,
            TimestampValue = TimestampNow,
            TimestampEcho = isAnswer ? _timestampRecent : 0,
        };
        if (_sentAt == 0)
        {
            _sentAt = Now;
        }

        TcpFlags flags = TcpFlags.Syn | (isAnswer ? TcpFlags.Ack : 0) | EcnFlagsOfSyn(isAnswer);
        _shard.Layer.Send(Path, Tuple, null, new SequenceNumber((uint)_iss), AcknowledgmentNumber(flags), flags,
            (ushort)Math.Min(_receiveLimit, ushort.MaxValue), options);
    }

    // RFC 3168, 6.1.1; a SYN that is sent again goes without, since some networks drop it for the flags (6.1.1.1).
    private TcpFlags EcnFlagsOfSyn(bool isAnswer)
    {
        if (isAnswer)
        {
            return _ecn.IsAgreed ? TcpFlags.Ece : TcpFlags.None;
        }

        return _shard.Settings.Ecn == TcpEcn.Enabled && _synRetransmissions == 0 ? _ecn.Offer() : TcpFlags.None;
    }

    // SMSS: what the peer takes and the path carries, without the options that every segment has (RFC 6691).
    private int SegmentSizeFor(int mtu)
    {
        int wanted = Math.Max(Math.Min(_peerSegment, _options.MaxSegmentSize ?? _shard.Settings.MaxSegmentSize ?? int.MaxValue), MinPeerSegment);
        int fits = mtu - Path.HeaderLength - TcpHeader.MinLength; // on a narrow link fewer than the peer has to take
        return Math.Max(1, Math.Min(wanted, fits) - (_usesTimestamps ? TimestampsLength : 0));
    }
}
