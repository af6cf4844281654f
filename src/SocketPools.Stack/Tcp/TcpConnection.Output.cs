using System.Diagnostics;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.IP;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// What is sent, and when: the windows, Nagle's algorithm (RFC 9293, 3.7.4), silly-window avoidance (3.8.6.2.1), FIN, acknowledgments.
/// </summary>
internal sealed partial class TcpConnection
{
    /// <summary>SMSS: the most text of a segment.</summary>
    private int _segmentSize;

    // FIN is asked for; has been sent; has this number.
    private bool _isFinQueued;
    private bool _isFinSent;
    private long _finSequence;

    private long _sentAt;

    private long UnsentText => _isFinSent ? 0 : SendLength - Flight;

    // Text or FIN that waits for its turn.
    private bool HasUnsent => UnsentText > 0 || (_isFinQueued && !_isFinSent);

    // A segment that bears CWR goes alone: a link that cuts long ones would set it in all.
    private int MaxText => !_ecn.HasReport && (Path.Offloads & LinkOffloads.Segmentation) != 0
        ? Math.Max(_segmentSize, NetworkPath.MaxSegmentedPayload / _segmentSize * _segmentSize)
        : _segmentSize;

    /// <summary>Sends what may be sent now. Called after everything that may have changed that.</summary>
    /// <param name="mayLeave">Whether new text may be left to a thread that waits for room (<see cref="TryLeaveSending"/>).</param>
    private void Output(bool mayLeave = false)
    {
        Debug.Assert(_shard.Core.IsHeldByCurrentThread);
        if (_acknowledgeNow && (_gaps is { IsEmpty: false } || _parts?.Duplicate.Length > 0))
        {
            // The peer counts duplicates, and only those without text are: first the acknowledgment with its blocks.
            SendAcknowledgment();
        }

        _isSendingLeft &= mayLeave;
        if (State.MayTransmit())
        {
            RestartWindowAfterIdle();
            SendLost();
            if (!mayLeave || !TryLeaveSending())
            {
                SendNew();
            }
        }

        if (State == TcpState.Closed)
        {
            return;
        }

        ArmSendTimer();
        if (_acknowledgeNow || _acknowledgeSoon)
        {
            SendAcknowledgment();
        }
    }

    private void SendNew()
    {
        long room = Window - Pipe;
        while (true)
        {
            long window = _sndUna + _sndWnd - _sndNxt;
            long length = Math.Min(Math.Min(UnsentText, MaxText), Math.Min(room, window));
            if (length > _segmentSize)
            {
                length -= length % _segmentSize;
            }

            if (length <= 0 || !IsWorthSending(length))
            {
                break;
            }

            room -= SendNext((int)length);
            int together = (int)(Math.Min(Math.Min(UnsentText - 1, room), _sndUna + _sndWnd - _sndNxt) / _segmentSize);
            if (together > 1 && length == _segmentSize && MaxText == _segmentSize)
            {
                room -= SendFull(together);
            }
        }

        if (_options.NotSentLowWater > 0)
        {
            NotifyWritable();
        }

        if (_isFinQueued && !_isFinSent && UnsentText == 0 && _sndUna + _sndWnd > _sndNxt)
        {
            SendNext(0);
        }
    }

    // 3.8.6.2.1: a full segment; or all there is, when Nagle agrees; or half of the peer's window.
    private bool IsWorthSending(long length)
    {
        bool isRest = length == UnsentText;
        bool isHeld = isRest && _options.Cork && !_isFinQueued && !_isPushing;
        return length >= _segmentSize
            || (!isHeld && (length >= _maxSndWnd / 2 || (isRest && (_options.NoDelay || _isFinQueued || Parts.SmallEnd <= _sndUna))));
    }

    /// <summary>Sends the next text, with FIN when it is the last.</summary>
    private int SendNext(int length)
    {
        if (Flight == 0)
        {
            _progressAt = Now;
            RestartSendTimer();
        }

        bool isLast = length == UnsentText && _isFinQueued;
        if (isLast)
        {
            _finSequence = _sndNxt + length;
            _isFinSent = true;
        }

        int sent = SendRange(_sndNxt, length + (isLast ? 1 : 0));
        if (isLast && sent < length + 1)
        {
            // The frame was full before.
            _isFinSent = false;
        }

        long now = Now;
        Scoreboard.Sent(new SequenceRange(_sndNxt, _sndNxt + sent), now);
        _sndNxt += sent;
        if (sent < _segmentSize)
        {
            Parts.SmallEnd = _sndNxt;
        }

        NoteSent(sent);
        _sentAt = now;
        ScheduleLossProbe();
        NoteAnswer();
        return sent;
    }

