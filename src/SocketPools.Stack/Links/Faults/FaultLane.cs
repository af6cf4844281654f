using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// One direction of a <see cref="FaultyLink"/>: decides what happens to a frame when it comes, and holds it until its time.
/// Everything here needs <see cref="Gate"/> held.
/// </summary>
/// <remarks>
/// The steps are those of a path: a frame is lost or doubled; each copy may be corrupted, waits for its turn at the bottleneck,
/// and travels.
/// </remarks>
internal sealed class FaultLane
{
    // Room that is kept from the start, so that steady traffic allocates nothing.
    private const int UsualDepth = 256;

    private readonly PriorityQueue<Frame, (long Due, long Number)> _held = new(UsualDepth);
    private readonly TimeProvider _clock;
    private readonly LinkMedium _medium;
    private readonly int _limit;
    private readonly long _start;
    private readonly ITimer _timer;
    private FaultRandom _losses;
    private FaultRandom _congestions;
    private FaultRandom _duplications;
    private FaultRandom _corruptions;
    private FaultRandom _bits;
    private FaultRandom _reorderings;
    private FaultRandom _jitters;
    private Totals _totals;
    private long _number;
    private long _lastDue;
    private long _busyUntil;
    private long _busyRest;
    private long _timerSetFor = long.MaxValue;
    private bool _isClosed;

