using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>The link of 127.0.0.1 and ::1: every frame that is sent is received again, in order.</summary>
/// <remarks><see cref="FrameAvailable"/> runs inside <see cref="TrySend(Frame)"/>: the stack knows that it is at work already.</remarks>
/// <param name="queueLimit">The most frames that wait, 1 or more. What comes on top is refused and counted.</param>
public sealed class LoopbackLink(int queueLimit = 1024) : ILink
{
    private readonly LinkLanes _lanes = new(LinkLimits.CheckLimit(queueLimit));
    private long _refusedInvalid;

    /// <summary>What waits to be received in the first lane.</summary>
    internal LinkQueue Incoming => _lanes.Main;

    /// <summary>Whether frames come in several lanes.</summary>
    internal bool HasLanes => !_lanes.IsSingle;

    /// <summary>The stack that has it.</summary>
    internal IFrameReceiver? Receiver { get; set; }

    /// <inheritdoc/>
    public string Name => "lo";

    /// <inheritdoc/>
    public LinkMedium Medium => LinkMedium.IP;

    /// <inheritdoc/>
    public int Mtu => LinkLimits.MaxMtu;

    /// <inheritdoc/>
    public PhysicalAddress HardwareAddress => PhysicalAddress.None;

    /// <inheritdoc/>
    public LinkOffloads Offloads => LinkOffloads.NoChecksums;

    /// <inheritdoc/>
    public Action? FrameAvailable { get; set; }

    /// <summary>Gets how many frames and bytes went through, and how many were dropped.</summary>
    public LinkCounters Counters
    {
        get
        {
            (LinkQueue.Totals sent, LinkQueue.Totals received) = (_lanes.In, _lanes.Out);
            return new LinkCounters
            {
                FramesSent = sent.Frames,
                BytesSent = sent.Bytes,
                FramesReceived = received.Frames,
                BytesReceived = received.Bytes,
                DroppedQueueFull = _lanes.RefusedFull,
                DroppedInvalid = Interlocked.Read(ref _refusedInvalid),
                DroppedLinkDown = _lanes.RefusedClosed,
            };
        }
    }

    /// <inheritdoc/>
    public bool TrySend(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return TrySend(0, frame);
    }

    /// <summary>Sends a frame in a lane. In each, one thread at a time.</summary>
    internal bool TrySend(int lane, Frame frame)
    {
        if (frame.Length > LinkLimits.MaxMtu)
        {
            Interlocked.Increment(ref _refusedInvalid);
            return false;
        }

        if (!_lanes.Of(lane).TryEnqueue(frame, out bool wakes))
        {
            return false;
        }

        if (wakes && lane > 0)
        {
            Receiver?.Wake(lane);
        }
        else if (wakes)
        {
            LinkCalls.Wake(this);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive([NotNullWhen(true)] out Frame? frame) => _lanes.Main.TryDequeue(out frame);

    /// <summary>Takes frames for one of several receivers.</summary>
    internal void TakeBatchBeside(int receiver, int receivers, ref FrameQueue batch, int most) =>
        _lanes.TakeBatchBeside(receiver, receivers, ref batch, most);

    /// <summary>Lets go of what waits, and takes nothing any more.</summary>
    public void Dispose() => _lanes.Close();
}
