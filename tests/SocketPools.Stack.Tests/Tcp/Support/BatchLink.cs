using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>One end of a cable in memory. What has come for it is received at once, or held and then delivered together.</summary>
internal sealed class BatchLink(LinkMedium medium, byte number) : ILink
{
    private readonly Queue<Frame> _incoming = new();

    internal BatchLink Peer { get; set; } = null!;

    /// <summary>Whether frames for this end wait.</summary>
    internal bool IsHeld { get; set; }

    /// <summary>Frames that wait.</summary>
    internal int Count => _incoming.Count;

    public string Name => $"batch{number}";

    public LinkMedium Medium => medium;

    public int Mtu { get; init; } = 1500;

    public PhysicalAddress HardwareAddress => medium == LinkMedium.Ethernet ? new([2, 0, 0, 0, 0, number]) : PhysicalAddress.None;

    public LinkOffloads Offloads { get; init; } = LinkOffloads.NoChecksums;

    public bool HasCarrier { get; private set; } = true;

    public Action? FrameAvailable { get; set; }

    /// <summary>Looks at what is sent.</summary>
    internal Action<Frame>? Sent { get; set; }

    public bool TrySend(Frame frame)
    {
        Sent?.Invoke(frame);
        Peer._incoming.Enqueue(frame);
        if (!Peer.IsHeld)
        {
            Peer.FrameAvailable?.Invoke();
        }

        return true;
    }

    public bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        return !IsHeld && _incoming.TryDequeue(out frame);
    }

    internal void SetCarrier(bool hasCarrier)
    {
        HasCarrier = hasCarrier;
        FrameAvailable?.Invoke();
    }

    /// <summary>Takes out what waits.</summary>
    internal Frame[] TakeAll()
    {
        Frame[] frames = [.. _incoming];
        _incoming.Clear();
        return frames;
    }

    /// <summary>Frames come together.</summary>
    internal void Deliver(Frame[] frames)
    {
        Array.ForEach(frames, _incoming.Enqueue);
        IsHeld = false;
        FrameAvailable?.Invoke();
    }

    public void Dispose() => Array.ForEach(TakeAll(), static frame => frame.Release());
}
