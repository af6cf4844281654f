using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Simulation.Links;

/// <summary>A node's place at a switch: what its stack has as a link.</summary>
internal sealed class SimulatedPort(SimulatedSwitch owner, string node, byte[] hardwareAddress, int mtu) : ILink
{
    private readonly Lock _lock = new();
    private readonly Queue<Frame> _arrived = new();
    private readonly List<(byte[] Frame, bool IsOutbound)> _held = [];
    private bool _isClosed;
    private bool _isFrozen;

    public string Name => $"{node}/{owner.Name}";

    public LinkMedium Medium => LinkMedium.Ethernet;

    public int Mtu => mtu;

    public PhysicalAddress HardwareAddress { get; } = new(hardwareAddress);

    public LinkOffloads Offloads => LinkOffloads.None;

    public Action? FrameAvailable { get; set; }

    internal string Node => node;

    internal ReadOnlySpan<byte> Hardware => hardwareAddress;

    public bool TrySend(Frame frame)
    {
        byte[] bytes = new byte[frame.Length];
        frame.CopyTo(bytes);
        frame.Release();
        if (!TryHold(bytes, isOutbound: true))
        {
            owner.Forward(this, bytes);
        }

        return true;
    }

    public bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        lock (_lock)
        {
            return _arrived.TryDequeue(out frame);
        }
    }

    /// <summary>Nothing leaves or arrives from here on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_arrived.TryDequeue(out Frame? frame))
            {
                frame.Release();
            }
        }

        owner.Remove(this);
    }

    internal void Deliver(byte[] bytes)
    {
        if (TryHold(bytes, isOutbound: false))
        {
            return;
        }

        lock (_lock)
        {
            _arrived.Enqueue(Frame.Copy(bytes));
        }

        FrameAvailable?.Invoke();
    }

    /// <summary>Holds all frames, in both directions, or lets those go that were held.</summary>
    internal void SetFrozen(bool isFrozen)
    {
        (byte[] Frame, bool IsOutbound)[] held;
        lock (_lock)
        {
            _isFrozen = isFrozen;
            held = isFrozen ? [] : [.. _held];
            if (!isFrozen)
            {
                _held.Clear();
            }
        }

        foreach ((byte[] frame, bool isOutbound) in held)
        {
            if (isOutbound)
            {
                owner.Forward(this, frame);
            }
            else
            {
                Deliver(frame);
            }
        }
    }

    // Frozen: kept for later. Closed: kept by nobody.
    private bool TryHold(byte[] bytes, bool isOutbound)
    {
        lock (_lock)
        {
            if (_isFrozen)
            {
                _held.Add((bytes, isOutbound));
            }

            return _isFrozen || _isClosed;
        }
    }
}
