using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>Text that came twice, and is reported once in the next acknowledgment (RFC 2883), so that the peer knows that it sent it in vain.</summary>
internal sealed partial class TcpConnection
{
    // Section 4: what is acknowledged already, or has come out of order before; also a part of a segment (4.1.3).
    private void NoteDuplicate(in TcpSegment segment)
    {
        long end = segment.Sequence + segment.TextLength;
        if (_usesSack && segment.TextLength > 0 && segment.Sequence < _rcvNxt)
        {
            Parts.Duplicate = new SequenceRange(segment.Sequence, Math.Min(end, _rcvNxt));
        }
    }

    private void NoteDuplicateBehindGap(SequenceRange text)
    {
        if (_usesSack && _gaps is not null)
        {
            Parts.Duplicate = _gaps.FirstOverlap(text);
        }
    }

    private bool HasBlocks => _usesSack && (_parts?.Duplicate.Length > 0 || _gaps is { IsEmpty: false });

    // The report of a duplicate first, then what has come out of order.
    private TcpSackBlocks Blocks()
    {
        Span<SequenceRange> ranges = stackalloc SequenceRange[SackBlockTracker.MostBlocks];
        Span<TcpSackBlock> blocks = stackalloc TcpSackBlock[SackBlockTracker.MostBlocks];
        int count = 0;
        if (_parts is { Duplicate.Length: > 0 } parts)
        {
            ranges[count++] = parts.Duplicate;
            parts.Duplicate = default;
            Statistics.DuplicateSacksSent++;
        }

        count = _gaps?.WriteBlocks(ranges, count) ?? count;
        for (int i = 0; i < count; i++)
        {
            blocks[i] = new TcpSackBlock(new SequenceNumber((uint)ranges[i].Start), new SequenceNumber((uint)ranges[i].End));
        }

        return new TcpSackBlocks(blocks[..count]);
    }
}
