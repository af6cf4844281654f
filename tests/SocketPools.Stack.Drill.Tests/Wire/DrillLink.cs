using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Drill.Tests.Wire;

/// <summary>A link that ends in the player: IP packets and nothing around them.</summary>
internal sealed class DrillLink(int mtu) : ILink
{
    private readonly Queue<Frame> _received = new();

    /// <summary>What the stack has sent, oldest first.</summary>
    internal Queue<byte[]> Sent { get; } = new();

    public string Name => "drill0";

    public LinkMedium Medium => LinkMedium.IP;

    public int Mtu => mtu;

    public PhysicalAddress HardwareAddress => PhysicalAddress.None;

    public LinkOffloads Offloads => LinkOffloads.None;

    public Action? FrameAvailable { get; set; }

    public bool TrySend(Frame frame)
    {
        byte[] bytes = new byte[frame.Length];
        frame.CopyTo(bytes);
        frame.Release();
        Sent.Enqueue(bytes);
        return true;
    }

    public bool TryReceive([NotNullWhen(true)] out Frame? frame) => _received.TryDequeue(out frame);

    public void Dispose()
    {
        while (_received.TryDequeue(out Frame? frame))
        {
            frame.Release();
        }
    }

    /// <summary>A packet comes from the peer.</summary>
    internal void Inject(byte[] packet)
    {
        _received.Enqueue(Frame.Copy(packet));
        FrameAvailable?.Invoke();
    }
}
