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
        WriteIdentification(destination, identification, _sum + (uint)congestionBits + (uint)length);
    }

    /// <summary>Puts it and a TCP header in front of segments of one length, which differ in their sequence numbers alone.</summary>
    /// <param name="texts">The text of each.</param>
    /// <param name="transport">TCP's header of the first.</param>
    /// <param name="path">The path.</param>
    /// <param name="random">Where its identifications begin.</param>
    internal void PushSeries(in FrameQueue texts, ReadOnlySpan<byte> transport, NetworkPath path, Random random)
    {
        Span<byte> all = stackalloc byte[EthernetHeader.Length + IPv6Header.Length + TcpHeader.MinLength + TcpHeaderOptions.MaxLength];
        all = all[..(_bytes.Length + transport.Length)];
        _bytes.CopyTo(all);
        transport.CopyTo(all[_bytes.Length..]);
        int text = texts.First!.Length;
        bool isIPv6 = path.Local.IsIPv6;
        int length = text + transport.Length + (isIPv6 ? 0 : IPv4Header.MinLength);
        BinaryPrimitives.WriteUInt16BigEndian(all[(_start + (isIPv6 ? 4 : 2))..], checked((ushort)length));
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(transport[TcpHeader.SequenceOffset..]);
        for (Frame? frame = texts.First; frame is not null; frame = frame.Next)
        {
            Span<byte> destination = frame.Push(all.Length);
            all.CopyTo(destination);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(_bytes.Length + TcpHeader.SequenceOffset)..], sequence);
            if (!isIPv6)
            {
                WriteIdentification(destination.Slice(_start, IPv4Header.MinLength), path.NextIdentification(random), _sum + (uint)length);
            }

            frame.Checksums = ChecksumState.NotNeeded;
            sequence += (uint)text;
        }
    }

    private static void WriteIdentification(Span<byte> header, ushort identification, uint sum)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], identification);
        sum += identification;
        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)~sum);
    }
}
