using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>Timestamps (RFC 7323): which segments are too old to be of this connection's present (PAWS), and which one is echoed.</summary>
internal sealed partial class TcpConnection
{
    // RFC 7323, 5.5: a timestamp this old says nothing any more.
    private const int TimestampLifetimeSeconds = 24 * 24 * 3600;

    // 5.3, R1 to R3.
    private bool CheckTimestamp(in TcpSegment segment)
    {
        if (!_usesTimestamps || segment.Has(TcpFlags.Rst))
        {
            return true;
        }

        if (!segment.Options.HasTimestamps)
        {
            Statistics.Drop(TcpDrop.NoTimestamp);
            return false;
        }

        if (!IsOld(segment.Options.TimestampValue))
        {
            return true;
        }

        Statistics.Drop(TcpDrop.OldTimestamp);
        AnswerUnacceptable(segment);
        return false;
    }

    // RFC 7323, 4.3: the timestamp to echo is that of the segment that the last acknowledgment waited for.
    private void NoteTimestampOf(in TcpSegment segment)
    {
        if (_usesTimestamps && segment.Options.HasTimestamps && segment.Sequence <= _lastAckSent && !IsOld(segment.Options.TimestampValue))
        {
            NoteTimestamp(segment.Options.TimestampValue);
        }
    }

    private bool IsOld(uint timestamp) =>
        (int)(timestamp - _timestampRecent) < 0 && Now - _timestampRecentAt <= TimestampLifetimeSeconds * Timers.Frequency;

    private void NoteTimestamp(uint value)
    {
        _timestampRecent = value;
        _timestampRecentAt = Now;
    }
}
