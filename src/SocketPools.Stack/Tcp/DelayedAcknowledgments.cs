namespace SocketPools.Stack.Tcp;

/// <summary>
/// When text that came is acknowledged (RFC 9293, 3.8.6.3), as Linux decides it: at once for the first segments and after a long gap
/// (quick acknowledgments); with the answer while both sides take turns (interactive, "pingpong" there); else at the second full
/// segment, when the user has read all of a short one, or when the timer has run.
/// </summary>
/// <remarks>
/// Unlike Linux, a short segment that was read is acknowledged a little later where no peer is seen to wait for it. That is behind many full
/// segments, and where the peer has sent one more short segment without an acknowledgment of the one before, which Nagle's algorithm does not do.
/// Whether it does so is tried after many short segments that came one soon after the other: one of them is acknowledged later.
/// Where the peer does not wait, one acknowledgment is for several short segments: for more and more, until the peer's window seems to have been full.
/// </remarks>
internal struct DelayedAcknowledgments
{
    // Less than that says nothing about what the peer's full segments are.
    private const int DefaultSegment = 536;
    private const int LeastSegment = 88;
    private const int BulkSegments = 16;

    // Short segments that are acknowledged when they are read, before it is tried whether the peer waits for that. Each time it does, twice as many.
    private const int BeforeTrial = 64;
    private const int MostDoublings = 9;

    // Short segments that one acknowledgment is for, where the peer does not wait. The window of a Linux peer has room for ten at first. More, one by
    // one, as long as it goes on; and fewer for good once it has stopped.
    private const int FirstLimit = 8;
    private const int FixedLimit = 7;
    private const int MostLimit = 64;

    // Every connection has these: 24 bytes.
    private long _heardAt;
    private ushort _quick;
    private ushort _segment;
    private ushort _lastShort;

    // Short segments that were acknowledged when they were read, one soon after the other.
    private ushort _read;

    // Full segments since the last short one, as far as they matter.
    private byte _run;

    // Short segments since the last acknowledgment, and how many may be.
    private byte _shorts;
    private byte _limit;
    private Pending _pending;
    private byte _doublings;
    private bool _hasHeard;
    private bool _isInteractive;
    private bool _goesOn;

    [Flags]
    private enum Pending : byte
    {
        None = 0,
        Text = 1,
        Pushed = 2,
        PushedTwice = 4,
        BehindBulk = 8,
        Trial = 16,
    }

    /// <summary>The text of the peer's full segments, as far as they have shown it: what "every second segment" counts in.</summary>
    internal readonly int SegmentSize => _segment;

    /// <summary>Whether every segment is acknowledged when it comes.</summary>
    internal readonly bool IsQuick => _quick > 0 && !_isInteractive;

    /// <summary>
    /// Whether the acknowledgment goes when the user has read everything: the peer has sent less than a full segment, or the end of a
    /// message, and may wait for it with its next one (Nagle); and no answer is expected that would take it along.
    /// </summary>
    internal readonly bool IsDueWhenRead =>
        (_pending & Pending.PushedTwice) != 0 || ((_pending & Pending.Pushed) != 0 && !_isInteractive);

    /// <summary>
    /// Whether the acknowledgment of short text that was read may be a little later: no peer is seen to wait for it. One that waits all the same, because
    /// its next message is short (Nagle), is not to wait for the usual timer.
    /// </summary>
    internal bool PutsOffRead()
    {
        if (IsBehindBulk || _goesOn || (_pending & Pending.Trial) != 0)
        {
            return true;
        }

        if (++_read <= BeforeTrial << _doublings)
        {
            return false;
        }

        _read = 0;
        _pending |= Pending.Trial;
        return true;
    }

    /// <summary>Whether the peer does not wait for acknowledgments, and the last text was short.</summary>
    internal readonly bool IsGoingOn => _goesOn && _shorts > 0;

    /// <summary>Whether so many short segments have come that the window of such a peer may be full.</summary>
    internal readonly bool IsEnough => _shorts >= _limit;

    /// <summary>
    /// Whether that text is the end of a long one. With one more short segment it is not: a peer with several on their way sends a tail loss probe sooner.
    /// </summary>
    internal readonly bool IsBehindBulk => (_pending & Pending.BehindBulk) != 0 && _shorts == 1;

