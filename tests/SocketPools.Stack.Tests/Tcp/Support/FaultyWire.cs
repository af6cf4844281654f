using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>What a wire does to packets, in one direction.</summary>
internal sealed record WireFaults
{
    internal double Loss { get; init; }

    /// <summary>How likely a packet meets congestion: it is marked if it may be, else it is lost.</summary>
    internal double Congestion { get; init; }

    internal double Duplication { get; init; }

    internal double Corruption { get; init; }

    internal TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>As much more delay at most, by chance: packets overtake one another.</summary>
    internal TimeSpan Jitter { get; init; }

    /// <summary>How many packets are late.</summary>
    internal double Late { get; init; }

    /// <summary>By how much.</summary>
    internal TimeSpan LateBy { get; init; }

    /// <summary>Bits a second; 0 for no limit.</summary>
    internal long Rate { get; init; }

    /// <summary>Bytes that wait for the rate; what comes on top is dropped.</summary>
    internal int Queue { get; init; } = 1_000_000;

    /// <summary>For how long packets that come are taken together; none by default.</summary>
    internal TimeSpan Together { get; init; }
}

/// <summary>Two stacks' TCP on a virtual clock, and a wire with faults between them. Everything follows from the seed.</summary>
internal sealed class FaultyWire : IDisposable
{
    private readonly Random _random;
    private readonly WireFaults _faults;
    private readonly long _blocks = BlockPool.Small.InUse + BlockPool.Large.InUse;
    private readonly long _frames = FramePool.InUse;
    private int _inFlight;

    internal FaultyWire(int seed, WireFaults faults, TcpOptions? a = null, TcpOptions? b = null, bool isIPv6 = false)
    {
        _random = new Random(seed);
        _faults = faults;
        A = new TestNetwork(Clock, Address(isIPv6, 1), seed + 1, a ?? new TcpOptions());
        B = new TestNetwork(Clock, Address(isIPv6, 2), seed + 2, b ?? new TcpOptions());
        Connect(A, B);
        Connect(B, A);
    }

    internal VirtualClock Clock { get; } = new();

    internal TestNetwork A { get; }

    internal TestNetwork B { get; }

    /// <summary>How much longer the way of a port's packets is; both ways.</summary>
    internal Func<ushort, TimeSpan>? Detour { get; init; }

    /// <summary>Which packets of A's are lost besides.</summary>
    internal Func<Frame, bool>? LosesFromA { get; set; }

    /// <summary>Until when the wire holds what it carries, in both directions.</summary>
    internal Func<TimeSpan>? PausedUntil { get; set; }

    internal long Packets { get; private set; }

    internal long Lost { get; private set; }

    internal long Marked { get; private set; }

    public void Dispose()
    {
        foreach (TestNetwork network in (TestNetwork[])[A, B])
        {
            using (network.Gate.EnterScope())
            {
                network.Tcp.Clear();
            }
        }

        Clock.RunUntil(() => _inFlight == 0, TimeSpan.FromMinutes(10));
        Assert.Equal(_blocks, BlockPool.Small.InUse + BlockPool.Large.InUse);
        Assert.Equal(_frames, FramePool.InUse);
    }

    private static IPAddressValue Address(bool isIPv6, byte last) =>
        isIPv6 ? IPAddressValue.FromIPv6(0xFD00_0000_0000_0000, last) : IPAddressValue.FromIPv4(10, 0, 0, last);

    private void Connect(TestNetwork from, TestNetwork to)
    {
        long busyUntil = 0;
        from.Outgoing = (path, frame) =>
        {
            Packets++;
            long now = Clock.GetTimestamp();
            long waiting = Math.Max(0, busyUntil - now);
            long bits = (frame.Length + path.HeaderLength + 18L) * 8;
            bool isFull = _faults.Rate > 0 && waiting / 1e9 * _faults.Rate / 8 > _faults.Queue;
            bool isChosen = from == A && LosesFromA is not null && LosesFromA(frame);
            int congestionBits = from.CongestionBits;
            bool isCongested = _faults.Congestion > 0 && _random.NextDouble() < _faults.Congestion;
            if (isCongested && congestionBits != 0)
            {
                (isCongested, congestionBits) = (false, 3);
                Marked++;
            }

            if (isCongested || isFull || isChosen || _random.NextDouble() < _faults.Loss)
            {
                Lost++;
                frame.Release();
                return;
            }

            long sending = _faults.Rate > 0 ? bits * 1_000_000_000 / _faults.Rate : 0;
            busyUntil = now + waiting + sending;
            TimeSpan delay = _faults.Delay + (_random.NextDouble() * _faults.Jitter) + TimeSpan.FromTicks((waiting + sending) / 100);
            if (_faults.Late > 0 && _random.NextDouble() < _faults.Late)
            {
                delay += _faults.LateBy;
            }

            if (PausedUntil is not null && PausedUntil() > Clock.Elapsed + delay)
            {
                delay = PausedUntil() - Clock.Elapsed;
            }

            if (Detour is not null)
            {
                // The server's port: of the two the one that is not ephemeral.
                ushort port = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(frame.Head), BinaryPrimitives.ReadUInt16BigEndian(frame.Head[2..]));
                delay += Detour(port);
            }

            if (_random.NextDouble() < _faults.Duplication)
            {
                Deliver(from, to, Copy(frame), congestionBits, delay + (_random.NextDouble() * _faults.Jitter));
            }

            // Without a checksum nobody could tell: such frames never leave a machine's memory.
            if (_random.NextDouble() < _faults.Corruption && frame.Checksums == ChecksumState.Complete)
            {
                Frame broken = Copy(frame);
                frame.Release();
                broken.Head[_random.Next(broken.Head.Length)] ^= (byte)(1 << _random.Next(8));
                frame = broken;
            }

            Deliver(from, to, frame, congestionBits, delay);
        };
    }

    private void Deliver(TestNetwork from, TestNetwork to, Frame frame, int congestionBits, TimeSpan delay)
    {
        _inFlight++;
        Clock.After(delay, () =>
        {
            _inFlight--;
            frame.SegmentSize = 0;
            if (_faults.Together > TimeSpan.Zero && !to.HasMore)
            {
                to.HasMore = true;
                Clock.After(_faults.Together, to.EndBatch);
            }

            to.Receive(from.Address, frame, congestionBits: congestionBits);
        });
    }

    private static Frame Copy(Frame frame)
    {
        Frame copy = Frame.Rent(frame.Length);
        frame.CopyTo(copy.Append(frame.Length));
        copy.Checksums = frame.Checksums;
        return copy;
    }
}
