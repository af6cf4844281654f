using System.Buffers.Binary;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation.Faults;

/// <summary>
/// What a peer sees of a program that reads slowly: the window of TCP is closed while more was acknowledged than the program would have read, and
/// opens by itself when it has caught up. The stack's own window is used while it is open.
/// </summary>
internal sealed class SlowReading(string reader, long bytesPerSecond, Action<byte[]> inject) : FaultKind
{
    private const int Ack = 16;
    private const int SynRstFin = 7;

    // It opens when as much was read: no silly windows (RFC 9293, section 3.8.6.2.2).
    private const int Chunk = 16 * 1024;

    private readonly Dictionary<(AddressValue, int, AddressValue, int), Flow> _flows = [];

    internal override string Description => FormattableString.Invariant($"reads {bytesPerSecond} bytes/s");

    internal override void Apply(ref Passage passage, Random random)
    {
        SimulatedPacket packet = passage.Packet;
        if (packet.From != reader || packet.Protocol != IPPacket.Tcp || (packet.TcpFlags & (Ack | SynRstFin)) != Ack || packet.IPVersion == 0)
        {
            return;
        }

        byte[] frame = passage.Changed ?? packet.Frame.ToArray();
        if (!IPPacket.TryRead(frame.AsSpan(Ethernet.HeaderLength), out IPPacket ip) || ip.Transport.Length < 20)
        {
            return;
        }

        uint acknowledged = BinaryPrimitives.ReadUInt32BigEndian(ip.Transport[8..]);
        (AddressValue, int, AddressValue, int) key = (ip.Source, packet.SourcePort, ip.Destination, packet.DestinationPort);
        if (!_flows.TryGetValue(key, out Flow? flow))
        {
            _flows.Add(key, flow = new Flow { Last = acknowledged, Begin = passage.Now });
        }

        int more = (int)(acknowledged - flow.Last);
        if (more > 0)
        {
            flow.Acknowledged += more;
            flow.Last = acknowledged;
        }

        double read = Math.Min(flow.Acknowledged, (passage.Now - flow.Begin) * (double)bytesPerSecond / TimeSpan.TicksPerSecond);
        double unread = flow.Acknowledged - read;

        // An idle reader reads nothing ahead.
        flow.Begin = unread <= 0 ? passage.Now - (long)(flow.Acknowledged * (double)TimeSpan.TicksPerSecond / bytesPerSecond) : flow.Begin;
        if (unread < Chunk)
        {
            return;
        }

        if (packet.Payload.IsEmpty)
        {
            flow.Update = packet.Frame.ToArray();
        }

        Span<byte> window = ip.Transport.Slice(14, 2);
        Span<byte> before = stackalloc byte[2];
        window.CopyTo(before);
        window.Clear();
        Checksum.Update(ip.Transport.Slice(16, 2), before, window);
        passage.Changed = frame;
        Schedule(flow, unread);
    }

    private void Schedule(Flow flow, double unread)
    {
        if (flow.IsWaiting || flow.Update is null || Clock is not { } clock)
        {
            return;
        }

        flow.IsWaiting = true;
        TimeSpan wait = TimeSpan.FromSeconds((unread - Chunk + 1) / bytesPerSecond) + TimeSpan.FromTicks(1);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _ = clock.CreateTimer(
                _ =>
                {
                    flow.IsWaiting = false;
                    inject(flow.Update);
                },
                null,
                wait,
                Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Flow
    {
        internal uint Last { get; set; }

        internal long Acknowledged { get; set; }

        internal long Begin { get; set; }

        /// <summary>The last acknowledgment, as the stack has sent it: sent again it opens the window.</summary>
        internal byte[]? Update { get; set; }

        internal bool IsWaiting { get; set; }
    }
}
