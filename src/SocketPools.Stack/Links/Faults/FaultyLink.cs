using System.Diagnostics.CodeAnalysis;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>
/// A link that drops, delays, reorders, duplicates and corrupts frames, and limits their rate. The faults follow from a seed, and time from
/// a clock that may be a test's.
/// </summary>
/// <remarks>
/// Frames whose time comes are sent, or the stack is woken, by the clock's timer, which with the system's clock fires at whole
/// milliseconds; a receiver that polls gets them to the tick. Checksums may still be left out: a frame is completed before it is corrupted. Packets of several segments are
/// not taken, and those that a link inside receives are cut, because a path loses packets one by one.
/// </remarks>
/// <example><code>radio.AddInterface(new FaultyLink(link, new FaultyLinkOptions { Seed = 17, Outbound = new LinkFaults { Loss = 0.01 } }));</code></example>
public sealed class FaultyLink : DelegatingLink
{
    // After so many exceptions in a row the link inside has nothing to receive for now.
    private const int MaxFailuresInARow = 16;

    private readonly FaultLane _outbound;
    private readonly FaultLane _inbound;
    private readonly int _maxFrame;
    private readonly int _limit;
    private FrameQueue _arrived;
    private bool _isSending;
    private bool _foundNothing = true;
    private bool _hadCarrier;

    /// <summary>Creates a link that applies faults to the frames of another link.</summary>
    /// <param name="inner">The link, which is disposed with this one.</param>
    /// <param name="options">The seed, the clock and the faults of each direction.</param>
    public FaultyLink(ILink inner, FaultyLinkOptions options)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(options);
        _limit = options.MaxQueuedFrames;
        _maxFrame = LinkLimits.MaxFrame(inner.Medium, inner.Mtu);
        _outbound = new FaultLane(options, options.Outbound, inner.Medium, isInbound: false, () => Send(isTimer: true));
        _inbound = new FaultLane(options, options.Inbound, inner.Medium, isInbound: true, () => Fetch(isTimer: true));
        _hadCarrier = inner.HasCarrier;
        inner.FrameAvailable = () => Fetch(isTimer: false);
    }

    /// <summary>Those of the link inside, without segmentation.</summary>
    public override LinkOffloads Offloads => Inner.Offloads & ~(LinkOffloads.Segmentation | LinkOffloads.DatagramSegmentation);

    /// <inheritdoc/>
    public override Action? FrameAvailable { get; set; }

    /// <summary>What happens to frames that are sent from now on.</summary>
    public LinkFaults Outbound
    {
        get => FaultsOf(_outbound);
        set => Set(_outbound, value);
    }

    /// <summary>What happens to frames that are received from now on.</summary>
    public LinkFaults Inbound
    {
        get => FaultsOf(_inbound);
        set => Set(_inbound, value);
    }

    /// <summary>What happened to frames that were sent.</summary>
    public FaultCounters OutboundCounters => CountersOf(_outbound);

    /// <summary>What happened to frames that were received.</summary>
    public FaultCounters InboundCounters => CountersOf(_inbound);

    /// <inheritdoc/>
    public override bool TrySend(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Length > _maxFrame)
        {
            return false;
        }

        lock (_outbound.Gate)
        {
            if (!_outbound.TryAdmitUnsynchronized(frame))
            {
                return false;
            }
        }

        Send(isTimer: false);
        return true;
    }

    /// <inheritdoc/>
    public override bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        lock (_inbound.Gate)
        {
            if (_arrived.IsEmpty)
            {
                FetchUnsynchronized();
            }

            _foundNothing = !_arrived.TryDequeue(out frame);
            return frame is not null;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        lock (_outbound.Gate)
        {
            _outbound.CloseUnsynchronized();
        }

        lock (_inbound.Gate)
        {
            _inbound.CloseUnsynchronized();
            _arrived.Clear();
        }
    }

    private static LinkFaults FaultsOf(FaultLane lane)
    {
        lock (lane.Gate)
        {
            return lane.Faults;
        }
    }

    private static FaultCounters CountersOf(FaultLane lane)
    {
        lock (lane.Gate)
        {
            return lane.Counters;
        }
    }

    private static void Set(FaultLane lane, LinkFaults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        lock (lane.Gate)
        {
            lane.Faults = faults;
        }
    }

    // Sends what is due, without the lock: the link inside may wake its other end on this thread. One thread sends at a time; who
    // comes meanwhile leaves it to that one, which looks again.
    private void Send(bool isTimer)
    {
        lock (_outbound.Gate)
        {
            if (isTimer)
            {
                _outbound.NoteTimerUnsynchronized();
            }

            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        (int passed, int refused) = (0, 0);
        while (true)
        {
            FrameQueue due = default;
            lock (_outbound.Gate)
            {
                _outbound.NoteUnsynchronized(passed, refused);
                _outbound.TakeDueUnsynchronized(ref due);
                if (due.IsEmpty)
                {
                    _isSending = false;
                    _outbound.ArmUnsynchronized();
                    return;
                }
            }

            (passed, refused) = (0, 0);
            while (due.TryDequeue(out Frame? frame))
            {
                bool? isSent = LinkCalls.TrySend(Inner, frame); // on a timer's thread no caller would receive an exception
                passed += isSent is true ? 1 : 0;
                refused += isSent is true ? 0 : 1;
                if (isSent is false)
                {
                    frame.Release();
                }
            }
        }
    }

    private void Fetch(bool isTimer)
    {
        bool wakes;
        lock (_inbound.Gate)
        {
            if (isTimer)
            {
                _inbound.NoteTimerUnsynchronized();
            }

            FetchUnsynchronized();
            wakes = _foundNothing && !_arrived.IsEmpty;
            if (wakes)
            {
                _foundNothing = false;
            }

            bool hasCarrier = LinkCalls.HasCarrier(Inner) ?? _hadCarrier; // on a timer's thread no caller would receive an exception
            wakes |= hasCarrier != _hadCarrier;
            _hadCarrier = hasCarrier;
        }

        if (wakes)
        {
            LinkCalls.Wake(this);
        }
    }

    private void AdmitUnsynchronized(Frame frame)
    {
        FrameQueue packets = default;
        if (frame.SegmentSize > 0 && SegmentCutter.TryCut(frame, Medium, ref packets))
        {
            frame.Release();
        }
        else
        {
            packets.Enqueue(frame);
        }

        while (packets.TryDequeue(out Frame? packet))
        {
            if (!_inbound.TryAdmitUnsynchronized(packet))
            {
                packet.Release();
            }
        }
    }

    // Everything that has come inside, so that its time begins now; then everything whose time is over. A receiver that takes
    // nothing makes the link inside refuse at last.
    private void FetchUnsynchronized()
    {
        int failures = 0;
        while (_arrived.Count < _limit && failures < MaxFailuresInARow)
        {
            bool? hasFrame = LinkCalls.TryReceive(Inner, out Frame? frame);
            if (hasFrame is false)
            {
                break;
            }

            failures = hasFrame is null ? failures + 1 : 0;
            if (frame is not null)
            {
                AdmitUnsynchronized(frame);
            }
        }

        int before = _arrived.Count;
        _inbound.TakeDueUnsynchronized(ref _arrived);
        _inbound.NoteUnsynchronized(_arrived.Count - before, refused: 0);
        _inbound.ArmUnsynchronized();
    }
}
