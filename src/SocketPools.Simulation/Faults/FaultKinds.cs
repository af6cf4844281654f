using System.Runtime.InteropServices;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Faults;

/// <summary>What becomes of one frame on its way, as the faults on it decide one after the other.</summary>
internal ref struct Passage(SimulatedPacket packet, long now)
{
    internal SimulatedPacket Packet { get; } = packet;

    internal long Now { get; } = now;

    /// <summary>When it arrives, in 100 ns since the start.</summary>
    internal long Arrival { get; set; } = now;

    /// <summary>Why it is lost; null while it is not.</summary>
    internal string? Lost { get; set; }

    internal int Copies { get; set; }

    /// <summary>The bit that is turned; negative for none.</summary>
    internal int CorruptedBit { get; set; } = -1;

    /// <summary>Whether later frames may overtake it.</summary>
    internal bool IsReordered { get; set; }

    /// <summary>The queue that it waits in until it may go on; null for none. The last rule that has one counts.</summary>
    internal IFrameQueue? Queue { get; set; }

    /// <summary>The frame's bytes as a rule has changed them; null where none has.</summary>
    internal byte[]? Changed { get; set; }

    /// <summary>What the log says of it; null for nothing.</summary>
    internal readonly string? Remark => CorruptedBit >= 0 ? "corrupted" : Copies > 0 ? "duplicated" : IsReordered ? "reordered" : null;

    /// <summary>The frame that goes on.</summary>
    internal readonly CarriedFrame Change(CarriedFrame frame)
    {
        if (Changed is null && CorruptedBit < 0)
        {
            return frame;
        }

        byte[] bytes = [.. Changed ?? frame.Bytes];
        if (CorruptedBit >= 0)
        {
            bytes[CorruptedBit / 8] ^= (byte)(1 << (CorruptedBit % 8));
        }

        frame.Discard();
        return new CarriedFrame(bytes, frame.Origin);
    }
}

/// <summary>A frame in a queue.</summary>
/// <param name="Bytes">The frame.</param>
/// <param name="Leave">Called when it leaves the queue, with its bytes, and with the reason when it is lost there.</param>
internal readonly record struct QueuedFrame(byte[] Bytes, Action<byte[], string?> Leave);

/// <summary>A bottleneck whose queue decides about a frame when it leaves.</summary>
internal interface IFrameQueue
{
    void Enqueue(QueuedFrame frame, string from, string to);
}

/// <summary>One kind of fault, with its state. The random numbers are its own.</summary>
internal abstract class FaultKind
{
    internal abstract string Description { get; }

    /// <summary>The clock, for faults that do something later. Set by the table.</summary>
    internal SimulatedClock? Clock { get; set; }

    internal abstract void Apply(ref Passage passage, Random random);
}

internal sealed class Loss(double probability) : FaultKind
{
    internal override string Description => FormattableString.Invariant($"loss {probability:0.####}");

    internal override void Apply(ref Passage passage, Random random) => passage.Lost ??= random.NextDouble() < probability ? "loss" : null;
}

/// <summary>The model of Gilbert and Elliott: a good and a bad state, each with a loss of its own.</summary>
internal sealed class BurstLoss(double toBad, double toGood, double lossInBad, double lossInGood) : FaultKind
{
    private bool _isBad;

    internal override string Description => FormattableString.Invariant($"burst loss {toBad:0.####}/{toGood:0.####}");

    internal override void Apply(ref Passage passage, Random random)
    {
        double change = random.NextDouble();
        _isBad = _isBad ? change >= toGood : change < toBad;
        double loss = random.NextDouble();
        passage.Lost ??= loss < (_isBad ? lossInBad : lossInGood) ? "burst loss" : null;
    }
}

internal sealed class Delay(TimeSpan delay, TimeSpan jitter) : FaultKind
{
    internal override string Description => $"delay {delay} jitter {jitter}";

    internal override void Apply(ref Passage passage, Random random) =>
        passage.Arrival += delay.Ticks + (jitter > TimeSpan.Zero ? random.NextInt64(jitter.Ticks + 1) : 0);
}

internal sealed class Reordering(double probability, TimeSpan delay) : FaultKind
{
    internal override string Description => FormattableString.Invariant($"reordering {probability:0.####}");

    internal override void Apply(ref Passage passage, Random random)
    {
        if (random.NextDouble() < probability)
        {
            passage.Arrival += delay.Ticks;
            passage.IsReordered = true;
        }
    }
}

internal sealed class Duplication(double probability) : FaultKind
{
    internal override string Description => FormattableString.Invariant($"duplication {probability:0.####}");

    internal override void Apply(ref Passage passage, Random random) => passage.Copies += random.NextDouble() < probability ? 1 : 0;
}

internal sealed class Corruption(double probability) : FaultKind
{
    internal override string Description => FormattableString.Invariant($"corruption {probability:0.####}");

    internal override void Apply(ref Passage passage, Random random)
    {
        // The header of the link stays whole: on Ethernet the frame would be dropped by its check sequence.
        if (random.NextDouble() < probability && passage.Packet.Length > 14)
        {
            passage.CorruptedBit = random.Next(14 * 8, passage.Packet.Length * 8);
        }
    }
}

/// <summary>A bottleneck with a queue that drops what does not fit (drop tail). Each direction has its own.</summary>
internal sealed class Bandwidth(long bitsPerSecond, int queueBytes) : FaultKind
{
    private readonly Dictionary<(string, string), long> _busyUntil = [];

    internal override string Description => FormattableString.Invariant($"bandwidth {bitsPerSecond} bit/s, queue {queueBytes} bytes");

    internal override void Apply(ref Passage passage, Random random)
    {
        if (passage.Lost is not null)
        {
            return;
        }

        ref long busyUntil = ref BusyUntil(passage.Packet.From, passage.Packet.To);
        long start = Math.Max(passage.Now, busyUntil);
        double waiting = (start - passage.Now) * (double)bitsPerSecond / (8 * TimeSpan.TicksPerSecond);
        if (waiting > 0 && waiting + passage.Packet.Length > queueBytes)
        {
            passage.Lost = "queue full";
            return;
        }

        long end = start + (long)Math.Ceiling(passage.Packet.Length * 8.0 * TimeSpan.TicksPerSecond / bitsPerSecond);
        busyUntil = end;
        passage.Arrival += end - passage.Now;
    }

    // Most rules have one direction, or two.
    private ref long BusyUntil(string from, string to) => ref CollectionsMarshal.GetValueRefOrAddDefault(_busyUntil, (from, to), out _);
}

internal sealed class MaxLength(int mtu) : FaultKind
{
    internal override string Description => FormattableString.Invariant($"MTU {mtu}, silent");

    internal override void Apply(ref Passage passage, Random random) => passage.Lost ??= passage.Packet.Length > mtu + 14 ? "longer than the MTU" : null;
}

internal sealed class Cut : FaultKind
{
    internal override string Description => "cut";

    internal override void Apply(ref Passage passage, Random random) => passage.Lost ??= "cut";
}
