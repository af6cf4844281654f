using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Simulation.Packets;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation.Links;

/// <summary>The port of a node: what its stack has as a link.</summary>
internal sealed class SimulatedPort(string node, string link, ulong hardware, int mtu) : SwitchPort(node, hardware), ILink
{
    private readonly Queue<Frame> _arrived = new();
    private volatile int _waiting;
    private bool _isClosed;

    public string Name { get; } = $"{node}/{link}";

    public LinkMedium Medium => LinkMedium.Ethernet;

    public int Mtu => mtu;

    public PhysicalAddress HardwareAddress { get; } = new(Ethernet.ToBytes(hardware));

    public LinkOffloads Offloads => LinkOffloads.NoChecksums | (HasSegmentation ? LinkOffloads.Segmentation : 0);

    /// <summary>Whether its stack sends and receives packets of several segments.</summary>
    internal bool HasSegmentation { get; init; }

    /// <summary>Whether it is plugged in: also before it was for the first time, so that nothing is announced then.</summary>
    public bool HasCarrier => Switch is not null || !IsUnplugged;

    internal bool IsUnplugged { get; set; }

    public Action? FrameAvailable { get; set; }

    public bool TrySend(Frame frame)
    {
        Send(new CarriedFrame(frame, Device));
        return true;
    }

    public bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if (_waiting == 0)
        {
            return false;
        }

        lock (Lock)
        {
            bool isAny = _arrived.TryDequeue(out frame);
            _waiting = _arrived.Count;
            return isAny;
        }
    }

    /// <summary>Nothing leaves or arrives from here on.</summary>
    public void Dispose()
    {
        FrameAvailable = null;
        Detach();
        lock (Lock)
        {
            _isClosed = true;
            while (_arrived.TryDequeue(out Frame? frame))
            {
                frame.Release();
            }

            _waiting = 0;
        }
    }

    private protected override void Receive(CarriedFrame frame)
    {
        lock (Lock)
        {
            if (_isClosed)
            {
                frame.Discard();
                return;
            }

            _arrived.Enqueue(frame.ToFrame());
            _waiting = _arrived.Count;
        }

        FrameAvailable?.Invoke();
    }

    private protected override void OnCarrierChanged()
    {
        IsUnplugged = Switch is null;
        FrameAvailable?.Invoke();
    }
}
