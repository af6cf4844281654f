using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Links;

/// <summary>The link of 127.0.0.1 and ::1: every frame that is sent is received again, in order.</summary>
/// <remarks><see cref="FrameAvailable"/> runs inside <see cref="TrySend"/>: the stack knows that it is at work already.</remarks>
/// <param name="queueLimit">The most frames that wait, 1 or more. What comes on top is refused and counted.</param>
public sealed class LoopbackLink(int queueLimit = 1024) : ILink
{
    private readonly LinkQueue _frames = new(LinkLimits.CheckLimit(queueLimit));

    /// <summary>What waits to be received.</summary>
    internal LinkQueue Incoming => _frames;
    private long _refusedInvalid;

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
            (LinkQueue.Totals sent, LinkQueue.Totals received) = (_frames.In, _frames.Out);
            return new LinkCounters
            {
                FramesSent = sent.Frames,
                BytesSent = sent.Bytes,
                FramesReceived = received.Frames,
                BytesReceived = received.Bytes,
                DroppedQueueFull = _frames.RefusedFull,
                DroppedInvalid = Interlocked.Read(ref _refusedInvalid),
                DroppedLinkDown = _frames.RefusedClosed,
            };
        }
    }

    /// <inheritdoc/>
    public bool TrySend(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Length > LinkLimits.MaxMtu)
        {
            Interlocked.Increment(ref _refusedInvalid);
            return false;
        }

        if (!_frames.TryEnqueue(frame, out bool wakes))
        {
            return false;
        }

        if (wakes)
        {
            LinkCalls.Wake(this);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive([NotNullWhen(true)] out Frame? frame) => _frames.TryDequeue(out frame);

    /// <summary>Lets go of what waits, and takes nothing any more.</summary>
    public void Dispose() => _frames.Close();
}
