using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Faults;

/// <summary>Marks of explicit congestion notification (RFC 3168, section 5).</summary>
internal static class CongestionMark
{
    /// <summary>A copy of the frame with the mark; null where the sender does not understand it.</summary>
    internal static byte[]? TryMark(byte[] frame)
    {
        if (frame.Length < Ethernet.HeaderLength + 20)
        {
            return null;
        }

        int type = Ethernet.Type(frame);
        int at = Ethernet.HeaderLength;
        int codePoint = type switch { Ethernet.IPv4 => frame[at + 1] & 3, Ethernet.IPv6 => (frame[at + 1] >> 4) & 3, _ => 0 };
        if (codePoint == 0)
        {
            return null;
        }

        byte[] marked = [.. frame];
        if (type == Ethernet.IPv6)
        {
            marked[at + 1] |= 0x30;
            return marked;
        }

        marked[at + 1] |= 3;
        Checksum.Update(marked.AsSpan(at + 10, 2), frame.AsSpan(at, 2), marked.AsSpan(at, 2));
        return marked;
    }
}

/// <summary>Marks packets of senders that understand it, instead of losing them.</summary>
internal sealed class Marking(double probability) : FaultKind
{
    internal override string Description => FormattableString.Invariant($"congestion mark {probability:0.####}");

    internal override void Apply(ref Passage passage, Random random)
    {
        if (random.NextDouble() < probability)
        {
            passage.Changed = CongestionMark.TryMark(passage.Changed ?? passage.Packet.Frame.ToArray()) ?? passage.Changed;
        }
    }
}
