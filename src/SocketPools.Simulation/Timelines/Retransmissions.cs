using System.Buffers.Binary;
using System.Net;

namespace SocketPools.Simulation.Timelines;

/// <summary>
/// Finds segments of TCP whose sequence numbers were all sent before, by the order in which a link carries them. A segment without payload
/// counts if it has SYN or FIN.
/// </summary>
internal sealed class Retransmissions
{
    private const int Fin = 1;
    private const int Syn = 2;
    private const int Reset = 4;

    private readonly Dictionary<(string From, string To, IPEndPoint Source, IPEndPoint Destination), uint> _sent = [];

    /// <summary>Whether the packet is one. Called with all packets in the order in which they were sent.</summary>
    internal bool IsNext(in SimulatedPacket packet)
    {
        if (packet.Protocol != 6 || packet.Source is null || packet.SourcePort == 0 || Sequence(packet) is not { } sequence || (packet.TcpFlags & Reset) != 0)
        {
            return false;
        }

        int flags = packet.TcpFlags;
        uint length = (uint)packet.PayloadLength + ((flags & Syn) != 0 ? 1u : 0) + ((flags & Fin) != 0 ? 1u : 0);
        if (length == 0)
        {
            return false;
        }

        var flow = (packet.From, packet.To, new IPEndPoint(packet.Source, packet.SourcePort), new IPEndPoint(packet.Destination!, packet.DestinationPort));
        uint end = sequence + length;

        // A SYN with another number begins another connection between the same ports.
        bool isKnown = _sent.TryGetValue(flow, out uint highest) && ((flags & Syn) == 0 || highest - end < 1u << 31);
        bool isRetransmission = isKnown && (int)(end - highest) <= 0;
        if (!isRetransmission)
        {
            _sent[flow] = end;
        }

        return isRetransmission;
    }

    private static uint? Sequence(in SimulatedPacket packet)
    {
        ReadOnlySpan<byte> ip = packet.Frame[14..];
        int header = packet.IPVersion == 4 ? (ip[0] & 15) * 4 : 40;
        return ip.Length >= header + 20 ? BinaryPrimitives.ReadUInt32BigEndian(ip[(header + 4)..]) : null;
    }
}
