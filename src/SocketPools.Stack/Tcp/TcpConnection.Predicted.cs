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
        ReadOnlySpan<byte> header = frame.Head[start..];
        if (!IsPredictable || (isShardOnly && !Path.IsReady) || !TryPredict(header, frame.Length - start, out TcpSegment segment) || _shard.Layer.Network.IsTapped(IPProtocol.Tcp))
        {
            return false;
        }

        Statistics.SegmentsReceived++;
        frame.Pull(start);
        segment.Frame = frame;
        _heardAt = Now;
        _softError = Errno.None;
        if (_usesTimestamps && segment.Sequence <= _lastAckSent)
        {
            NoteTimestamp(segment.Options.TimestampValue);
        }

        TakeAcknowledgment(segment);
        if (segment.TextLength > 0)
        {
            TakeInOrder(segment);
        }

        Answer(hasMore);
        frame.Release();
        return true;
    }

    private bool TryPredict(ReadOnlySpan<byte> header, int length, out TcpSegment segment)
    {
        segment = default;
        int headerLength = header[12] >> 4 << 2;
        uint timestamp = 0;
        uint echo = 0;
        if (_usesTimestamps)
        {
            if (headerLength != TcpHeader.MinLength + TimestampsLength || header.Length < headerLength
                || BinaryPrimitives.ReadUInt32BigEndian(header[TcpHeader.MinLength..]) != PaddedTimestamps)
            {
                return false;
            }

            timestamp = BinaryPrimitives.ReadUInt32BigEndian(header[24..]);
            echo = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        }

        bool isPlain = headerLength == TcpHeader.MinLength + (_usesTimestamps ? TimestampsLength : 0) && ((TcpFlags)header[13] & ~TcpFlags.Psh) == TcpFlags.Ack;
        int text = length - headerLength;
        long acknowledgment = TcpSegment.Unwrap(BinaryPrimitives.ReadUInt32BigEndian(header[8..]), _sndUna);
        if (!isPlain || BinaryPrimitives.ReadUInt32BigEndian(header[4..]) != (uint)_rcvNxt || text > _rcvEdge - _rcvNxt
            || acknowledgment < _sndUna || acknowledgment > _sndNxt || (_usesTimestamps && (int)(timestamp - _timestampRecent) < 0))
        {
            return false;
        }

        segment = new TcpSegment(
            (TcpFlags)header[13],
            _rcvNxt,
            acknowledgment,
            BinaryPrimitives.ReadUInt16BigEndian(header[14..]),
            new TcpHeaderOptions { HasTimestamps = _usesTimestamps, TimestampValue = timestamp, TimestampEcho = echo },
            headerLength,
            text);
        return true;
    }
}
