using System.Buffers.Binary;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// What stands in front of every TCP segment of a path over IPv4, but for the length, the identification and the sum, so that it is copied and not
/// made anew (Linux: <c>hh_cache</c>, and <c>ip_queue_xmit</c>). Right as long as the neighbour has the same hardware address.
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
        _bytes = new byte[_start + IPv4Header.MinLength];
        new IPv4Header(path.Local, path.Remote, IPProtocol.Tcp, 0) { MayNotFragment = true }.Write(_bytes.AsSpan(_start));
        Span<byte> header = _bytes.AsSpan(_start);
        header[2..4].Clear();
        header[10..12].Clear();
        _sum = (uint)(ushort)~InternetChecksum.Of(header);
        if (neighbor is not null)
        {
            _hardware = neighbor.Hardware;
            new EthernetHeader(_hardware, path.Interface.Hardware, EtherType.IPv4).Write(_bytes);
        }
    }

    /// <summary>Whether packets to a neighbour may have it: its address is known, the same, and need not be looked at.</summary>
    internal bool Fits(Neighbor? neighbor) =>
        neighbor is null ? _start == 0 : neighbor.IsAnswering && neighbor.Hardware == _hardware;

    /// <summary>Puts it in front of a segment.</summary>
    internal void Push(Frame frame, ushort identification, int congestionBits)
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