    /// <summary>Sends sequence numbers that are text or FIN, new or again.</summary>
    /// <returns>How many: a frame refers to so many blocks and not more.</returns>
    private int SendRange(long sequence, int length)
    {
        bool hasFin = _isFinSent && sequence + length > _finSequence;
        int text = length - (hasFin ? 1 : 0);
        Frame frame = Frame.Rent(0);
        int taken = Parts.Sending.AppendTo(frame, sequence - _sndUna, text);
        if (taken < text)
        {
            hasFin = false;
            if (taken > _segmentSize)
            {
                taken -= taken % _segmentSize;
                frame.Trim(taken);
            }
        }

        if (taken > _segmentSize)
        {
            frame.SegmentSize = _segmentSize;
        }

        bool isEnd = sequence - _sndUna + taken == SendLength;
        TcpFlags flags = TcpFlags.Ack | (isEnd && taken > 0 ? TcpFlags.Psh : 0) | (hasFin ? TcpFlags.Fin : 0);
        Transmit(flags, sequence, frame);
        return taken + (hasFin ? 1 : 0);
    }

    /// <summary>An acknowledgment without text, with the blocks that have come out of order.</summary>
    private void SendAcknowledgment() => Transmit(TcpFlags.Ack, _sndNxt, null);

    // A frame without text carries blocks; one with text has no room for them.
    private void Transmit(TcpFlags flags, long sequence, Frame? text)
    {
        ushort window = AdvertiseWindow();
        bool hasBlocks = text is null && HasBlocks && (flags & TcpFlags.Rst) == 0;
        TcpSackBlocks blocks = hasBlocks ? Blocks() : default;
        _lastAckSent = _rcvNxt;
        _acknowledgeNow = _acknowledgeSoon = false;
        _delayed.OnAcknowledged();
        ClearAcknowledgmentTimer();
        bool isNewText = text is { Length: > 0 } && sequence == _sndNxt;
        int congestionBits = _ecn.BitsFor(isNewText);
        flags |= (flags & TcpFlags.Rst) == 0 ? _ecn.FlagsFor(isNewText) : TcpFlags.None;
        SequenceNumber acknowledgment = AcknowledgmentNumber(flags);
        int headerLength = TcpHeader.MinLength + (_usesTimestamps ? TimestampsLength : 0);
        if (hasBlocks || !TcpLayer.NeedsNoChecksum(Path, text, headerLength))
        {
            TcpHeaderOptions options = new()
            {
                HasTimestamps = _usesTimestamps,
                TimestampValue = _usesTimestamps ? TimestampNow : 0,
                TimestampEcho = _usesTimestamps ? _timestampRecent : 0,
                Sack = blocks,
            };
            _shard.Layer.Send(Path, Tuple, text, new SequenceNumber((uint)sequence), acknowledgment, flags, window, options, congestionBits);
            return;
        }

        // The usual segment in memory: its header is written as it is.
        Frame frame = text ?? Frame.Rent(0);
        Span<byte> header = frame.Push(headerLength);
        TcpHeader.WritePlain(header, LocalPort, RemotePort, (uint)sequence, acknowledgment.Value, flags, window);
        if (_usesTimestamps)
        {
            TcpHeaderOptions.WriteTimestamps(header[TcpHeader.MinLength..], TimestampNow, _timestampRecent);
        }

        _shard.SendPlain(Path, frame, congestionBits);
    }

    private SequenceNumber AcknowledgmentNumber(TcpFlags flags) => new((flags & TcpFlags.Ack) != 0 ? (uint)_rcvNxt : 0);

    // RFC 5681, 4.1; RFC 9438, 4.2.
    private void RestartWindowAfterIdle()
    {
        if (Flight == 0 && HasUnsent && _sentAt != 0)
        {
            _congestionMade?.OnIdle((double)(Now - _sentAt) / Timers.Frequency, (double)_rto.Timeout / Timers.Frequency);
            _sentAt = Now;
        }
    }
}
