namespace SocketPools.Simulation.Faults;

/// <summary>
/// A bottleneck with a queue that is managed by CoDel (RFC 8289): packets are lost, or marked, when they have waited for longer than a target
/// during an interval. Each direction has its own queue.
/// </summary>
internal sealed class ControlledDelay(long bitsPerSecond, int queueBytes, TimeSpan target, TimeSpan interval, bool marks) : FaultKind, IFrameQueue
{
    private readonly Dictionary<(string, string), CoDelQueue> _queues = [];

    internal override string Description =>
        FormattableString.Invariant($"bandwidth {bitsPerSecond} bit/s, CoDel {target.TotalMilliseconds} ms in {interval.TotalMilliseconds} ms, queue {queueBytes} bytes");

    internal override void Apply(ref Passage passage, Random random) => passage.Queue = passage.Lost is null ? this : passage.Queue;

    public void Enqueue(QueuedFrame frame, string from, string to)
    {
        if (!_queues.TryGetValue((from, to), out CoDelQueue? queue))
        {
            _queues.Add((from, to), queue = new CoDelQueue(Clock!, bitsPerSecond, queueBytes, target.Ticks, interval.Ticks, marks));
        }

        queue.Enqueue(frame);
    }
}

/// <summary>One queue of CoDel with the link behind it; the names are those of RFC 8289, section 5.</summary>
internal sealed class CoDelQueue(SimulatedClock clock, long bitsPerSecond, int queueBytes, long target, long interval, bool marks)
{
    // The longest packet: with no more than that in the queue nothing is lost.
    private const int MaxPacket = 1514;

    private readonly Lock _lock = new();
    private readonly Queue<(QueuedFrame Frame, long Arrival)> _queue = new();
    private long _bytes;
    private bool _isSending;
    private long _firstAboveTime;
    private bool _isDropping;
    private long _dropNext;
    private int _count;
    private int _lastCount;

    internal void Enqueue(QueuedFrame frame)
    {
        lock (_lock)
        {
            if (_bytes + frame.Bytes.Length <= queueBytes || _queue.Count == 0)
            {
                _queue.Enqueue((frame, clock.GetTimestamp()));
                _bytes += frame.Bytes.Length;
                frame = default;
            }
        }

        frame.Leave?.Invoke(frame.Bytes, "queue full");
        SendNext();
    }

    private void SendNext()
    {
        List<QueuedFrame> dropped = [];
        QueuedFrame? next = null;
        lock (_lock)
        {
            if (!_isSending)
            {
                next = Dequeue(clock.GetTimestamp(), dropped);
                _isSending = next is not null;
            }
        }

        foreach (QueuedFrame frame in dropped)
        {
            frame.Leave(frame.Bytes, "CoDel");
        }

        if (next is not { } sending)
        {
            return;
        }

        TimeSpan duration = TimeSpan.FromTicks((long)Math.Ceiling(sending.Bytes.Length * 8.0 * TimeSpan.TicksPerSecond / bitsPerSecond));
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _ = clock.CreateTimer(_ => OnSent(sending), null, duration, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnSent(QueuedFrame frame)
    {
        frame.Leave(frame.Bytes, null);
        lock (_lock)
        {
            _isSending = false;
        }

        SendNext();
    }

    private QueuedFrame? Dequeue(long now, List<QueuedFrame> dropped)
    {
        QueuedFrame? frame = Take(now, out bool mayDrop);
        if (frame is null || (_isDropping && !mayDrop))
        {
            _isDropping = false;
            return frame;
        }

        if (_isDropping)
        {
            while (_isDropping && now >= _dropNext && frame is { } late)
            {
                _count++;
                if (TryMark(late) is { } marked)
                {
                    _dropNext = ControlLaw(_dropNext);
                    return marked;
                }

                dropped.Add(late);
                frame = Take(now, out mayDrop);
                if (mayDrop)
                {
                    _dropNext = ControlLaw(_dropNext);
                }
                else
                {
                    _isDropping = false;
                }
            }

            return frame;
        }

        if (mayDrop && frame is { } first)
        {
            QueuedFrame? marked = TryMark(first);
            if (marked is null)
            {
                dropped.Add(first);
                marked = Take(now, out _);
            }

            _isDropping = true;

            // It was dropping lately: it begins where it was.
            int delta = _count - _lastCount;
            _count = delta > 1 && now - _dropNext < 16 * interval ? delta : 1;
            _dropNext = now;
            _dropNext = ControlLaw(now);
            _lastCount = _count;
            return marked;
        }

        return frame;
    }

    // dodequeue of RFC 8289.
    private QueuedFrame? Take(long now, out bool mayDrop)
    {
        mayDrop = false;
        if (!_queue.TryDequeue(out (QueuedFrame Frame, long Arrival) head))
        {
            _firstAboveTime = 0;
            return null;
        }

        _bytes -= head.Frame.Bytes.Length;
        if (now - head.Arrival < target || _bytes <= MaxPacket)
        {
            _firstAboveTime = 0;
        }
        else if (_firstAboveTime == 0)
        {
            _firstAboveTime = now + interval;
        }
        else
        {
            mayDrop = now >= _firstAboveTime;
        }

        return head.Frame;
    }

    private QueuedFrame? TryMark(QueuedFrame frame) => marks && CongestionMark.TryMark(frame.Bytes) is { } marked ? frame with { Bytes = marked } : null;

    private long ControlLaw(long time) => time + (long)(interval / Math.Sqrt(_count));
}
