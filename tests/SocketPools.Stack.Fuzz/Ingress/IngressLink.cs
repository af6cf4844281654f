using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>A link whose other end is a script: what comes is given, what is sent is counted and let go of.</summary>
internal sealed class IngressLink(LinkMedium medium) : ILink
{
    private FrameQueue _incoming;

    public string Name => "script";

    public LinkMedium Medium => medium;

    public int Mtu => 1500;

    public PhysicalAddress HardwareAddress { get; } = medium == LinkMedium.Ethernet ? IngressStation.Hardware : PhysicalAddress.None;

    public LinkOffloads Offloads => LinkOffloads.None;

    public Action? FrameAvailable { get; set; }

    internal long Sent { get; private set; }

    public bool TrySend(Frame frame)
    {
        Sent++;
        frame.Release();
        return true;
    }

    public bool TryReceive([NotNullWhen(true)] out Frame? frame) => _incoming.TryDequeue(out frame);

    public void Dispose() => _incoming.Clear();

    /// <summary>A frame comes.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="checksums">Whether anybody looks at its checksums.</param>
    internal void Give(ReadOnlySpan<byte> bytes, ChecksumState checksums)
    {
        Frame frame = Frame.Copy(bytes);
        frame.Checksums = checksums;
        _incoming.Enqueue(frame);
        FrameAvailable?.Invoke();
    }
}
