using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tcp;

/// <summary>Timestamps (RFC 7323): which segments are too old to be of this connection's present (PAWS), and which one is echoed.</summary>
internal sealed partial class TcpConnection
{
    // RFC 7323, 5.5: a timestamp this old says nothing any more.
    private const int TimestampLifetimeSeconds = 24 * 24 * 3600;

    // 5.3, R1 to R3. A segment without a timestamp passes, as on Linux, though 3.2 wants it dropped: real peers leave them out of
    // keepalives, and some of everything, and would never be heard.
    private bool CheckTimestamp(in TcpSegment segment)
    {
        if (segment.Has(TcpFlags.Rst) || !IsTooOld(segment))
        {
            return true;
        }

        Statistics.Drop(TcpDrop.OldTimestamp);
        AnswerUnacceptable(segment);
        return false;
    }

    private bool IsTooOld(in TcpSegment segment) => _usesTimestamps && segment.Options.HasTimestamps && IsOld(segment.Options.TimestampValue);

    // RFC 7323, 4.3: the timestamp to echo is that of the segment that the last acknowledgment waited for.
    private void NoteTimestampOf(in TcpSegment segment)
    {
        if (_usesTimestamps && segment.Options.HasTimestamps && segment.Sequence <= _lastAckSent && Age(segment.Options.TimestampValue) <= 0)
        {
            NoteTimestamp(segment.Options.TimestampValue);
        }
    }

    // As Linux (TCP_PAWS_WINDOW): what is one tick older passes. The clocks of processors are not always in step.
    private bool IsOld(uint timestamp) => Age(timestamp) > 1;

    // Ticks before TS.Recent; 0 for those behind it.
    private int Age(uint timestamp) =>
        Now - _timestampRecentAt <= TimestampLifetimeSeconds * Timers.Frequency ? Math.Max(0, (int)(_timestampRecent - timestamp)) : 0;

    private void NoteTimestamp(uint value)
    {
        _timestampRecent = value;
        _timestampRecentAt = Now;
    }
}