    internal FaultLane(FaultyLinkOptions options, LinkFaults faults, LinkMedium medium, bool isInbound, Action due)
    {
        _clock = options.TimeProvider;
        _medium = medium;
        _limit = options.MaxQueuedFrames;
        _start = _clock.GetTimestamp();
        _timer = _clock.CreateTimer(static state => ((Action)state!)(), due, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Faults = faults;
        ulong seed = unchecked((uint)options.Seed);
        ulong first = isInbound ? 100UL : 0;
        _losses = new FaultRandom(seed, first);
        _congestions = new FaultRandom(seed, first + 6);
        _duplications = new FaultRandom(seed, first + 1);
        _corruptions = new FaultRandom(seed, first + 2);
        _bits = new FaultRandom(seed, first + 3);
        _reorderings = new FaultRandom(seed, first + 4);
        _jitters = new FaultRandom(seed, first + 5);
    }

    internal Lock Gate { get; } = new();

    internal LinkFaults Faults { get; set; }

    internal FaultCounters Counters => new()
    {
        FramesOffered = _totals.Offered,
        FramesLost = _totals.Lost,
        FramesCorrupted = _totals.Corrupted,
        FramesDuplicated = _totals.Duplicated,
        FramesReordered = _totals.Reordered,
        FramesMarked = _totals.Marked,
        DroppedByRate = _totals.DroppedByRate,
        DroppedByLimit = _totals.DroppedByLimit,
        DroppedByLink = _totals.DroppedByLink,
        FramesPassed = _totals.Passed,
    };

    // 100 ns.
    private long Now => _clock.GetElapsedTime(_start).Ticks;

    /// <summary>Takes a frame in. False after the end: the frame stays the caller's.</summary>
    internal bool TryAdmitUnsynchronized(Frame frame)
    {
        if (_isClosed)
        {
            return false;
        }

        _totals.Offered++;
        bool isDoubled = _duplications.IsHit(Faults.Duplication);
        bool isCongested = _congestions.IsHit(Faults.Congestion);
        bool isMarked = isCongested && CongestionMark.IsCapable(frame.Head, _medium);
        if (_losses.IsHit(Faults.Loss) || (isCongested && !isMarked))
        {
            _totals.Lost++;
            frame.Release();
            return true;
        }

        if (isMarked)
        {
            frame = MarkUnsynchronized(frame);
        }

        Frame? copy = isDoubled ? frame.Clone() : null;
        ScheduleUnsynchronized(frame);
        if (copy is not null)
        {
            _totals.Duplicated++;
            ScheduleUnsynchronized(copy);
        }

        return true;
    }

    /// <summary>Moves the frames whose time has come.</summary>
    internal void TakeDueUnsynchronized(ref FrameQueue due)
    {
        long now = Now;
        while (_held.TryPeek(out Frame? frame, out (long Due, long Number) when) && when.Due <= now)
        {
            _held.Dequeue();
            due.Enqueue(frame);
        }
    }

    /// <summary>Sets the timer for the next frame.</summary>
    internal void ArmUnsynchronized()
    {
        if (!_held.TryPeek(out _, out (long Due, long Number) next) || _isClosed)
        {
            _timerSetFor = long.MaxValue;
            return;
        }

        if (next.Due == _timerSetFor)
        {
            return;
        }

        _timerSetFor = next.Due;
        long wait = Math.Max(0, next.Due - Now);
        if (_clock == TimeProvider.System)
        {
            // The system's timers cut off what is less than a millisecond: one that comes too early only comes again.
            wait = (wait + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond;
        }

        _timer.Change(TimeSpan.FromTicks(wait), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer has fired: the next is set anew.</summary>
    internal void NoteTimerUnsynchronized() => _timerSetFor = long.MaxValue;

    /// <summary>Counts what became of frames that were taken out.</summary>
    internal void NoteUnsynchronized(int passed, int refused)
    {
        _totals.Passed += passed;
        _totals.DroppedByLink += refused;
    }

    internal void CloseUnsynchronized()
    {
        _isClosed = true;
        _timer.Dispose();
        while (_held.TryDequeue(out Frame? frame, out _))
        {
            frame.Release();
        }
    }

    private void ScheduleUnsynchronized(Frame frame)
    {
        bool isCorrupted = _corruptions.IsHit(Faults.Corruption);
        bool isReordered = _reorderings.IsHit(Faults.Reordering);
        long jitter = (long)(_jitters.NextFraction() * Faults.Jitter.Ticks);
        if (_held.Count >= _limit)
        {
            _totals.DroppedByLimit++;
            frame.Release();
            return;
        }

        if (!TryTakeTurnUnsynchronized(frame.Length, out long due))
        {
            _totals.DroppedByRate++;
            frame.Release();
            return;
        }

        if (isCorrupted)
        {
            _totals.Corrupted++;
            frame = CorruptUnsynchronized(frame);
        }

        due = Math.Max(due + Faults.Delay.Ticks + jitter, _lastDue);
        if (isReordered)
        {
            _totals.Reordered++;
            due += Faults.ReorderDelay.Ticks;
        }
        else
        {
            _lastDue = due;
        }

        _held.Enqueue(frame, (due, _number++));
    }

    // When the last bit of a frame has left the bottleneck. What waits before it follows from the time it will be busy.
    private bool TryTakeTurnUnsynchronized(int length, out long done)
    {
        done = Now;
        if (Faults.BitsPerSecond == 0)
        {
            return true;
        }

        if (_busyUntil <= done)
        {
            (_busyUntil, _busyRest) = (done, 0);
        }

        Int128 waiting = (Int128)(_busyUntil - done) * Faults.BitsPerSecond / (8 * TimeSpan.TicksPerSecond);
        if (waiting > 0 && waiting + length > Faults.MaxQueuedBytes)
        {
            return false;
        }

        // The rest of the division goes on, or fast links would be faster still.
        long bits = (length * 8L * TimeSpan.TicksPerSecond) + _busyRest;
        _busyUntil += bits / Faults.BitsPerSecond;
        _busyRest = bits % Faults.BitsPerSecond;
        done = _busyUntil;
        return true;
    }

    // In a copy, as for corruption.
    private Frame MarkUnsynchronized(Frame frame)
    {
        _totals.Marked++;
        Frame copy = frame.Clone();
        frame.Release();
        CongestionMark.Write(copy.Head, _medium);
        return copy;
    }

    // The frame's blocks are others' too, so the bit is turned in a copy. Checksums are completed first: it has to be found.
    private Frame CorruptUnsynchronized(Frame frame)
    {
        Frame copy = frame.Clone();
        frame.Release();
        FrameChecksums.Complete(copy, _medium);
        int bit = _bits.Below(copy.Length * 8);
        copy.Head[bit >> 3] ^= (byte)(1 << (bit & 7));
        return copy;
    }

    private struct Totals
    {
        internal long Offered;
        internal long Lost;
        internal long Corrupted;
        internal long Duplicated;
        internal long Reordered;
        internal long Marked;
        internal long DroppedByRate;
        internal long DroppedByLimit;
        internal long DroppedByLink;
        internal long Passed;
    }
}
