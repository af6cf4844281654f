using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// What stands in front of every TCP segment of a path, but for the length, and with IPv4 the identification and the sum, so that it is copied and
/// not made anew (Linux: <c>hh_cache</c>, and <c>ip_queue_xmit</c>). Right as long as the neighbour has the same hardware address.
/// </summary>
internal sealed class PathHeader
{
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly MacAddress _hardware;
    private readonly uint _sum;

    /// <summary>Makes it for a path whose neighbour is known, or that needs none.</summary>
    internal PathHeader(NetworkPath path, Neighbor? neighbor)
    {
        _start = neighbor is null ? 0 : EthernetHeader.Length;
        bool isIPv6 = path.Local.IsIPv6;
        _bytes = new byte[_start + path.HeaderLength];
        Span<byte> header = _bytes.AsSpan(_start);
        if (isIPv6)
        {
            new IPv6Header(path.Local, path.Remote, IPProtocol.Tcp, 0).Write(header);
        }
        else
        {
            new IPv4Header(path.Local, path.Remote, IPProtocol.Tcp, 0) { MayNotFragment = true }.Write(header);
            header[2..4].Clear();
            header[10..12].Clear();
            _sum = (uint)(ushort)~InternetChecksum.Of(header);
        }

        if (neighbor is not null)
        {
            _hardware = neighbor.Hardware;
            new EthernetHeader(_hardware, path.Interface.Hardware, isIPv6 ? EtherType.IPv6 : EtherType.IPv4).Write(_bytes);
        }
    }

    /// <summary>Whether packets to a neighbour may have it: its address is known, the same, and need not be looked at.</summary>
    internal bool Fits(Neighbor? neighbor) =>
        neighbor is null ? _start == 0 : neighbor.IsAnswering && neighbor.Hardware == _hardware;

    /// <summary>Puts it in front of a segment over IPv6.</summary>
    internal void PushIPv6(Frame frame, int congestionBits)
    {
        int length = frame.Length;
        Span<byte> destination = frame.Push(_bytes.Length);
        _bytes.CopyTo(destination);
        destination = destination.Slice(_start, IPv6Header.Length);
        destination[1] = (byte)(congestionBits << 4);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], checked((ushort)length));
    }

    /// <summary>Puts it in front of a segment over IPv4.</summary>
    internal void PushIPv4(Frame frame, ushort identification, int congestionBits)
    {
        int length = Math.Min(frame.Length + IPv4Header.MinLength, IPv4Header.MaxLength);
        Span<byte> destination = frame.Push(_bytes.Length);
        _bytes.CopyTo(destination);
        destination = destination.Slice(_start, IPv4Header.MinLength);
        destination[1] = (byte)congestionBits;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], identification);
        uint sum = _sum + (uint)congestionBits + (uint)length + identification;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], (ushort)~sum);
    }
}
