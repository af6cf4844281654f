using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>One end of a <see cref="LinkPair"/>.</summary>
public sealed class LinkPairEnd : ILink, IThreadPoolWorkItem
{
    private readonly LinkLanes _incoming;
    private readonly LinkLanes _outgoing;
    private readonly LinkWakeMode _wake;
    private readonly int _maxFrame;

    // Of a packet that stands for several ones; 0 where there are none.
    private readonly int _maxWhole;
    private long _refusedInvalid;
    private long _refusedDown;
    private int _isQueued;
    private int _isCut;

    internal LinkPairEnd(LinkPairOptions options, string name, PhysicalAddress address, LinkLanes incoming, LinkLanes outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
        _wake = options.WakeMode;
        _maxFrame = LinkLimits.MaxFrame(options.Medium, options.Mtu);
        Name = $"{options.Name}/{name}";
        Medium = options.Medium;
        Mtu = options.Mtu;
        Offloads = options.Offloads;
        _maxWhole = options.Offloads.HasFlag(LinkOffloads.Segmentation) ? LinkLimits.MaxFrame(options.Medium, LinkLimits.MaxMtu) : 0;
        HardwareAddress = options.Medium == LinkMedium.Ethernet ? address : PhysicalAddress.None;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkMedium Medium { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public PhysicalAddress HardwareAddress { get; }

    /// <inheritdoc/>
    public LinkOffloads Offloads { get; }

    /// <inheritdoc/>
    public Action? FrameAvailable { get; set; }

    /// <summary>Gets whether the ends are connected (<see cref="LinkPair.SetCarrier"/>) and the other end is open.</summary>
    public bool HasCarrier => Volatile.Read(ref _isCut) == 0 && !Peer._incoming.Main.IsClosed;

    /// <summary>What went through this end.</summary>
    public LinkCounters Counters
    {
        get
        {
            (LinkQueue.Totals sent, LinkQueue.Totals received) = (_outgoing.In, _incoming.Out);
            return new LinkCounters
            {
                FramesSent = sent.Frames,
                BytesSent = sent.Bytes,
                FramesReceived = received.Frames,
                BytesReceived = received.Bytes,
                DroppedQueueFull = _outgoing.RefusedFull,
                DroppedInvalid = Interlocked.Read(ref _refusedInvalid),
                DroppedLinkDown = _outgoing.RefusedClosed + Interlocked.Read(ref _refusedDown),
            };
        }
    }

    internal LinkPairEnd Peer { get; set; } = null!;

    /// <summary>The stack at this end, if it takes frames at once; null where something else receives them.</summary>
    internal IFrameReceiver? Receiver { get; set; }

    /// <summary>What waits to be received in the first lane.</summary>
    internal LinkQueue Incoming => _incoming.Main;

    /// <summary>Whether frames come in several lanes.</summary>
    internal bool HasLanes => !_incoming.IsSingle;

    /// <summary>Whether the other end's stack receives on the thread that sends.</summary>
    internal bool IsSynchronous => _wake == LinkWakeMode.Synchronous;

    /// <summary>Whether several threads may send at once, each in its lane: a stack receives at the other end.</summary>
    internal bool CanSendBeside => IsSynchronous && Peer.Receiver is not null;

    /// <inheritdoc/>
    public bool TrySend(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return TrySend(0, frame);
    }

    /// <summary>Sends a frame in a lane. In each, one thread at a time.</summary>
    internal bool TrySend(int lane, Frame frame)
    {
        if (frame.SegmentSize > 0 && _maxWhole > 0 && Peer.Receiver is null)
        {
            return TrySendPieces(lane, frame);
        }

        if (frame.Length > (frame.SegmentSize > 0 ? Math.Max(_maxWhole, _maxFrame) : _maxFrame))
        {
            Interlocked.Increment(ref _refusedInvalid);
            return false;
        }

        if (Volatile.Read(ref _isCut) != 0)
        {
            Interlocked.Increment(ref _refusedDown);
            return false;
        }

        if (!_outgoing.Of(lane).TryEnqueue(frame, out bool wakes))
        {
            return false;
        }

        if (wakes && lane > 0 && Peer.Receiver is { } receiver)
        {
            receiver.Wake(lane);
        }
        else if (wakes)
        {
            Peer.Wake();
        }

        return true;
    }

    /// <summary>
    /// Sends frames together to a stack at the other end that has nothing else to do: it receives them on this thread, at once. What is not sent stays
    /// in line, and is sent frame by frame.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="leaving">The frames.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="sent">Grows by the frames that were sent.</param>
    /// <param name="bytes">Grows by their bytes.</param>
    internal void SendTogether(int lane, ref FrameQueue leaving, int most, ref int sent, ref long bytes)
    {
        if (_wake != LinkWakeMode.Synchronous || Peer.Receiver is not { } receiver || Volatile.Read(ref _isCut) != 0)
        {
            return;
        }

        LinkQueue outgoing = _outgoing.Of(lane);
        if (!outgoing.IsReady)
        {
            return;
        }

        FrameQueue frames = leaving.TakeFirst(most, _maxFrame, _maxWhole, out long length);
        int count = frames.Count;
        if (count > 0 && receiver.TryReceive(lane, ref frames))
        {
            sent += count;
            bytes += length;
            outgoing.CountPassed(count, length);
        }
        else
        {
            leaving.PutFirst(ref frames);
        }
    }

    /// <inheritdoc/>
    public bool TryReceive([NotNullWhen(true)] out Frame? frame) => _incoming.Main.TryDequeue(out frame) || TryReceiveBeside(out frame);

    /// <summary>Takes frames for one of several receivers.</summary>
    internal void TakeBatchBeside(int receiver, int receivers, ref FrameQueue batch, int most) =>
        _incoming.TakeBatchBeside(receiver, receivers, ref batch, most);

    /// <summary>
    /// Closes this end: what waits here is let go of, and what the other end sends is refused. The other end still receives
    /// what was sent before.
    /// </summary>
    public void Dispose()
    {
        Close();
        Peer.Wake(); // its carrier is gone
    }

    // What a stack of several shards has sent to a stack here that is gone.
    private bool TryReceiveBeside([NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        foreach (LinkQueue queue in _incoming.All.AsSpan(1))
        {
            if (queue.TryDequeue(out frame))
            {
                return true;
            }
        }

        return false;
    }

    // A receiver at the other end does not handle packets that stand for several ones, also where these together are within the MTU.
    private bool TrySendPieces(int lane, Frame whole)
    {
        FrameQueue pieces = default;
        if (!SegmentCutter.TryCut(whole, Medium, ref pieces))
        {
            Interlocked.Increment(ref _refusedInvalid);
            return false;
        }

        whole.Release();
        while (pieces.TryDequeue(out Frame? piece))
        {
            if (!TrySend(lane, piece))
            {
                piece.Release(); // counted, and lost as by a router
            }
        }

        return true;
    }

    internal void Close()
    {
        _incoming.Close();
        _outgoing.CloseForSending();
    }

    internal void SetCarrier(bool isWhole)
    {
        Volatile.Write(ref _isCut, isWhole ? 0 : 1);
        Wake();
    }

    /// <summary>Runs on the thread pool, for a sender that did not want to wake this end by itself.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isQueued, 0);
        LinkCalls.Wake(this);
    }

    private void Wake()
    {
        if (_wake == LinkWakeMode.Synchronous)
        {
            LinkCalls.Wake(this);
        }
        else if (FrameAvailable is not null && Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            // One in line does for all that has come until it runs; many would make the pool's line grow.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }
}