    /// <summary>Whether text has come at this very time, so that there is no gap.</summary>
    internal readonly bool IsSoon(long now) => _heardAt == now;

    /// <summary>The connection is up.</summary>
    /// <param name="segment">What is sent in a full segment here; what the peer's are shows later.</param>
    internal void Start(int segment)
    {
        _segment = (ushort)Math.Clamp(segment, LeastSegment, DefaultSegment);
        _limit = FirstLimit;
    }

    /// <summary>Text has come in order.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="segment">How many of them were in each segment: fewer where several came together.</param>
    /// <param name="isPushed">Whether PSH or FIN was set.</param>
    /// <param name="maxSegment">The most that a segment may have here.</param>
    /// <param name="now">The time.</param>
    /// <param name="gap">A longer time without text means that the peer begins anew, with a small window.</param>
    /// <param name="quick">How many are acknowledged at once then.</param>
    /// <param name="soon">Text that comes in less time than this comes soon after the one before.</param>
    internal void OnText(int length, int segment, bool isPushed, int maxSegment, long now, long gap, int quick, long soon)
    {
        _read = now - _heardAt < soon ? _read : (ushort)0;
        if (!_hasHeard || now - _heardAt > gap)
        {
            _hasHeard = true;
            StartQuick(quick);
        }

        _heardAt = now;
        Pending next = Pending.Text | Measure(segment, isPushed, maxSegment) | Follow(length, segment);
        _pending |= next;
    }

    /// <summary>The peer sends again what has come, or what does not fit: it needs to know.</summary>
    internal void StartQuick(int count) => _quick = (ushort)Math.Clamp(count, _quick, ushort.MaxValue);

    /// <summary>The same, and threads no longer alternate.</summary>
    internal void RestartQuick(int count)
    {
        StartQuick(count);
        _isInteractive = false;
    }

    /// <summary>Text was sent: soon after something came it is the answer to that.</summary>
    internal void OnSent(long now, long soon) => _isInteractive |= _hasHeard && now - _heardAt < soon;

    /// <summary>An acknowledgment goes out, with text or without.</summary>
    internal void OnAcknowledged()
    {
        if (_pending != Pending.None && _quick > 0)
        {
            _quick--;
        }

        if (IsEnough && _limit is >= FirstLimit and < MostLimit)
        {
            _limit++;
        }

        _pending = Pending.None;
        _shorts = 0;
    }

    /// <summary>The timer has run: no answer came that would have taken the acknowledgment along.</summary>
    /// <param name="now">The time.</param>
    /// <param name="soon">As of <see cref="OnText"/>: without text for this time the peer may wait.</param>
    internal void OnTimer(long now, long soon)
    {
        _isInteractive = false;
        if (now - _heardAt >= soon)
        {
            _doublings += (byte)((_pending & Pending.Trial) != 0 && _doublings < MostDoublings ? 1 : 0);
            _limit = _goesOn && _shorts >= FirstLimit ? (byte)FixedLimit : _limit;
            _goesOn = false;
        }
    }

    private Pending Follow(int length, int segment)
    {
        int before = _run;
        if (segment >= _segment)
        {
            _run = (byte)Math.Min(before + (length / segment), BulkSegments);
            return Pending.None;
        }

        _run = 0;
        Pending behind = before == BulkSegments ? Pending.BehindBulk : Pending.None;
        _shorts += (byte)(_shorts < byte.MaxValue ? 1 : 0);
        if (_shorts > 1)
        {
            _goesOn = true;
            _pending &= ~Pending.Trial;
        }

        return behind;
    }

    // As tcp_measure_rcv_mss: two short segments of the same length are what this peer's full ones are.
    private Pending Measure(int length, bool isPushed, int maxSegment)
    {
        int last = _lastShort;
        _lastShort = 0;
        if (length >= _segment)
        {
            _segment = (ushort)Math.Max(LeastSegment, Math.Min(length, maxSegment));
            return isPushed ? Pending.Pushed : Pending.None;
        }

        if (length >= DefaultSegment || (length >= LeastSegment && !isPushed))
        {
            _lastShort = (ushort)length;
            if (length == last)
            {
                _segment = (ushort)length;
                return Pending.None;
            }
        }

        return (_pending & Pending.Pushed) != 0 ? Pending.PushedTwice | Pending.Pushed : Pending.Pushed;
    }
}
