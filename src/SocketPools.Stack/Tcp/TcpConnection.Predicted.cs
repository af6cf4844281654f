using System.Buffers.Binary;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Header prediction: the segment that comes next while nothing is lost, closed or reported is known by a few comparisons, and passes every check of
/// SEGMENT ARRIVES. What it does is what <see cref="Accept"/> does with it.
/// </summary>
internal sealed partial class TcpConnection : IKnownFlow
{
    private const uint PaddedTimestamps = 0x0101_080A;

    // Everything about the connection that makes a difference to the usual segment.
    private bool IsPredictable => State == TcpState.Established && _recovery == Recovery.None && !_isReceiveShut && !_ecn.IsAgreed
        && _peerFin < 0 && _gaps is not { IsEmpty: false };

    bool IKnownFlow.TryReceive(Frame frame, int start, bool hasMore, bool isShardOnly)
    {
        if (!IsPredictable || (isShardOnly && !Path.IsReady) || !TryPredict(frame.Head[start..], frame.Length - start, out Prediction next))
        {
            return false;
        }

        Statistics.SegmentsReceived++;
        frame.Pull(start);
        _heardAt = Now;
        _softError = Errno.None;
        if (_usesTimestamps && _rcvNxt <= _lastAckSent)
        {
            NoteTimestamp(next.Timestamp);
        }

        if (next.Acknowledgment == _sndUna && Flight == 0)
        {
            // The peer sends and we do not: there is nothing to acknowledge.
            TakeWindow(_rcvNxt, _sndUna, (long)next.Window << _sendScale);
        }
        else
        {
            TakeAcknowledgment(next.ToSegment(_rcvNxt, _usesTimestamps));
        }

        if (next.TextLength > 0)
        {
            TakeInOrder(frame, next.HeaderLength, next.TextLength, next.Flags);
        }

        Answer(hasMore);
        return true;
    }

    int IKnownFlow.ReceiveSeries(ref FrameQueue frames, int count, int textStart, bool isShardOnly, ThreadBuffers own)
    {
        int text = frames.First!.Length - textStart;
        if (text < _delayed.SegmentSize || !IsPredictable || (isShardOnly && !Path.IsReady))
        {
            return 0;
        }

        TcpFlags flags = (TcpFlags)frames.First.Head[textStart - (_usesTimestamps ? TcpHeader.MinLength + TimestampsLength : TcpHeader.MinLength) + 13];
        ReceiveQueue receiving = Parts.Receiving;
        count = (int)Math.Min(count, (_rcvEdge - _rcvNxt) / text);
        int taken = 0;
        while (taken < count && receiving.TryAppendSlices(frames.First!, textStart, text) && frames.TryDequeue(out Frame? frame))
        {
            frame.Release(own);
            taken++;
        }

        if (taken > 0)
        {
            Statistics.SegmentsReceived += taken;
            _rcvNxt += taken * text;
            NoteInOrder(taken * text, text, flags);
            Answer(hasMore: true);
        }

        return taken;
    }

    private bool TryPredict(ReadOnlySpan<byte> header, int length, out Prediction next)
    {
        next = default;
        int headerLength = TcpHeader.MinLength + (_usesTimestamps ? TimestampsLength : 0);
        if (header.Length < headerLength || header[12] >> 4 << 2 != headerLength || ((TcpFlags)header[13] & ~TcpFlags.Psh) != TcpFlags.Ack)
        {
            return false;
        }

        uint timestamp = 0;
        uint echo = 0;
        if (_usesTimestamps)
        {
            timestamp = BinaryPrimitives.ReadUInt32BigEndian(header[24..]);
            echo = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
            if (BinaryPrimitives.ReadUInt32BigEndian(header[TcpHeader.MinLength..]) != PaddedTimestamps || (int)(timestamp - _timestampRecent) < 0)
            {
                return false;
            }
        }

        int text = length - headerLength;
        long acknowledgment = TcpSegment.Unwrap(BinaryPrimitives.ReadUInt32BigEndian(header[8..]), _sndUna);
        if (BinaryPrimitives.ReadUInt32BigEndian(header[4..]) != (uint)_rcvNxt || text > _rcvEdge - _rcvNxt
            || acknowledgment < _sndUna || acknowledgment > _sndNxt)
        {
            return false;
        }

        next = new Prediction(
            acknowledgment, BinaryPrimitives.ReadUInt16BigEndian(header[14..]), (TcpFlags)header[13], timestamp, echo, headerLength, text);
        return true;
    }

    /// <summary>What a segment says that was predicted.</summary>
    private readonly record struct Prediction(
        long Acknowledgment, ushort Window, TcpFlags Flags, uint Timestamp, uint Echo, int HeaderLength, int TextLength)
    {
        internal TcpSegment ToSegment(long sequence, bool hasTimestamps) => new(
            Flags,
            sequence,
            Acknowledgment,
            Window,
            new TcpHeaderOptions { HasTimestamps = hasTimestamps, TimestampValue = Timestamp, TimestampEcho = Echo },
            HeaderLength,
            TextLength);
    }
}
